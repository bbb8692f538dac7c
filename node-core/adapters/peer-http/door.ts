/** Another node over HTTP. */
import { VivimError } from '../../contract/errors.ts'
import type { LiveDoor, PeerAddress } from '../../ports/peer-door.ts'
import { openLink } from './link.ts'

/** Bytes of an answer, at most: the largest event fits. */
const MOST = 272 * 1024 * 1024

type Answer = { status: number; body: Uint8Array }

/** `origin`: `http://host:port`. */
export const httpPeer = (origin: string): PeerAddress => ({
  post: (path, json, signal) =>
    ask(new URL(path, origin), { method: 'POST', body: json, headers: { 'content-type': 'application/json' } }, signal),
  door: (token) => httpPeerDoor(origin, token),
})

/** `token` gives the session's present access token; asked with one that was refused, another, where it can. */
export function httpPeerDoor(origin: string, token: (refused?: string) => Promise<string>): LiveDoor {
  return {
    async ask(path, body, signal) {
      const once = (present: string): Promise<Answer> => {
        const headers = { authorization: `Bearer ${present}`, ...(body ? { 'content-type': 'application/cbor' } : {}) }
        return ask(new URL(path, origin), { headers, ...(body ? { method: 'POST', body: new Uint8Array(body) } : {}) }, signal)
      }
      const present = await token()
      const answer = await once(present)
      if (answer.status !== 401) return answer
      const next = await token(present)
      return next === present ? answer : await once(next)
    },
    connect: async (signal) => openLink(origin, await token(), signal),
  }
}

async function ask(url: URL, request: RequestInit, signal: AbortSignal): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...request, signal, redirect: 'error' })
    return { status: answer.status, body: await bytesOf(answer) }
  } catch (cause) {
    if (cause instanceof VivimError) throw cause
    throw new VivimError(signal.aborted ? 'cancelled' : 'unavailable', 'The other node cannot be reached.', { cause })
  }
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > MOST) throw new VivimError('too-large', 'The other node answers with more than it may.')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
