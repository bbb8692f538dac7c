/**
 * Every event type and the schema of its payload's parts. The format is for ever: an event, once signed, is
 * read for as long as its owner lives. Types and fields may be added; none may change its meaning.
 */
import { z } from 'zod'
import { longestTag, sources } from './content.ts'
import { didPattern } from './ids.ts'
import { isTextUpdate } from './text-update.ts'

/** The longest text of a unit that may be edited, in UTF-16 code units: it is said in every part of its document. */
export const longestEdited = 20_000
const anyBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes')
const bytes = (length: number) => anyBytes.refine((b) => b.length === length, `${length} bytes`)
const entity = bytes(16)
const millis = z.int().min(0)
/** An update of a shared text, within limits: see `text-update.ts`. */
const textUpdate = anyBytes.refine(isTextUpdate, 'an update of a text')
/** A CID's 32-byte digest. */
const digest = bytes(32)

export const capabilities = ['read', 'write', 'share', 'publish', 'grant'] as const
export type Capability = (typeof capabilities)[number]

/** What a root or a device with `grant` says of a device; signed with purpose `grant` over its DAG-CBOR without `sig`. */
export const grantSchema = z.object({
  account: z.string(),
  device: z.string(),
  name: z.string().max(200),
  kind: z.enum(['desktop', 'server', 'phone', 'browser']),
  capabilities: z.array(z.enum(capabilities)),
  notBefore: millis,
  /** Null: until revoked. */
  expires: millis.nullable(),
  /** The device's X25519 public key. */
  encryption: bytes(32),
  /** DID of the root, or of the granting device. */
  issuer: z.string(),
  sig: bytes(64),
})
export type Grant = z.infer<typeof grantSchema>

/**
 * What a device's key is worth no longer: its events above `seq` are void, wherever and whenever they arrive; `id` is
 * the event of that number, null at 0.
 */
export const revocationSchema = z
  .object({ device: z.string().regex(didPattern), seq: z.int().min(0), id: digest.nullable() })
  .refine(({ seq, id }) => seq > 0 || id === null, 'nothing has the number 0')
export type Revocation = z.infer<typeof revocationSchema>

/**
 * A device signed several events with one number: its key is in use twice. `seq` and `id` name its last event before that
 * (`id` null at 0); `tails` what follows it, each by its first event and the last that its reporter held.
 */
export const forkSchema = z
  .object({
    device: z.string().regex(didPattern),
    seq: z.int().min(0),
    id: digest.nullable(),
    tails: z
      .array(z.object({ first: digest, seq: z.int().min(1), id: digest }))
      .min(2)
      .max(100),
  })
  .refine(({ seq, id }) => (seq === 0) === (id === null), 'an id for every number but 0')
export type Fork = z.infer<typeof forkSchema>

/** Replaces the root, after it was stolen or lost; signed by the successor with purpose `succession`, over its DAG-CBOR without `sig`. */
export const successionSchema = z.object({
  account: z.string().regex(didPattern),
  /** The root that ends, its last event, and the number of that. */
  replaces: z.string().regex(didPattern),
  seq: z.int().min(1),
  id: digest,
  /** The root from now on. */
  root: z.string().regex(didPattern),
  /** The successor's public key, whose hash the root that ends had committed to. */
  successor: bytes(32),
  /** SHA-256 of the next successor's public key. */
  next: digest,
  /** Devices granted by an earlier root that stay; all others are void from their first event on. */
  devices: z.array(z.string().regex(didPattern)).max(1000),
  sig: bytes(64),
})
export type Succession = z.infer<typeof successionSchema>

/** What an event says of a thing that is noted on or tagged. */
const target = z.object({
  conversation: entity,
  /** The conversation's incarnation; absent: the first. A deletion of it takes along what was said, seen or not. */
  incarnation: z.int().min(1).optional(),
  /** 8 bytes inside the conversation; absent: the conversation itself. */
  message: bytes(8).optional(),
  /** Index inside the message; absent: the message itself. */
  unit: z.int().min(0).optional(),
})
export type EventTarget = z.infer<typeof target>

/**
 * The fields of {@link Conversation} other than its messages, and its messages, are checked where they are made
 * (the formats) and, for events of other nodes, by {@link contributionSchema}.
 */
export const contributionSchema = z.tuple([
  z.object({
    conversation: entity,
    incarnation: z.int().min(0),
    import: entity,
    source: z.enum(sources),
    key: z.string(),
    /**
     * Orders imported fields: the provider's last change, milliseconds; where unknown, its newest message's; where no
     * time is known, the number of its messages.
     */
    updated: millis,
  }),
  z.object({
    /** The conversation's own fields, where this part says something of them; their `extra` is the hash of `extra`. */
    fields: z.record(z.string(), z.unknown()).optional(),
    /** What the provider says beside, as it came. */
    extra: z.record(z.string(), z.unknown()).optional(),
    /** Blobs by the provider's pointer: what an attachment's bytes are. Stands apart, so that an export without the bytes takes none away. */
    blobs: z.record(z.string(), z.string()).optional(),
    /** Messages without their attachments' blobs; one with `spilled` stands for a message that is too large for a chunk and is the blob of that id. */
    messages: z.array(z.record(z.string(), z.unknown())),
    /** Position of each message in the provider's order. */
    orders: z.array(z.int().min(0)),
  }),
])

