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

/** Hands out tokens until `signal` aborts, each well before the last one ends; then ends the session. */
export async function keepSession(
  node: Pick<NodeClient, 'call'>,
  give: (token: AccessToken) => void,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const keys = generateKeyPairSync('ed25519')
  const publicKey = publicKeyType.parse(keys.publicKey.export({ format: 'jwk' }))
  const { link } = await node.call('links.create', {})
  let token = await node.call('auth.link', { secret: link.slice('/#link='.length), publicKey, name: 'Desktop app' })
  const { session, instance } = token
  give(token)
  let delay = token.expiresAt - now() - early
  while (await slept(Math.max(1000, delay), signal)) {
    try {
      const { challenge, audience } = await node.call('auth.renew-challenge', { session })
      if (audience !== instance) break
      const proof = sign(null, Buffer.from(`vivim/v1/session\0${challenge}\0${audience}\0${session}`), keys.privateKey)
      token = await node.call('auth.renew', { session, challenge, signature: proof.toString('base64url') })
      give(token)
      delay = token.expiresAt - now() - early
    } catch {
      // The next try may find the store less busy; the token still lives.
      delay = pause
    }
  }
  await node.call('sessions.end', { session }).catch(() => undefined)
}

/** False where `signal` ended it. */
const slept = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  wait(milliseconds, true, { signal, ref: false }).catch(() => false)
