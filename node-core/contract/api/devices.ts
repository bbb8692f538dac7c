/** The devices of an account: who may sign its events. */
import { z } from 'zod'
import { capabilities, grantSchema } from '../events.ts'
import { defineMethods } from '../method.ts'
import { did, label, nothing, time } from './fields.ts'

const kind = grantSchema.shape.kind
/** A device as it stands now. */
export const device = z
  .object({
    did,
    name: z.string(),
    kind,
    fingerprint: z.string().describe('Its number, made from its public keys: what people compare when it is paired.'),
    capabilities: z.array(z.enum(capabilities)).describe('What its events may say.'),
    granted: time,
    granter: did.describe('The root, or the device that let it in.'),
    expires: time.nullable(),
    forked: time.nullable().describe('When it was said that its key was in use twice; null: it was not.'),
    state: z
      .enum(['invited', 'active', 'expired', 'forked', 'revoked'])
      .describe('invited: it has signed nothing yet. expired, forked (its key was in use twice) and revoked: it signs no more.'),
    lastSeen: time.nullable().describe('When it last signed in or signed an event that is here.'),
    lastSynced: time.nullable().describe('When it last held all that this node held; null: it never said so.'),
    current: z.boolean().describe('True for the device that is this node.'),
  })
  .meta({ id: 'DeviceState' })

export const devices = defineMethods({
  'devices.list': {
    http: 'GET /api/v1/devices',
    summary: 'Every device of the account, those that were revoked included.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: z.object({ items: z.array(device) }),
    errors: [],
  },
  'devices.grant': {
    http: 'POST /api/v1/devices',
    summary: 'Lets a device in: this node’s device signs its grant, which gives no more than it has itself.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({
      device: did,
      name: label,
      kind,
      capabilities: z.array(z.enum(capabilities)).min(1).max(capabilities.length),
      encryption: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/)
        .describe('Its X25519 public key in base64url.'),
      expires: time.optional(),
    }),
    output: z.object({
      device,
      grant: z.string().describe('The signed grant, DAG-CBOR in base64url: the device’s first event holds it.'),
    }),
    errors: ['already-there', 'event-not-granted', 'event-revoked'],
  },
  'devices.revoke': {
    http: 'DELETE /api/v1/devices/{device}',
    summary:
      'Revokes a device for good: what it signs after its newest event here is void, and its sessions and streams end at once.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ device: did }),
    output: nothing,
    errors: ['not-found', 'conflict', 'keys-missing', 'event-revoked'],
  },
  'devices.rename': {
    http: 'PATCH /api/v1/devices/{device}',
    summary: 'Gives a device another name.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ device: did, name: label }),
    output: nothing,
    errors: ['not-found', 'event-revoked'],
  },
})
