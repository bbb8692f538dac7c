/**
 * Addresses of the app's own scheme, `vivim://…`, as other programs hand them over. Anybody can write one, so a link only
 * says what to show or to fill in; a person agrees before anything is done, and whatever is not known is refused.
 *
 * - `vivim://open/CONVERSATION` and `vivim://open/CONVERSATION/UNIT`
 * - `vivim://search?q=WORDS`
 * - `vivim://settings/SECTION`
 * - `vivim://pair?node=ADDRESS&code=CODE`: begin to pair with another node of the person's
 */
import { z } from 'zod'
import { entityPattern, unitPattern } from '../../node-core/contract/ids.ts'
import { readCode } from '../../node-core/contract/pairing.ts'

/** A link is no letter: longer ones are not read at all. */
const longest = 2000

const id = z.string().regex(entityPattern)
const words = z
  .string()
  .transform((text) => plain(text))
  .pipe(z.string().min(1).max(200))
const section = z.string().regex(/^[a-z]{1,20}$/)
const address = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { username, password, pathname, search, hash } = new URL(text)
  return username === '' && password === '' && pathname === '/' && search === '' && hash === ''
})
const code = z
  .string()
  .max(40)
  .refine((text) => readCode(text) !== undefined)

const link = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), conversation: id, unit: z.string().regex(unitPattern).optional() }),
  z.strictObject({ kind: z.literal('search'), words }),
  z.strictObject({ kind: z.literal('settings'), section: section.optional() }),
  z.strictObject({ kind: z.literal('pair'), node: address, code: code.optional() }),
])
export type Link = z.output<typeof link>

/** What a link asks for; undefined where it is none of the app's, or is not whole. */
export function linkOf(text: string): Link | undefined {
  if (text.length > longest || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'vivim:' || url.username || url.password || url.port || url.hash) return undefined
  const path = url.pathname.split('/').filter((part) => part !== '')
  const query = [...url.searchParams]
  const names = query.map(([name]) => name)
  if (new Set(names).size !== names.length) return undefined
  const { success, data } = link.safeParse(fieldsOf(url.hostname, path, Object.fromEntries(query)))
  if (!success || (data.kind === 'open' && data.unit !== undefined && !data.unit.startsWith(`${data.conversation}-`)))
    return undefined
  return data
}

/** Where the page shows what a link asks for; its words travel apart from the address. */
export function pathOf(found: Link): string {
  switch (found.kind) {
    case 'open':
      return `/c/${found.conversation}${found.unit === undefined ? '' : `?unit=${found.unit}`}`
    case 'search':
      return '/search'
    case 'settings':
      return found.section === undefined ? '/settings' : `/settings/${found.section}`
    case 'pair':
      return '/settings/devices'
  }
}

function fieldsOf(kind: string, path: readonly string[], query: Readonly<Record<string, string>>): object | undefined {
  const { q, ...others } = query
  if (Object.hasOwn(query, 'kind')) return undefined
  if (kind === 'open' && path.length <= 2) return { kind, conversation: path[0], ...(path[1] && { unit: path[1] }), ...query }
  if (kind === 'search' && path.length === 0) return { kind, words: q, ...others }
  if (kind === 'settings' && path.length <= 1) return { kind, ...(path[0] && { section: path[0] }), ...query }
  if (kind === 'pair' && path.length === 0) return { kind, ...query }
  return undefined
}

/** Without signs that cannot be seen: what a person agrees to is what is then done. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
