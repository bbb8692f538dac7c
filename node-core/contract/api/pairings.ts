/**
 * Pairing: how a browser or another machine becomes a device of the account (PROTOCOL.md, Signing in). Somebody who may let
 * devices in opens a pairing and shows its link or code; the new device claims it, once, with its own keys; the same person
 * compares the device's number on both screens and confirms.
 */
import { z } from 'zod'
import { grantSchema } from '../events.ts'
import { entityPattern } from '../ids.ts'
import { defineMethods } from '../method.ts'
import { device } from './devices.ts'
import { did, label, nothing, time } from './fields.ts'

const pairingId = z.string().regex(entityPattern).describe('A pairing.')
const ticket = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('What the claiming device asks on with; 32 bytes in base64url.')
const fingerprint = z
  .string()
  .regex(/^\d{4} \d{4} \d{4}$/)
  .describe('The device’s number, made from its public keys: the same on both screens.')
const kind = grantSchema.shape.kind

const pairing = z
  .object({
    pairing: pairingId,
    expiresAt: time,
    link: z.string().nullable().describe('Path and fragment: “/#pair=…”; null once it was claimed.'),
    code: z
      .string()
      .nullable()
      .describe(
        'To be typed where there is no camera; null once it was claimed, or after too many wrong codes: the link works still.',
      ),
    device: z
      .object({ did, name: z.string(), kind, fingerprint })
      .nullable()
      .describe('What claimed it, and waits for a confirmation.'),
  })
  .meta({ id: 'Pairing' })
export type Pairing = z.output<typeof pairing>

export const pairings = defineMethods({
  'pairings.create': {
    http: 'POST /api/v1/pairings',
    summary: 'Opens a pairing: it is claimed once, within ten minutes.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: pairing,
    errors: [],
  },
  'pairings.list': {
    http: 'GET /api/v1/pairings',
    summary: 'The pairings that are open or wait for a confirmation, and the addresses to put their links behind.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(pairing),
      addresses: z.array(z.string()).describe('Where other machines reach this node, the best first.'),
      certificate: z
        .object({ page: z.string(), fingerprint: z.string() })
        .nullable()
        .describe('Where a machine gets the root of the node’s own authority, and its SHA-256; null where there is none.'),
    }),
    errors: [],
  },
  'pairings.confirm': {
    http: 'POST /api/v1/pairings/{pairing}/confirm',
    summary: 'Lets the device in that claimed the pairing, if it is the one whose number the person saw.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({
      pairing: pairingId,
      fingerprint,
      full: z
        .boolean()
        .default(false)
        .describe('True: it is a node of the person’s, and may let devices in and throw them out itself (publish and grant).'),
    }),
    output: z.object({ device }),
    errors: ['not-found', 'conflict', 'already-there', 'device-forked', 'event-not-granted', 'event-revoked'],
  },
  'pairings.cancel': {
    http: 'DELETE /api/v1/pairings/{pairing}',
    summary: 'Closes a pairing; a device that claimed it is refused.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ pairing: pairingId }),
    output: nothing,
    errors: ['not-found', 'conflict'],
  },
  'pairings.claim': {
    http: 'POST /api/v1/pair/claim',
    summary:
      'Claims a pairing for a new device. Signed by the device’s key, over UTF-8 “vivim/v1/pairing” NUL and the DAG-CBOR of ' +
      '[secret, device, encryption, name, kind]. The same device may ask again; nobody else can.',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({
      secret: z
        .string()
        .regex(/^(?:[A-Za-z0-9_-]{43}|[a-z2-7]{8})$/)
        .describe('The link’s secret, or the code without its dash, in lower case.'),
      device: did,
      encryption: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/)
        .describe('Its X25519 public key in base64url.'),
      name: label,
      kind,
      signature: z
        .string()
        .regex(/^[A-Za-z0-9_-]{86}$/)
        .describe('64 bytes in base64url.'),
    }),
    output: z.object({
      ticket,
      account: did,
      instance: did.describe('The instance DID of this node: the audience of what is signed for it.'),
      expiresAt: time,
    }),
    errors: ['pairing-invalid', 'event-signature', 'device-forked'],
  },
  'pairings.progress': {
    http: 'POST /api/v1/pair/progress',
    summary: 'How a claimed pairing stands. Once it is confirmed, the device signs in by its key (auth.session).',
    kind: 'json',
    callers: 'open',
    scope: 'node',
    input: z.strictObject({ ticket }),
    output: z.object({
      state: z.enum(['waiting', 'confirmed', 'refused']),
      expiresAt: time,
      grant: z.string().optional().describe('The signed grant, DAG-CBOR in base64url: the device’s first event holds it.'),
    }),
    errors: ['pairing-invalid'],
  },
})
