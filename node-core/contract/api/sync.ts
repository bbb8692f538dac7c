/** Bringing devices of one owner to the same state (protocol 4): events one way and the other, until both hold the same. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from '../errors.ts'
import { type ChainId, chainPattern } from '../ids.ts'
import { defineMethods } from '../method.ts'
import { blobId, branded, conversationId, count, eventId } from './fields.ts'

/** Bytes in a message that travels as JSON (base64url without padding) or as CBOR (bytes). */
const bytes = (length?: number) =>
  z
    .unknown()
    .transform((value, context): Uint8Array => {
      const found = value instanceof Uint8Array ? value : typeof value === 'string' ? fromBase64Url(value) : undefined
      if (found && (length === undefined || found.length === length)) return found
      context.addIssue({ code: 'custom', message: 'not bytes' })
      return z.NEVER
    })
    .meta({ type: 'string', contentEncoding: 'base64url' })

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}

const chain = branded<ChainId>(
  chainPattern,
  'A device’s chain: its DID. Where the chain was forked, what follows the fork: the DID, #, and the CID of the part’s first event.',
)

export const signedEvent = z
  .strictObject({
    envelope: bytes().describe('The signed envelope, canonical DAG-CBOR.'),
    chunks: z
      .array(bytes().nullable())
      .max(1000)
      .describe('The payload’s parts as they were signed; null for one that was deleted.'),
    chain: chain
      .optional()
      .describe('Where its device’s chain was forked, the part that it is of. Not signed: whoever holds the chain sees it.'),
  })
  .meta({ id: 'SignedEvent' })
export type SignedEvent = z.output<typeof signedEvent>

const position = z
  .strictObject({ epoch: bytes(16), seq: count })
  .describe('How far a node’s own order was read. Means something to the node that gave it alone.')
export type SyncPosition = z.output<typeof position>

/** Devices of one account, at most: as many as an event can name as its causes. */
const vectorClock = z
  .record(chain, z.int().min(1))
  .refine((clock) => Object.keys(clock).length <= 1001, 'too many devices')
  .describe('Up to which number events of each device are held, without gaps; where its chain was forked, of each part of it.')
export type VectorClock = z.output<typeof vectorClock>

/** Changes of one request, at most. */
export const SYNC_CHANGES = 1000

/** Digests in one answer of `sync.parts`, at most. */
export const SYNC_PARTS = 1000

const scope = z
  .strictObject({
    recent: z.int().min(0).max(100_000).optional().describe('So many conversations, those that changed last.'),
    starred: z.boolean().optional().describe('True: those with a star.'),
    conversations: z.array(conversationId).max(500).optional().describe('These.'),
  })
  .describe(
    'Of what imports brought only the parts of these conversations: every event comes, and null in the place of the other ' +
      'parts. Whatever a person wrote always comes.',
  )
  .meta({ id: 'SyncScope' })
export type SyncScope = z.output<typeof scope>

const request = z.strictObject({
  cursor: position.nullable().default(null).describe('As the answer before gave it; null at first, and whenever in doubt.'),
  vectorClock: vectorClock.default({}).describe('What the caller holds; acknowledges what came before.'),
  changes: z
    .array(signedEvent)
    .max(SYNC_CHANGES)
    .default([])
    .describe('What the caller holds and this node does not: its own, or passed on.'),
  scope: scope.optional().describe('Absent: everything.'),
})
export type SyncRequest = z.output<typeof request>

const codes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]]
const rejected = z.object({
  change: count.describe('Its place among the changes.'),
  event: eventId.nullable().describe('Null where the bytes are no event.'),
  code: z.enum(codes),
  retryable: z.boolean(),
  detail: z.string().optional(),
})

export const syncAnswer = z.object({
  events: z.array(signedEvent).describe('What the caller lacks, causes first.'),
  newCursor: position,
  vectorClock: vectorClock.describe('What this node holds.'),
  merkleRoot: bytes(32).describe('Over the newest event of each device; compared when nothing more is to come.'),
  more: z.boolean(),
  lacks: count
    .optional()
    .describe('Parts and files that events here name and that this node does not hold, where it looked: sync.fill gives them.'),
  rejected: z.array(rejected).describe('Changes that were not taken; all others are on disk.'),
})
export type SyncAnswer = z.output<typeof syncAnswer>

