/**
 * A conversation as an import's event carries it: parts of at most 32 KiB or so, each with some of the messages.
 * Each message is encoded once; its hash tells whether it changed.
 */
import { hash } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { Conversation, JsonObject, Message } from '../contract/content.ts'
import { messageKeyFor } from './ids.ts'
import type { Fields, IncomingEntry } from './rules.ts'
import { unitsOf } from './units.ts'

/** A message with its encoding; `entry.index` is set when it gets its place in a part. */
export interface EncodedMessage { message: Message; bytes: Uint8Array; entry: IncomingEntry; spilled?: string }
/** A conversation ready to be compared and packed. */
export interface EncodedConversation {
  fields: Partial<Fields>
  extra: JsonObject | undefined
  blobs: Record<string, string>
  messages: EncodedMessage[]
  /** Hash over everything, attachments' blobs included: equal means that nothing at all is new. */
  fingerprint: Uint8Array
}
/** Keeps what is too large for a chunk; answers the blob's id. */
export type Spill = (bytes: Uint8Array) => Promise<string>

/** Parts are filled to about this size: small enough to open for one snippet, large enough to compress well. */
const PART_BYTES = 32 * 1024
/** A message above this is a blob (a chunk holds 256 KiB). */
const SPILL_BYTES = 192 * 1024

export async function encodeConversation(conversation: Conversation, spill: Spill): Promise<EncodedConversation> {
  const blobs: Record<string, string> = {}
  const fields = fieldsOf(conversation)
  const messages: EncodedMessage[] = []
  for (const [order, original] of conversation.messages.entries()) {
    const message = withoutBlobs(original, blobs)
    let bytes = encodeSafely(message)
    const digest = hash('sha256', bytes, 'hex').slice(0, 16)
    const entry = entryOf(message, order, digest, conversation.updated ?? 0)
    if (bytes.length > SPILL_BYTES) {
      const spilled = await spill(bytes)
      bytes = encode(stubOf(message, spilled, digest, entry.units))
      messages.push({ message, bytes, entry, spilled })
    } else messages.push({ message, bytes, entry })
  }
  let extra = conversation.extra
  if (extra) {
    const bytes = encode(extra)
    fields.extra = hash('sha256', bytes, 'hex').slice(0, 16)
    if (bytes.length > PART_BYTES) extra = { spilled: await spill(bytes) }
  }
  const fingerprint = hash('sha256', JSON.stringify([fields, blobs, messages.map(({ entry }) => [entry.id, entry.hash])]), 'buffer')
  return { fields, extra, blobs, messages, fingerprint }
}

/** What stands in a chunk for a message that is too large for one: all but its parts. */
export type Spilled = Omit<Message, 'parts' | 'extra'> & { spilled: string; hash: string; units: number }
export type StoredMessage = Message | Spilled

function stubOf({ parts: _parts, extra: _extra, ...rest }: Message, spilled: string, digest: string, units: number): Spilled {
  return { ...rest, spilled, hash: digest, units }
}

/** Numbers that JSON can say and DAG-CBOR cannot (1e999 reads as infinity) become null. */
function encodeSafely(message: Message): Uint8Array {
  try {
    return encode(message)
  } catch {
    return encode(JSON.parse(JSON.stringify(message)))
  }
}

/** The entry of a message as it was stored: what {@link encodeConversation} said of it. */
export function entryOfStored(message: StoredMessage, order: number, fallback: number): IncomingEntry {
  if ('spilled' in message) return { ...entryOf({ ...message, parts: [] }, order, message.hash, fallback), units: message.units }
  return entryOf(message, order, hash('sha256', encode(message), 'hex').slice(0, 16), fallback)
}

function entryOf(message: Message, order: number, digest: string, fallback: number): IncomingEntry {
  return {
    id: messageKeyFor(message.id),
    parent: message.parent === null ? null : messageKeyFor(message.parent),
    role: message.role,
    time: message.time,
    updated: message.updated ?? fallback,
    hash: digest,
    index: 0,
    units: unitsOf(message).length,
    order,
    model: message.model,
    hidden: message.hidden ?? false,
    folded: message.folded ?? false,
  }
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

/** The fields of a conversation, without its messages and extra. */
function fieldsOf(conversation: Conversation): Partial<Fields> {
  const { title, created, updated, model, project, archived, starred, tags, current, inferred, extra } = conversation
  const fields: { [F in keyof Fields]?: Fields[F] | undefined } = {
    title, created, updated, model, project, archived, starred, tags, inferred,
    current: current === undefined ? undefined : messageKeyFor(current),
    kind: typeof extra?.kind === 'string' ? extra.kind : undefined,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>
}

/** What one part says: the head of its tuple. */
export interface PartMeta {
  conversation: Uint8Array
  incarnation: number
  import: Uint8Array
  source: string
  key: string
  updated: number
}
/** A part's encoded value, and the entries of its messages with their index in it. */
export interface EncodedPart { value: Uint8Array; entries: IncomingEntry[]; fields: Partial<Fields>; blobs: Record<string, string> }

/** Packs what is to be said of a conversation into parts. The first carries the fields; there is always one. */
export function encodeParts(
  meta: PartMeta, said: { fields: Partial<Fields>; extra: JsonObject | undefined; blobs: Record<string, string>; messages: readonly EncodedMessage[] },
): EncodedPart[] {
  const parts: EncodedPart[] = []
  const head = encode(meta)
  let from = 0
  do {
    let size = 0
    let to = from
    while (to < said.messages.length && (to === from || size + (said.messages[to]?.bytes.length ?? 0) <= PART_BYTES)) size += said.messages[to++]?.bytes.length ?? 0
    const group = said.messages.slice(from, to)
    const first = from === 0
    const fields = first ? said.fields : {}
    const blobs = first ? said.blobs : {}
    parts.push({
      value: partValue(head, {
        ...(Object.keys(blobs).length > 0 ? { blobs } : {}),
        ...(first && said.extra && fields.extra !== undefined ? { extra: said.extra } : {}),
        ...(Object.keys(fields).length > 0 ? { fields } : {}),
      }, group),
      entries: group.map(({ entry }, index) => ({ ...entry, index })),
      fields, blobs,
    })
    from = to
  } while (from < said.messages.length)
  return parts
}

/** `[meta, {blobs?, extra?, fields?, orders, messages}]`, in DAG-CBOR's order of keys, from messages that are encoded already. */
function partValue(head: Uint8Array, beside: { blobs?: unknown; extra?: unknown; fields?: unknown }, group: readonly EncodedMessage[]): Uint8Array {
  const body: Uint8Array[] = []
  for (const [key, value] of Object.entries(beside)) body.push(encode(key), encode(value))
  body.push(encode('orders'), encode(group.map(({ entry }) => entry.order)))
  body.push(encode('messages'), arrayHead(group.length), ...group.map(({ bytes }) => bytes))
  return Buffer.concat([Uint8Array.of(0x82), head, Uint8Array.of(0xa2 + Object.keys(beside).length), ...body])
}

/** CBOR major type 4 with a length below 2^32 (RFC 8949, 3). */
function arrayHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x80 + length)
  if (length < 256) return Uint8Array.of(0x98, length)
  if (length < 65536) return Uint8Array.of(0x99, length >> 8, length & 255)
  return Uint8Array.of(0x9a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255)
}
