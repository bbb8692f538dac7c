/**
 * A conversation as the library compares and keeps it: its own fields apart, each message encoded once; a message's
 * hash tells whether it changed. What cannot be kept is refused here, as `import-damaged` or `import-too-large`, so
 * that one conversation never costs an import.
 */
import { hash } from 'node:crypto'
import { decode } from '@ipld/dag-cbor'
import type { Conversation, JsonObject, Message } from '../contract/content.ts'
import { importReason } from '../contract/import-reasons.ts'
import { encode } from '../log/dag-cbor.ts'
import { messageKeyFor } from './ids.ts'
import { refused } from './refused.ts'
import type { Fields, IncomingEntry } from './rules.ts'
import { countUnits } from './units.ts'

/** A message with its encoding; `entry.index` is set when it gets its place in a part. */
export interface EncodedMessage {
  message: Message
  bytes: Uint8Array
  entry: IncomingEntry
  spilled?: string
}
/** A conversation ready to be compared and packed. */
export interface EncodedConversation {
  /** Orders exports: see {@link orderOf}. */
  updated: number
  fields: Partial<Fields>
  extra: JsonObject | undefined
  blobs: Record<string, string>
  messages: EncodedMessage[]
  /** Hash over everything, attachments' blobs and the moment of the export included: equal means that nothing at all is new. */
  fingerprint: Uint8Array
  /** Made when needed. */
  byId?: ReadonlyMap<string, IncomingEntry>
}
/** Keeps what is too large for a chunk; answers the blob's id. */
export type Spill = (bytes: Uint8Array) => Promise<string>

/** A message above this is a blob (a chunk holds 256 KiB). */
const SPILL_BYTES = 192 * 1024
/** Of a conversation as large as this, more messages become blobs: an event holds a thousand chunks. */
const LARGE_BYTES = 64 * 1024 * 1024
const SPILL_OF_LARGE = 8 * 1024
const EXTRA_BYTES = 32 * 1024
/** Levels of nesting that every thread can read again, however small its stack. */
const LEVELS = 500
/** A tree block names models by 16 bits. */
const MODELS = 65_535

/** Errors: `import-damaged`, `import-too-large`, those of `spill`. */
export async function encodeConversation(conversation: Conversation, spill: Spill): Promise<EncodedConversation> {
  const blobs: Record<string, string> = {}
  const updated = orderOf(conversation)
  const fields = fieldsOf(conversation)
  const messages: EncodedMessage[] = []
  const models = new Set<string>()
  const keys = new Map<string, string>()
  let total = 0
  for (const [order, original] of conversation.messages.entries()) {
    const message = withoutBlobs(original, blobs)
    const bytes = encodeSafely(message, order + 1)
    const digest = hash('sha256', bytes, 'hex').slice(0, 16)
    messages.push({ message, bytes, entry: entryOf(message, order, digest, updated, keys) })
    if (message.model !== undefined) models.add(message.model)
    total += bytes.length
  }
  if (models.size > MODELS) throw refused('import-too-large', importReason('models', { models: models.size }))
  const limit = total > LARGE_BYTES ? SPILL_OF_LARGE : SPILL_BYTES
  for (const one of messages) {
    if (one.bytes.length <= limit) continue
    one.spilled = await spill(one.bytes)
    one.bytes = encode(stubOf(one.message, one.spilled, one.entry))
  }
  let extra: JsonObject | undefined
  if (conversation.extra) {
    const bytes = encodeSafely(conversation.extra)
    fields.extra = hash('sha256', bytes, 'hex').slice(0, 16)
    extra = bytes.length > EXTRA_BYTES ? { spilled: await spill(bytes) } : decode<JsonObject>(bytes)
  }
  const fingerprint = hash(
    'sha256',
    JSON.stringify([
      fields,
      blobs,
      messages.map(({ entry }) => [entry.id, entry.hash]),
      ...(conversation.asOf === undefined ? [] : [updated]),
    ]),
    'buffer',
  )
  return { updated, fields, extra, blobs, messages, fingerprint }
}

/** What stands in a chunk for a message that is too large for one: all but its parts. */
export type Spilled = Omit<Message, 'parts' | 'extra'> & { spilled: string; hash: string; units: number }
export type StoredMessage = Message | Spilled

