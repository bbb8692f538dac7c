/** Another node over HTTP. */
import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import { VivimError } from '../../contract/errors.ts'
import type { LiveDoor, PeerAddress, Peers } from '../../ports/peer-door.ts'
import { authorityAt, pemOf, unreached } from './authority.ts'
import { openLink } from './link.ts'

/** Bytes of an answer, at most: the largest event fits. */
const MOST = 272 * 1024 * 1024
/** Milliseconds that a connection is kept for the next question: less than the node keeps it. */
const KEPT = 15_000

interface Answer {
  status: number
  body: Uint8Array
}
interface Question {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string | Uint8Array
}
/** Asks once: whatever the node answers is the answer, a redirect too. */
type Ask = (path: string, question: Question, signal: AbortSignal) => Promise<Answer>

export const httpPeers: Peers = { at: (url, authority) => httpPeer(url, authority), authorityAt }

/** `origin`: `http://host:port`; `authority`: a root certificate, DER, that alone may vouch for it. */
export function httpPeer(origin: string, authority?: Uint8Array): PeerAddress {
  const ask = asks(origin, authority)
  return {
    post: (path, json, signal) =>
      ask(path, { method: 'POST', body: json, headers: { 'content-type': 'application/json' } }, signal),
    door: (token) => doorOf(origin, authority, ask, token),
  }
}

/** `token` gives the session's present access token; asked with one that was refused, another, where it can. */
export const httpPeerDoor = (origin: string, token: (refused?: string) => Promise<string>): LiveDoor =>
  doorOf(origin, undefined, asks(origin, undefined), token)

const doorOf = (
  origin: string,
  authority: Uint8Array | undefined,
  ask: Ask,
  token: (refused?: string) => Promise<string>,
): LiveDoor => ({
  async ask(path, body, signal) {
    const once = (present: string): Promise<Answer> => {
      const headers = { authorization: `Bearer ${present}`, ...(body ? { 'content-type': 'application/cbor' } : {}) }
      return ask(path, body ? { method: 'POST', headers, body } : { method: 'GET', headers }, signal)
    }
    const present = await token()
    const answer = await once(present)
    if (answer.status !== 401) return answer
    const next = await token(present)
    return next === present ? answer : await once(next)
  },
  connect: async (signal) => openLink(origin, await token(), signal, authority && pemOf(authority)),
})

function asks(origin: string, authority: Uint8Array | undefined): Ask {
  const secure = new URL(origin).protocol === 'https:'
  const kept = { keepAlive: true, timeout: KEPT }
  const agent = secure ? new Agent({ ...kept, ...(authority ? { ca: pemOf(authority) } : {}) }) : new PlainAgent(kept)
  return (path, { method, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => reject(cause instanceof VivimError ? cause : unreached(cause, signal))
      if (signal.aborted) return fail(signal.reason)
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const asking = (secure ? secureRequest : plainRequest)(new URL(path, origin), {
        ...{ agent, method, signal },
        headers: { ...headers, ...length },
      })
      asking.on('error', fail)
      asking.on('response', (answer) => {
        const parts: Uint8Array[] = []
        let size = 0
        answer.on('error', fail)
        answer.on('data', (part: Uint8Array) => {
          size += part.length
          parts.push(part)
          if (size <= MOST) return
          fail(new VivimError('too-large', 'The other node answers with more than it may.'))
          answer.destroy()
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }))
      })
      asking.end(body)
    })
}
