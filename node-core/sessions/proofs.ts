/** Challenges that a session answers with its key, and the check of the answer. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { PublicKey } from '../contract/api/auth.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { SessionId } from '../contract/method.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'

export const challengeLifetime = 60_000
/** Unanswered challenges of one session, and of all. */
const mostEach = 8
const mostSessions = 1000

/** The bytes that are signed: the purpose keeps this signature from meaning anything elsewhere. */
export const proofBytes = (challenge: string, audience: Did, session: SessionId): Uint8Array =>
  Buffer.from(`vivim/v1/session\0${challenge}\0${audience}\0${session}`)

/** A key from outside; `bad-request` where it is not a point of its curve. */
export function parsePublicKey(jwk: PublicKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch (cause) {
    throw new VivimError('bad-request', 'publicKey: is not a key.', { cause })
  }
}

/** Whether `signature` (64 bytes in base64url) is by `key`: Ed25519, or ECDSA P-256 with SHA-256 as WebCrypto writes it. */
export function verifyProof(key: KeyObject, bytes: Uint8Array, signature: string): boolean {
  const raw = Buffer.from(signature, 'base64url')
  return key.asymmetricKeyType === 'ec'
    ? verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, raw)
    : verify(null, bytes, key, raw)
}

export interface Challenges {
  /** Only a known session's is kept; any other gets one that nothing will ever answer, and cannot fill the memory. */
  create(session: SessionId, known: boolean): { challenge: string; expires: number }
  /** True once for each challenge of that very session, while it lasts. */
  take(session: SessionId, challenge: string): boolean
  forget(session: SessionId): void
}

export function createChallenges({ clock, random }: { clock: Clock; random: RandomBytes }): Challenges {
  const open = new Map<SessionId, Map<string, number>>()
  return {
    create(session, known) {
      const challenge = Buffer.from(random(32)).toString('base64url')
      const expires = clock.now() + challengeLifetime
      if (!known) return { challenge, expires }
      const mine = [...(open.get(session) ?? [])].filter(([, end]) => end > clock.now()).slice(1 - mostEach)
      open.delete(session)
      for (const eldest of open.keys()) {
        if (open.size < mostSessions) break
        open.delete(eldest)
      }
      open.set(session, new Map([...mine, [challenge, expires]]))
      return { challenge, expires }
    },
    take(session, challenge) {
      const expires = open.get(session)?.get(challenge)
      open.get(session)?.delete(challenge)
      return expires !== undefined && expires > clock.now()
    },
    forget(session) {
      open.delete(session)
    },
  }
}
