/**
 * Signing in (PROTOCOL.md). A device proves the key of its grant: challenge, signature, session, and then refresh tokens
 * that each work once. A browser without a grant exchanges a one-time link's secret for a session, and renews its access
 * token by proof of the session's key, which never leaves it: these are other methods, as what is signed is another thing.
 */
import { z } from 'zod'
import { capabilities, defineMethods } from '../method.ts'
import { did, label, nothing, sessionId, time } from './fields.ts'
import { signedEvent } from './sync.ts'

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

const deviceToken = token
  .extend({
    device: did,
    refreshToken: z
      .string()
      .describe('For “auth.refresh”, once. Whoever sends one a second time ends the session: somebody has a copy.'),
  })
  .meta({ id: 'DeviceToken' })
export type DeviceToken = z.output<typeof deviceToken>

const signature = z
  .string()
  .regex(/^[A-Za-z0-9_-]{86}$/)
  .describe('64 bytes in base64url.')
const deviceChallenge = z.string().regex(/^[A-Za-z0-9_-]{64}$/)

const session = z
  .object({
    id: sessionId,
    name: z.string().nullable(),
    device: did.optional().describe('The device that proved itself; absent where the session came of a link.'),
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
    summary: 'Gives a device of an account a challenge to sign; it works once, within a minute.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ did: did.describe('The account.') }),
    output: z.object({ challenge: deviceChallenge, expiresAt: time, audience: did.describe('The instance DID of this node.') }),
    errors: [],
  },
  'auth.session': {
    http: 'POST /api/v1/auth/session',
    summary:
      'Signs a device in. Signed by the key of its grant, over UTF-8 “vivim/v1/challenge” NUL and the DAG-CBOR of ' +
      '[challenge, audience, did].',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({
      did: did.describe('The account.'),
      device: did,
      challenge: deviceChallenge,
      signature,
      first: signedEvent
        .optional()
        .describe('The device’s first event, its grant by the account’s root: lets one in that this node does not know yet.'),
    }),
    output: deviceToken,
    errors: ['unauthenticated', 'device-revoked', 'device-forked'],
  },
  'auth.refresh': {
    http: 'POST /api/v1/auth/refresh',
    summary: 'Gives a device the next tokens for the refresh token that it was given last.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ refreshToken: z.string().regex(/^[a-z2-7]{25}[aeimquy4]\.[1-9][0-9]{0,9}\.[A-Za-z0-9_-]{43}$/) }),
    output: deviceToken,
    errors: ['session-expired', 'unauthenticated'],
  },
  'auth.renew-challenge': {
    http: 'POST /api/v1/auth/renew/challenge',
    summary: 'Gives the session of a link a challenge to sign; it works once, within a minute.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ session: sessionId }),
    output: z.object({ challenge: coordinate, audience: did, expiresAt: time }),
    errors: [],
  },
  'auth.renew': {
    http: 'POST /api/v1/auth/renew',
    summary:
      'Renews the access token of a link’s session. Signed by the session’s key, over UTF-8 “vivim/v1/session” NUL challenge NUL audience NUL ' +
      'session; P-256 signatures (SHA-256) in the 64-byte form of WebCrypto.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({
      session: sessionId,
      challenge: coordinate,
      signature,
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
