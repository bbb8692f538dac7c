/** A secret in the address, and taking it out of sight. */
import type { Entry } from './session.ts'

const marks = { link: '#link=', pair: '#pair=' } as const

/**
 * The secret of a sign-in link or a pairing, where the page was opened by one; it is removed from the address bar and from this
 * entry of the history at once, so that it is neither seen nor shared nor sent.
 */
export function takeSecret(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'state' | 'replaceState'>,
): Entry | undefined {
  const { hash, pathname, search } = location
  const kind = hash.startsWith(marks.link) ? 'link' : hash.startsWith(marks.pair) ? 'pair' : undefined
  if (!kind) return undefined
  history.replaceState(history.state, '', pathname + search)
  const secret = hash.slice(marks[kind].length)
  return kind === 'link' ? { link: secret } : { pair: secret }
}

/** “Firefox on Linux”: what the list of sessions calls this one. */
export function browserName(userAgent: string): string {
  const browser = [
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ] as const
  const system = [
    ['Android', 'Android'],
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Windows', 'Windows'],
    ['Mac OS', 'macOS'],
    ['Linux', 'Linux'],
  ] as const
  const nameIn = (known: readonly (readonly [string, string])[], otherwise: string) =>
    known.find(([mark]) => userAgent.includes(mark))?.[1] ?? otherwise
  return `${nameIn(browser, 'Browser')} on ${nameIn(system, 'an unknown system')}`
}
