/** What an account says of itself to others. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { label, nothing } from './fields.ts'

export const records = defineMethods({
  'account.publish': {
    http: 'POST /api/v1/account/publish',
    summary:
      'Publishes the account’s record at /.well-known/vivim, for those who know its DID: the name given here, the keys of its ' +
      'devices, and this node’s own device with its name. Or publishes it no more.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ on: z.boolean(), name: label.optional() }),
    output: nothing,
    errors: ['storage-full'],
  },
})