const importReport = z.record(z.string(), z.unknown())

/** Part schemas by event type: each part of an event of that type has this shape. */
export const eventTypes = {
  /** The account's first event, by its root key: commits to the successor. */
  'account.created': z.object({ successor: digest }),
  /** The first event of a new root's chain. */
  'account.succeeded': successionSchema,
  /** A device's first event, the grant that lets it write; and before that an event of the device that grants it. */
  'device.granted': grantSchema,
  'device.revoked': revocationSchema,
  'device.forked': forkSchema,
  'device.renamed': z.object({ device: z.string().regex(didPattern), name: z.string().min(1).max(200) }),
  'library.conversations-imported': contributionSchema,
  /** What the person says of a conversation; null gives the imported value back. */
  'library.conversation-edited': z.object({
    conversation: entity,
    incarnation: z.int().min(0),
    title: z.string().max(2000).nullable().optional(),
    archived: z.boolean().nullable().optional(),
    starred: z.boolean().nullable().optional(),
  }),
  /** Ends an incarnation and names the chunks that may be missing from now on. */
  'library.conversation-deleted': z.object({ conversation: entity, incarnation: z.int().min(0), chunks: z.array(digest) }),
  'library.tagged': z.object({ target, tag: z.string().min(1).max(longestTag), on: z.boolean() }),
  /**
   * `update` is a Yjs update of the document whose text `note` is the note. `created` and `updated`: when it was written
   * before it came here out of an export; no later than the event counts.
   */
  'library.note-written': z.object({
    note: entity,
    target: target.nullable(),
    update: textUpdate,
    /**
     * Where the document stands in the place of its target, a unit: the unit's text when it was first changed. The
     * document's id derives from it, and its first characters are it, said by a client whose number derives from the id.
     */
    edits: z.object({ original: z.string().min(1).max(longestEdited) }).optional(),
    created: millis.optional(),
    updated: millis.optional(),
  }),
  'library.note-deleted': z.object({ note: entity, chunks: z.array(digest) }),
  /**
   * Names chunks of a note that may be missing from now on: the `library.note-written` before it, by the same device, says
   * all that they said.
   */
  'library.note-compacted': z.object({ note: entity, chunks: z.array(digest) }),
  /** An import began, or went on after a break. */
  'imports.started': z.object({ import: entity, name: z.string(), format: z.string().nullable() }),
  /** Parts of earlier imports, `[event digest, part]`, whose content this import held too: they stay when the earlier one is undone. */
  'imports.vouched': z.object({ import: entity, parts: z.array(z.tuple([digest, z.int().min(0)])) }),
  /** An import ended; `report` is the contract's `ImportReport`. */
  'imports.completed': z.object({ import: entity, report: importReport }),
  'imports.undone': z.object({ import: entity }),
  /** Names the chunks of an undone import that may be missing from now on. */
  'imports.erased': z.object({ import: entity, chunks: z.array(digest) }),
} as const

export type EventType = keyof typeof eventTypes
export type PartOf<T extends EventType> = z.infer<(typeof eventTypes)[T]>

/** Events that name, in `chunks`, what may be missing from now on. */
export const tombstoneTypes = [
  'library.conversation-deleted',
  'library.note-deleted',
  'library.note-compacted',
  'imports.erased',
] as const
export const isTombstone = (type: string): type is (typeof tombstoneTypes)[number] =>
  (tombstoneTypes as readonly string[]).includes(type)

/** Events of which a tombstone can name parts: what a person or a provider wrote. Parts of all other known types are always there. */
export const erasableTypes = [
  'library.conversations-imported',
  'library.conversation-edited',
  'library.tagged',
  'library.note-written',
] as const
/** Whether parts of such an event may be missing; of types that this version does not know they may. */
export const isErasable = (type: string): boolean => erasableTypes.some((one) => one === type) || !Object.hasOwn(eventTypes, type)

/** Events that say who may sign, and under what name. Each has one part. */
export const authorityTypes = [
  'account.created',
  'account.succeeded',
  'device.granted',
  'device.revoked',
  'device.forked',
  'device.renamed',
] as const
/**
 * The capability that a device needs to sign an event of a type. What begins a chain (genesis, succession, a device's own
 * grant) is proved by its own signature.
 */
export const capabilityFor = (type: string): Capability =>
  // a fork is proved by what the forked device signed: whoever may write may say it
  type.startsWith('device.') && type !== 'device.forked' ? 'grant' : 'write'
