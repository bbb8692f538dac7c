/** Packing what is to be said of a conversation into the parts of an event. */
import { importReason } from '../contract/import-reasons.ts'
import { encode } from '../log/dag-cbor.ts'
import { limits } from '../log/envelope.ts'
import type { Said } from './compare.ts'
import type { EncodedMessage } from './encode.ts'
import { refused } from './refused.ts'
import type { Fields, IncomingEntry } from './rules.ts'

/** What every part says first: the head of its tuple. */
export interface PartMeta {
  conversation: Uint8Array
  incarnation: number
  import: Uint8Array
  source: string
  key: string
  updated: number
}
/** A part's encoded value, and the entries of its messages with their index in it. */
export interface EncodedPart {
  value: Uint8Array
  entries: IncomingEntry[]
  fields: Partial<Fields>
  blobs: Record<string, string>
}

/** Parts are filled to about this size: small enough to open for one snippet, large enough to compress well. */
const PART_BYTES = 32 * 1024
/** Parts of a very large conversation are larger: an event holds a thousand. */
const MOST_BYTES = 160 * 1024
const MANY = 400
/** Random bytes and the array around a value. */
const CHUNK_HEAD = 18

/** There is always one part; the first carries the fields. Error: `import-too-large`. */
export function encodeParts(meta: PartMeta, said: Said): EncodedPart[] {
  const head = encode(meta)
  const total = said.messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const groups = groupsOf(said.messages, ({ bytes }) => bytes.length, Math.min(Math.max(PART_BYTES, total / MANY), MOST_BYTES))
  const pointers = groupsOf(Object.entries(said.blobs), ([pointer, blob]) => 2 * pointer.length + blob.length + 8, PART_BYTES)
  const parts: EncodedPart[] = []
  for (let n = 0; n < Math.max(groups.length, pointers.length, 1); n++) {
    const group = groups[n] ?? []
    const fields = n === 0 ? said.fields : {}
    const blobs = Object.fromEntries(pointers[n] ?? [])
    const value = partValue(
      head,
      {
        ...(Object.keys(blobs).length > 0 ? { blobs } : {}),
        ...(said.extra && fields.extra !== undefined ? { extra: said.extra } : {}),
        ...(Object.keys(fields).length > 0 ? { fields } : {}),
      },
      group,
    )
    if (value.length + CHUNK_HEAD > limits.chunkBytes) throw refused('import-too-large', importReason('long-name'))
    parts.push({ value, entries: group.map(({ entry }, index) => ({ ...entry, index })), fields, blobs })
  }
  if (parts.length > limits.chunks) throw refused('import-too-large', importReason('parts', { parts: parts.length }))
  return parts
}

/** Runs of items that stay within `limit` together; an item above it stands alone. */
function groupsOf<T>(items: readonly T[], sizeOf: (item: T) => number, limit: number): T[][] {
  const groups: T[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const item of items) {
    const more = sizeOf(item)
    if (size + more > limit) {
      groups.push([])
      size = 0
    }
    groups.at(-1)?.push(item)
    size += more
  }
  return groups
}

/** `[meta, {blobs?, extra?, fields?, orders, messages}]`, in DAG-CBOR's order of keys, from messages that are encoded already. */
function partValue(
  head: Uint8Array,
  beside: { blobs?: unknown; extra?: unknown; fields?: unknown },
  group: readonly EncodedMessage[],
): Uint8Array {
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
