/** What only the person with the 24 words may do. All of it over the local socket: the words go nowhere else. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { did, nothing } from './fields.ts'

const phrase = z.string().max(500).describe('24 words.')

export const roots = defineMethods({
  'account.set-root': {
    http: 'POST /api/v1/account/root',
    summary: 'Keeps the account’s root key in the keychain, or cold: then the 24 words are asked for whatever needs it.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ cold: z.boolean(), phrase }),
    output: nothing,
    errors: ['phrase-invalid', 'phrase-mismatch', 'keys-missing', 'keychain-unavailable'],
  },
  'account.revoke-device': {
    http: 'POST /api/v1/account/revoke-device',
    summary: 'Revokes a device by the root, whoever let it in. For what “devices.revoke” cannot.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ device: did, phrase }),
    output: nothing,
    errors: ['not-found', 'conflict', 'phrase-invalid', 'phrase-mismatch'],
  },
  'account.succeed': {
    http: 'POST /api/v1/account/succeed',
    summary:
      'Puts a new root in the place of one that was stolen: nothing that the old one ever said counts from now on, but that ' +
      'it began the account and let in the devices that are not dropped.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({
      phrase,
      keep: z.array(did).max(500).describe('Devices that go on working; this node’s own always does.'),
      drop: z
        .array(did)
        .max(500)
        .default([])
        .describe('Devices that a thief let in: all that they ever said is void. Of every other what it wrote until now stays.'),
    }),
    output: z.object({ root: did, gone: z.array(did).describe('Devices that worked and do not any more.') }),
    errors: ['not-found', 'phrase-invalid', 'phrase-mismatch', 'storage-corrupt', 'keychain-unavailable'],
  },
})