export const syncHeads = z.object({
  heads: z.array(z.object({ device: chain, seq: z.int().min(1), id: eventId })),
  merkleRoot: bytes(32),
})
export type SyncHeads = z.output<typeof syncHeads>

const piece = z
  .strictObject({
    blob: blobId,
    from: count,
    size: count.describe('Bytes of the whole file.'),
    bytes: bytes(),
  })
  .meta({ id: 'FilePiece' })
export type FilePiece = z.output<typeof piece>
/** Bytes of a file in one piece; the last one has fewer. */
export const PIECE_BYTES = 1024 * 1024
/** Parts and pieces of one message, at most. */
export const FILL_MOST = { parts: 16, blobs: 4 } as const

const given = z.strictObject({
  parts: z.array(bytes()).max(FILL_MOST.parts).default([]).describe('Parts of payloads as they were signed.'),
  blobs: z.array(piece).max(FILL_MOST.blobs).default([]),
})
export type Given = z.output<typeof given>
const wanted = z.strictObject({
  parts: z.array(bytes(32)).max(FILL_MOST.parts).default([]).describe('Digests of payloads’ parts.'),
  blobs: z
    .array(z.strictObject({ blob: blobId, from: count.describe('Bytes that are here already.') }))
    .max(FILL_MOST.blobs)
    .default([]),
})
export type Wanted = z.output<typeof wanted>
const behind = z
  .strictObject({ part: count, blob: bytes() })
  .describe('A place in the list of what a node lacks. Means something to the node that gave it alone.')
export type Behind = z.output<typeof behind>

const fillRequest = z.strictObject({
  given: given.prefault({}).describe('What this node said that it lacks.'),
  wanted: wanted.prefault({}),
  after: behind.nullable().default(null).describe('List what this node lacks behind here.'),
})
export type FillRequest = z.output<typeof fillRequest>
export const fillAnswer = z.object({
  given: given.describe('Of what was wanted that which is here.'),
  lacking: wanted.describe('What this node lacks itself, some of it.'),
  next: behind.nullable().describe('Null where that is the end of the list.'),
})
export type FillAnswer = z.output<typeof fillAnswer>

export const sync = defineMethods({
  'sync.exchange': {
    http: 'POST /api/v1/sync',
    summary:
      'Takes events that this node lacks and gives those that the caller lacks. JSON, or CBOR by content type. Giving needs the capability to write.',
    kind: 'json',
    cbor: true,
    callers: 'session',
    capability: 'read',
    input: request,
    output: syncAnswer,
    errors: ['quota-exceeded', 'storage-full'],
  },
  'sync.heads': {
    http: 'GET /api/v1/sync/heads',
    summary: 'The newest event of each device; or, to find where two chains part, one device’s event of a number.',
    kind: 'json',
    cbor: true,
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ device: chain.optional(), seq: z.int().min(1).optional() }),
    output: syncHeads,
    errors: [],
  },
  'sync.parts': {
    http: 'POST /api/v1/sync/parts',
    summary: 'The parts that lie in a scope now, by digest: whoever held less so far asks sync.fill for those that it lacks.',
    kind: 'json',
    cbor: true,
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      scope,
      after: count.nullable().default(null).describe('As the answer before gave it.'),
    }),
    output: z.object({
      parts: z.array(bytes(32)),
      next: count.nullable().describe('Null at the end. Means something to the node that gave it alone.'),
    }),
    errors: [],
  },
  'sync.fill': {
    http: 'POST /api/v1/sync/fill',
    summary:
      'Gives parts and pieces of files that the caller lacks, and takes those that this node lacks. What came is checked by its digest. Giving needs the capability to write.',
    kind: 'json',
    cbor: true,
    callers: 'session',
    capability: 'read',
    input: fillRequest,
    output: fillAnswer,
    errors: ['quota-exceeded', 'storage-full'],
  },
})
