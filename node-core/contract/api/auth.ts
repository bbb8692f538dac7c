/**
 * Signing in without a grant (protocol 9): a one-time link's secret is exchanged for a session; its access token
 * lives minutes and is renewed by proof of the session's key, which never leaves the browser.
 */
import { z } from 'zod'
import { capabilities, defineMethods } from '../method.ts'
import { did, label, nothing, sessionId, time } from './fields.ts'

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** A public key as WebCrypto exports it (JWK); other members are dropped. */
export const publicKey = z
  .discriminatedUnion('kty', [
    z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
    z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
  ])
  .meta({ id: 'PublicKey' })
export type PublicKey = z.output<typeof publicKey>

const token = z
  .object({
    accessToken: z.string().describe('Sent as “Authorization: Bearer …”.'),
    expiresAt: time,
    session: sessionId,
    account: did,
    capabilities: z.array(z.enum(capabilities)),
    instance: did.describe('The instance DID of this node: the audience of what is signed for it.'),
  })
  .meta({ id: 'AccessToken' })
export type AccessToken = z.output<typeof token>

const session = z
  .object({
    id: sessionId,
    name: z.string().nullable(),
    created: time,
    lastUsed: time,
    expires: time,
    capabilities: z.array(z.enum(capabilities)),
    current: z.boolean().describe('True for the session that asks.'),
  })
  .meta({ id: 'Session' })

export const auth = defineMethods({
  'auth.link': {
    http: 'POST /api/v1/auth/link',
    summary: 'Exchanges the secret of a sign-in link, once, for a session. Without a key the session cannot be renewed.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ secret: coordinate, publicKey: publicKey.optional(), name: label.optional() }),
    output: token,
    errors: ['link-invalid'],
  },
  'auth.challenge': {
    http: 'POST /api/v1/auth/challenge',
    summary: 'Gives a session a challenge to sign; it works once, within a minute.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ session: sessionId }),
    output: z.object({ challenge: coordinate, audience: did, expiresAt: time }),
    errors: [],
  },
  'auth.refresh': {
    http: 'POST /api/v1/auth/refresh',
    summary:
      'Renews the access token. Signed by the session’s key, over UTF-8 “vivim/v1/session” NUL challenge NUL audience NUL ' +
      'session; P-256 signatures (SHA-256) in the 64-byte form of WebCrypto.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({
      session: sessionId,
      challenge: coordinate,
      signature: z
        .string()
        .regex(/^[A-Za-z0-9_-]{86}$/)
        .describe('64 bytes in base64url.'),
    }),
    output: token,
    errors: ['session-expired', 'unauthenticated'],
  },
  'auth.end': {
    http: 'DELETE /api/v1/auth/session',
    summary: 'Ends the session that asks, its tokens and its streams, at once.',
    kind: 'json',
    callers: 'session',
    input: z.strictObject({}),
    output: nothing,
    errors: [],
  },
  'sessions.list': {
    http: 'GET /api/v1/sessions',
    summary: 'Every session of the account.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: z.object({ items: z.array(session) }),
    errors: [],
  },
  'sessions.end': {
    http: 'DELETE /api/v1/sessions/{session}',
    summary: 'Ends a session, its tokens and its streams, at once.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ session: sessionId }),
    output: nothing,
    errors: ['not-found'],
  },
  'links.create': {
    http: 'POST /api/v1/links',
    summary: 'Makes a sign-in link: it works once, within five minutes.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({
      capabilities: z
        .array(z.enum(capabilities))
        .min(1)
        .max(capabilities.length)
        .default([...capabilities])
        .describe('What the new session may do; never more than the caller.'),
    }),
    output: z.object({
      link: z.string().describe('Path and fragment: “/#link=…”, to be put behind the node’s address.'),
      expiresAt: time,
    }),
    errors: [],
  },
})
