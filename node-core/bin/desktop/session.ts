/** The window's session: made by a link of this node's own, renewed by proof of a key that stays in this process. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { AccessToken } from '../../contract/api/auth.ts'
import { publicKey as publicKeyType } from '../../contract/api/auth.ts'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { NodeClient } from '../client/client.ts'

/** A token is renewed when this much of its life is left, in milliseconds. */
const early = 5 * 60_000
/** After a renewal that failed, in milliseconds. */
const pause = 10_000

export interface SessionTime {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `listener` when time may have passed that no timer saw, as the machine slept; `refused`: when the token opens nothing. */
  onLook(listener: (refused: boolean) => void): void
}

/**
 * Hands out tokens until `signal` aborts, each well before the last one ends; then ends the session. Where the session was
 * ended from elsewhere, another one begins: the windows are this machine's own person's.
 */
export async function keepSession(
  node: Pick<NodeClient, 'call'>,
  give: (token: AccessToken) => void,
  time: SessionTime,
  signal: AbortSignal,
): Promise<void> {
  let looked = new AbortController()
  let refused = false
  time.onLook((now) => {
    refused ||= now
    looked.abort()
  })
  const rest = async (milliseconds: number): Promise<void> => {
    looked = new AbortController()
    if (!refused) await slept(milliseconds, AbortSignal.any([signal, looked.signal]))
  }
  let own = await begin(node)
  for (;;) {
    give(own.token)
    /** When the next token is due. */
    let due = own.token.expiresAt - early
    for (;;) {
      await rest(Math.max(1000, due - time.now()))
      if (signal.aborted) break
      if (!refused && time.now() < due) continue
      refused = false
      try {
        const token = await renew(node, own)
        give(token)
        due = token.expiresAt - early
      } catch (error) {
        if (isVivimError(error, 'session-expired', 'unauthenticated')) break
        // The next try may find the store less busy; the token may still live.
        due = time.now() + pause
      }
    }
    await node.call('sessions.end', { session: own.token.session }).catch(() => undefined)
    for (let next: OwnSession | undefined; next === undefined; ) {
      if (signal.aborted) return
      next = await begin(node).catch(() => undefined)
      if (next) own = next
      else await rest(pause)
    }
  }
}

interface OwnSession {
  /** The first of it. */
  readonly token: AccessToken
  readonly key: KeyObject
}

async function begin(node: Pick<NodeClient, 'call'>): Promise<OwnSession> {
  const keys = generateKeyPairSync('ed25519')
  const publicKey = publicKeyType.parse(keys.publicKey.export({ format: 'jwk' }))
  const { link } = await node.call('links.create', {})
  const token = await node.call('auth.link', { secret: link.slice('/#link='.length), publicKey, name: 'Desktop app' })
  return { token, key: keys.privateKey }
}

/** The next token; `session-expired` and `unauthenticated` where the session is over. */
async function renew(node: Pick<NodeClient, 'call'>, { token: { session, instance }, key }: OwnSession): Promise<AccessToken> {
  const { challenge, audience } = await node.call('auth.renew-challenge', { session })
  if (audience !== instance) throw new VivimError('session-expired')
  const proof = sign(null, Buffer.from(`vivim/v1/session\0${challenge}\0${audience}\0${session}`), key)
  return await node.call('auth.renew', { session, challenge, signature: proof.toString('base64url') })
}

/** Resolves when the time is over, or when the signal aborts. */
const slept = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
