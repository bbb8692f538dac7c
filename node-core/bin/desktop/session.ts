/** The window's session: made by a link of this node's own, renewed by proof of a key that stays in this process. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { AccessToken } from '../../contract/api/auth.ts'
import { publicKey as publicKeyType } from '../../contract/api/auth.ts'
import type { NodeClient } from '../client/client.ts'

/** A token is renewed when this much of its life is left, in milliseconds. */
const early = 5 * 60_000
/** After a renewal that failed, in milliseconds. */
const pause = 10_000

export interface SessionTime {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `listener` when time may have passed that no timer saw: the machine slept. */
  onLook(listener: () => void): void
}

/** Hands out tokens until `signal` aborts, each well before the last one ends; then ends the session. */
export async function keepSession(
  node: Pick<NodeClient, 'call'>,
  give: (token: AccessToken) => void,
  time: SessionTime,
  signal: AbortSignal,
): Promise<void> {
  let looked = new AbortController()
  time.onLook(() => looked.abort())
  const keys = generateKeyPairSync('ed25519')
  const publicKey = publicKeyType.parse(keys.publicKey.export({ format: 'jwk' }))
  const { link } = await node.call('links.create', {})
  let token = await node.call('auth.link', { secret: link.slice('/#link='.length), publicKey, name: 'Desktop app' })
  const { session, instance } = token
  give(token)
  /** When the next one is due. */
  let due = token.expiresAt - early
  for (;;) {
    looked = new AbortController()
    await slept(Math.max(1000, due - time.now()), AbortSignal.any([signal, looked.signal]))
    if (signal.aborted) break
    if (time.now() < due) continue
    try {
      const { challenge, audience } = await node.call('auth.renew-challenge', { session })
      if (audience !== instance) break
      const proof = sign(null, Buffer.from(`vivim/v1/session\0${challenge}\0${audience}\0${session}`), keys.privateKey)
      token = await node.call('auth.renew', { session, challenge, signature: proof.toString('base64url') })
      give(token)
      due = token.expiresAt - early
    } catch {
      // The next try may find the store less busy; the token still lives.
      due = time.now() + pause
    }
  }
  await node.call('sessions.end', { session }).catch(() => undefined)
}

/** Resolves when the time is over, or when the signal aborts. */
const slept = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
