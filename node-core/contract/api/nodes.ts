/** The person's other nodes that this one follows: both hold the same, as far as they reach each other. */
import { z } from 'zod'
import { entityPattern } from '../ids.ts'
import { defineMethods } from '../method.ts'
import { did, nothing, time } from './fields.ts'

/** SHA-256 of a root certificate, as systems show it. */
export const authorityFingerprint = z.string().regex(/^(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/)

const nodeId = z.string().regex(entityPattern).describe('A node that this one follows.')
export const otherNode = z
  .object({
    id: nodeId,
    url: z.string().describe('Where it is asked: scheme, host and port.'),
    instance: did.describe('Its own DID. Another node at that address gets no signature.'),
    added: time,
    authority: z
      .string()
      .nullable()
      .describe('SHA-256 of the root certificate that alone vouches for it; null where those do that the machine trusts.'),
    state: z
      .enum(['starting', 'live', 'polling', 'trouble', 'paused'])
      .describe(
        'live: either hears at once what is new at the other. polling: asked every half minute. trouble: asked again later. paused: not asked, by a person’s wish or while the machine is about to sleep.',
      ),
    lastSynced: time.nullable().describe('When both last held the same; null: not since this node started.'),
    behind: z
      .object({
        here: z.int().nonnegative().describe('Events that this node lacks.'),
        there: z.int().nonnegative().describe('Events that the other one lacks.'),
      })
      .nullable()
      .describe('As of what the other one said last; null: it said nothing since this node started.'),
    trouble: z
      .object({ code: z.string(), text: z.string().describe('In English.'), since: time })
      .nullable()
      .describe('Why both are not in step, and since when.'),
  })
  .meta({ id: 'OtherNode' })
export type OtherNode = z.output<typeof otherNode>

export const nodes = defineMethods({
  'nodes.list': {
    http: 'GET /api/v1/nodes',
    summary: 'The nodes that this one follows, and how that goes.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: z.object({ items: z.array(otherNode) }),
    errors: [],
  },
  'nodes.add': {
    http: 'POST /api/v1/nodes',
    summary:
      'Pairs this node with another one of the same account, and follows it from then on. It says the number that the person confirms over there.',
    kind: 'events',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({
      url: z.string().min(1).max(2000).describe('The pairing link of the other node, or its address, with the code.'),
      code: z.string().max(40).optional().describe('The pairing’s code, where the link is not at hand.'),
      authority: authorityFingerprint
        .optional()
        .describe('The fingerprint of the other node’s own authority, once the person has compared it: that one is trusted.'),
    }),
    output: z.discriminatedUnion('event', [
      z
        .object({ event: z.literal('authority'), data: z.object({ fingerprint: z.string() }) })
        .describe('It ends here: nobody whom this machine trusts vouches for the other node. Compare, and ask again with it.'),
      z.object({ event: z.literal('confirm'), data: z.object({ fingerprint: z.string(), expiresAt: time }) }),
      z.object({ event: z.literal('done'), data: otherNode }),
    ]),
    errors: ['already-there', 'certificate-unknown', 'conflict', 'pairing-invalid'],
  },
  'nodes.sync': {
    http: 'POST /api/v1/nodes/{node}/sync',
    summary: 'Brings both to the same state now, and answers how that went.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ node: nodeId }),
    output: otherNode,
    errors: ['not-found'],
  },
  'nodes.remove': {
    http: 'DELETE /api/v1/nodes/{node}',
    summary: 'Follows a node no longer. What both hold stays; the other’s device is revoked apart from this.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ node: nodeId }),
    output: nothing,
    errors: ['not-found'],
  },
})
