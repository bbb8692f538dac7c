/**
 * How a device proves itself: it signs a challenge of this node with the key of its grant, and goes on with refresh tokens
 * of which each works once.
 *
 * Invariants: asking for challenges takes no memory, so nobody can crowd out a device's; a challenge that was answered
 * rightly is not taken again; a family of refresh tokens keeps one secret and a number, and yet knows each of its tokens.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { Did } from '../contract/ids.ts'
import type { SessionId } from '../contract/method.ts'
import { verifyFor } from '../crypto/signing.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import { challengeLifetime } from './proofs.ts'

/** What a device signs (purpose `challenge`): DAG-CBOR `[challenge, audience, did]`. */
export const deviceProofBytes = (challenge: string, audience: Did, account: Did): Uint8Array =>
  encode([challenge, audience, account])

export interface DeviceChallenges {
  /** A challenge for devices of an account, whether it is here or not: whoever asks learns nothing. */
  create(account: Did): { challenge: string; expires: number }
  /** True once for a challenge of this node for that account, in time, with the device's signature (64 bytes in base64url). */
  answer(proof: { account: Did; device: Did; challenge: string; signature: string }): boolean
}

const RANDOM = 16
const EXPIRES = 8

export function createDeviceChallenges(
  { clock, random }: { clock: Clock; random: RandomBytes },
  audience: Did,
): DeviceChallenges {
  // challenges are void after a restart
  const key = random(32)
  const answered = new Map<string, number>()
  const macOf = (body: Uint8Array, account: Did): Uint8Array =>
    createHmac('sha256', key).update(body).update(account).digest().subarray(0, 24)
  return {
    create(account) {
      const expires = clock.now() + challengeLifetime
      const body = Buffer.alloc(RANDOM + EXPIRES)
      body.set(random(RANDOM))
      body.writeBigUInt64BE(BigInt(expires), RANDOM)
      return { challenge: Buffer.concat([body, macOf(body, account)]).toString('base64url'), expires }
    },
    answer({ account, device, challenge, signature }) {
      const bytes = Buffer.from(challenge, 'base64url')
      const body = bytes.subarray(0, RANDOM + EXPIRES)
      const mac = macOf(body, account)
      // one spelling of each challenge: another would be another entry among the answered
      if (bytes.length !== body.length + mac.length || bytes.toString('base64url') !== challenge) return false
      if (!timingSafeEqual(bytes.subarray(body.length), mac)) return false
      const now = clock.now()
      const expires = Number(body.readBigUInt64BE(RANDOM))
      if (expires <= now || answered.has(challenge)) return false
      const signed = deviceProofBytes(challenge, audience, account)
      if (!verifyFor('challenge', signed, Buffer.from(signature, 'base64url'), device)) return false
      for (const [old, end] of answered) if (end <= now) answered.delete(old)
      answered.set(challenge, expires)
      return true
    },
  }
}

/** What a session of a device keeps for its refresh tokens. */
export interface Family {
  readonly secret: Uint8Array
  /** The number of the token that works. */
  turn: number
}

const markOf = (session: SessionId, turn: number, secret: Uint8Array): Uint8Array =>
  createHmac('sha256', secret).update(`vivim/v1/refresh\0${session}\0${turn}`).digest()

/** The token that works now: `<session>.<turn>.<32 bytes in base64url>`. */
export const refreshTokenOf = (session: SessionId, { secret, turn }: Family): string =>
  `${session}.${turn}.${Buffer.from(markOf(session, turn, secret)).toString('base64url')}`

/** The session that a refresh token names, and its turn; it must have passed the contract's pattern. */
export function splitRefreshToken(token: string): { session: SessionId; turn: number; mark: string } {
  const [session, turn, mark] = token.split('.') as [SessionId, string, string]
  return { session, turn: Number(turn), mark }
}

/** `current`: it works. `used`: it did once, so somebody has a copy. `none`: it never was one of the family's. */
export function judgeToken(
  { session, turn, mark }: { session: SessionId; turn: number; mark: string },
  family: Family,
): 'current' | 'used' | 'none' {
  const right = Buffer.from(markOf(session, turn, family.secret))
  const given = Buffer.from(mark, 'base64url')
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'none'
  return turn === family.turn ? 'current' : turn < family.turn ? 'used' : 'none'
}
