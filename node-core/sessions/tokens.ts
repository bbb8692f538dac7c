/**
 * Access tokens: JWTs by the node's key, for fifteen minutes at most, bound to a session.
 * Invariant: the algorithm is pinned to EdDSA, and issuer and audience are this very node. The key also signs
 * other things, but those begin with `vivim/v1/…` NUL, which no JWT does.
 */
import { hash, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { did, sessionId } from '../contract/api/fields.ts'
import { VivimError } from '../contract/errors.ts'
import { type Did, didPattern } from '../contract/ids.ts'
import { type Capability, capabilities, type SessionId } from '../contract/method.ts'
import type { Clock } from '../ports/clock.ts'

export const tokenLifetime = 15 * 60_000
/** Verified tokens that are remembered. */
const mostCached = 4096
/** No token of ours is longer. */
const longest = 2048

/** The node's own key, which is not any account's. */
export interface NodeKey {
  readonly did: Did
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}
export interface Claims {
  readonly account: Did
  readonly session: SessionId
  /** The device that proved itself; absent for a session of a link. */
  readonly device?: Did
  readonly capabilities: readonly Capability[]
  /** Milliseconds since 1970. */
  readonly expires: number
}
const payload = z.object({
  sub: z.string().regex(didPattern),
  sid: sessionId,
  dev: did.optional(),
  cap: z.array(z.enum(capabilities)),
  exp: z.int(),
})

export interface Tokens {
  /** Signs a token; `expires` is cut to whole seconds and to the longest lifetime. */
  issue(claims: Claims): Promise<{ token: string; expires: number }>
  /** The claims of a genuine token in time; `unauthenticated` for any other. A promise only the first time. */
  verify(token: string): Claims | Promise<Claims>
}

export function createTokens({ clock, nodeKey }: { clock: Clock; nodeKey: NodeKey }): Tokens {
  const cache = new Map<string, Claims>()
  const header = { alg: 'EdDSA', typ: 'at+jwt' }

  async function verifyAnew(token: string, digest: string): Promise<Claims> {
    let verified: unknown
    try {
      const result = await jwtVerify(token, nodeKey.publicKey, {
        algorithms: ['EdDSA'],
        typ: header.typ,
        issuer: nodeKey.did,
        audience: nodeKey.did,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'cap'],
        currentDate: new Date(clock.now()),
      })
      verified = result.payload
    } catch (cause) {
      throw new VivimError('unauthenticated', undefined, { cause })
    }
    const parsed = payload.safeParse(verified)
    if (!parsed.success) throw new VivimError('unauthenticated', undefined, { cause: parsed.error })
    const { sub, sid, dev, cap, exp } = parsed.data
    // `payload` has just matched the pattern of a Did.
    const claims: Claims = {
      account: sub as Did,
      session: sid,
      ...(dev ? { device: dev } : {}),
      capabilities: cap,
      expires: exp * 1000,
    }
    for (const eldest of cache.keys()) {
      if (cache.size < mostCached) break
      cache.delete(eldest)
    }
    cache.set(digest, claims)
    return claims
  }

  return {
    async issue({ account, session, device, capabilities: cap, expires }) {
      const issued = Math.floor(clock.now() / 1000)
      const exp = Math.min(Math.floor(expires / 1000), issued + tokenLifetime / 1000)
      const token = await new SignJWT({ sid: session, ...(device ? { dev: device } : {}), cap })
        .setProtectedHeader(header)
        .setIssuer(nodeKey.did)
        .setAudience(nodeKey.did)
        .setSubject(account)
        .setIssuedAt(issued)
        .setExpirationTime(exp)
        .sign(nodeKey.privateKey)
      return { token, expires: exp * 1000 }
    },
    verify(token) {
      if (token.length > longest) throw new VivimError('unauthenticated')
      const digest = hash('sha256', token, 'base64url')
      const known = cache.get(digest)
      if (!known) return verifyAnew(token, digest)
      if (known.expires > clock.now()) return known
      cache.delete(digest)
      throw new VivimError('unauthenticated', 'The access token has expired; renew it.')
    },
  }
}
