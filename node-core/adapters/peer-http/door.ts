/** Another node over HTTP. */
import { VivimError } from '../../contract/errors.ts'
import type { PeerDoor } from '../../ports/peer-door.ts'

/** Bytes of an answer, at most: the largest event fits. */
const MOST = 272 * 1024 * 1024

/** `origin`: `http://host:port`. `token` gives the session's present access token. */
export function httpPeerDoor(origin: string, token: () => Promise<string>): PeerDoor {
  return {
    async ask(path, body, signal) {
      const authorization = `Bearer ${await token()}`
      try {
        const answer = await fetch(new URL(path, origin), {
          signal,
          redirect: 'error',
          headers: { authorization, ...(body ? { 'content-type': 'application/cbor' } : {}) },
          ...(body ? { method: 'POST', body: new Uint8Array(body) } : {}),
        })
        return { status: answer.status, body: await bytesOf(answer) }
      } catch (cause) {
        if (cause instanceof VivimError) throw cause
        throw new VivimError(signal.aborted ? 'cancelled' : 'unavailable', 'The other node cannot be reached.', { cause })
      }
    },
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