function stubOf({ parts: _parts, extra: _extra, ...rest }: Message, spilled: string, entry: IncomingEntry): Spilled {
  return { ...rest, spilled, hash: entry.hash, units: entry.units }
}

/**
 * Numbers that JSON can say and DAG-CBOR cannot (1e999 reads as infinity) become null. Error: `import-damaged`, naming
 * the message by its number, counted from 1.
 */
function encodeSafely(value: object, message?: number): Uint8Array {
  if (isDeeper(value, LEVELS)) {
    const levels = LEVELS
    throw refused(
      'import-damaged',
      message === undefined ? importReason('kept-deep', { levels }) : importReason('message-deep', { message, levels }),
    )
  }
  try {
    return encode(value)
  } catch {
    try {
      return encode(JSON.parse(JSON.stringify(value)))
    } catch (cause) {
      const reason = message === undefined ? importReason('not-keepable') : importReason('message-not-keepable', { message })
      throw refused('import-damaged', reason, cause)
    }
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (isDeeper(value[i], levels - 1)) return true
    return false
  }
  for (const key in value) if (isDeeper(value[key as keyof typeof value], levels - 1)) return true
  return false
}

/** The entry of a message as it was stored: what {@link encodeConversation} said of it. */
export function entryOfStored(message: StoredMessage, order: number, fallback: number): IncomingEntry {
  if ('spilled' in message) return { ...entryOf({ ...message, parts: [] }, order, message.hash, fallback), units: message.units }
  return entryOf(message, order, hash('sha256', encode(message), 'hex').slice(0, 16), fallback)
}

/** `keys`: of the ids met so far; parents mostly come before their children. */
function entryOf(message: Message, order: number, digest: string, fallback: number, keys?: Map<string, string>): IncomingEntry {
  const id = messageKeyFor(message.id)
  keys?.set(message.id, id)
  return {
    id,
    parent: message.parent === null ? null : (keys?.get(message.parent) ?? messageKeyFor(message.parent)),
    role: message.role,
    time: millis(message.time),
    updated: millis(message.updated) ?? fallback,
    hash: digest,
    index: 0,
    units: countUnits(message),
    order,
    model: message.model,
    hidden: message.hidden ?? false,
    folded: message.folded ?? false,
  }
}

/** A provider's time as the tables keep it: whole milliseconds since 1970, not before. */
const millis = (time: number | undefined): number | undefined =>
  time === undefined || !Number.isFinite(time) ? undefined : Math.min(Math.max(0, Math.trunc(time)), Number.MAX_SAFE_INTEGER)

/**
 * What tells a later export from an earlier one: the provider's time of the last change, or the moment as of which the
 * export speaks; where there is neither, that of the newest message; where there are no times at all, the number of
 * messages, as conversations grow.
 */
function orderOf({ updated, asOf, messages }: Conversation): number {
  const said = Math.max(millis(updated) ?? -1, millis(asOf) ?? -1)
  if (said >= 0) return said
  let newest = 0
  for (const message of messages) newest = Math.max(newest, millis(message.updated) ?? 0, millis(message.time) ?? 0)
  return newest > 0 ? newest : messages.length
}

/** The message as it is stored: its blobs stand beside, by pointer. */
function withoutBlobs(message: Message, blobs: Record<string, string>): Message {
  if (!message.parts.some((part) => part.type === 'attachment' && part.blob !== undefined)) return message
  return {
    ...message,
    parts: message.parts.map((part) => {
      if (part.type !== 'attachment' || part.blob === undefined) return part
      const { blob, ...rest } = part
      blobs[part.pointer] = blob
      return rest
    }),
  }
}

/** The fields of a conversation, without its messages and extra, as they come back from the store. */
function fieldsOf(conversation: Conversation): Partial<Fields> {
  const { title, created, updated, model, project, archived, starred, tags, current, inferred, extra } = conversation
  const fields: { [F in keyof Fields]?: Fields[F] | undefined } = {
    title,
    created: millis(created),
    updated: millis(updated),
    model,
    project,
    archived,
    starred,
    tags,
    inferred,
    current: current === undefined ? undefined : messageKeyFor(current),
    kind: typeof extra?.kind === 'string' ? extra.kind : undefined,
  }
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  // half a character at a title's end comes back as U+FFFD: what is compared must be what is stored
  return decode<Partial<Fields>>(encodeSafely(given))
}
