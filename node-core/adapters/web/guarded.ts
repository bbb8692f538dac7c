/**
 * Requests to addresses that others name (security cases 6, 7, 10).
 *
 * Invariants: only https, to the public internet; a name's addresses are all checked, and the connection goes to one of
 * those very addresses, whatever the name says a moment later; every redirect is such a request anew, a few at most, and
 * none comes back to where it was. An answer is bounded in bytes and in time.
 */
import { lookup } from 'node:dns/promises'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { VivimError } from '../../contract/errors.ts'
import type { Names, Web, WebAnswer } from '../../ports/web.ts'
import { isPublicAddress } from './addresses.ts'

export interface GuardedParts {
  names: Names
  /** Which addresses may be reached; the public internet's unless a test has a server of its own. */
  allows?: (address: string) => boolean
  /** Certificates of further authorities, PEM. */
  authorities?: string
  /** Milliseconds for the whole of it, redirects included. */
  time?: number
}
const REDIRECTS = 5
const TIME = 10_000
const again = new Set([301, 302, 303, 307, 308])

/** The machine's own resolver. */
export const systemNames: Names = {
  addressesOf: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
}

export function createGuardedWeb({ names, allows = isPublicAddress, authorities, time = TIME }: GuardedParts): Web {
  /** The one address to connect to. All must be allowed: a name that mixes them means no good. */
  async function addressOf(url: URL): Promise<string> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const addresses = isIP(host)
      ? [host]
      : await names.addressesOf(host).catch((cause: unknown) => {
          throw new VivimError('unavailable', 'That host name is not known.', { cause })
        })
    const [first] = addresses
    if (first === undefined) throw new VivimError('unavailable', 'That host name is not known.')
    if (!addresses.every(allows)) throw new VivimError('forbidden', 'That address is not on the public internet.')
    return first
  }

  function once(url: URL, address: string, accept: string, limit: number, signal: AbortSignal) {
    return new Promise<{ body: Uint8Array } | { location: string }>((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(cause instanceof VivimError ? cause : new VivimError('unavailable', 'That host does not answer.', { cause }))
      const asking = request(
        url,
        {
          agent: false,
          signal,
          headers: { accept },
          lookup: (_host, options, found) => {
            const family = isIP(address)
            if (options.all) found(null, [{ address, family }])
            else found(null, address, family)
          },
          ...(authorities === undefined ? {} : { ca: authorities }),
        },
        (answer) => {
          const { statusCode = 0, headers } = answer
          answer.on('error', fail)
          const refuse = (error: VivimError) => {
            answer.destroy()
            fail(error)
          }
          if (again.has(statusCode)) {
            answer.destroy()
            if (headers.location === undefined) fail(new VivimError('not-found'))
            else resolve({ location: headers.location })
            return
          }
          if (statusCode !== 200) return refuse(new VivimError('not-found', `That address answers ${statusCode}.`))
          const pieces: Uint8Array[] = []
          let size = 0
          answer.on('data', (piece: Uint8Array) => {
            size += piece.length
            if (size > limit) refuse(new VivimError('too-large', 'The answer is longer than it may be.'))
            else pieces.push(piece)
          })
          answer.on('end', () => resolve({ body: Buffer.concat(pieces) }))
        },
      )
      asking.on('error', fail)
      asking.end()
    })
  }

  return {
    async get(text, { accept, limit, signal }): Promise<WebAnswer> {
      const whole = AbortSignal.any([signal, AbortSignal.timeout(time)])
      const seen = new Set<string>()
      for (let url = plain(text); seen.size <= REDIRECTS; ) {
        if (seen.has(url.href)) break
        seen.add(url.href)
        const answer = await once(url, await addressOf(url), accept, limit, whole)
        if ('body' in answer) return { url: url.href, body: answer.body }
        url = plain(answer.location, url)
      }
      throw new VivimError('unavailable', 'That address leads on and on.')
    },
  }
}

/** An https address without a user's name in it. Error: `bad-request`. */
function plain(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new VivimError('bad-request', 'Only https addresses are read.')
  url.hash = ''
  return url
}
