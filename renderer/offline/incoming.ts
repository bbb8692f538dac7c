/** What events of other devices say to a page that holds views of conversations and not the log. Pure. */
import { decode, encode } from '@ipld/dag-cbor'
import { sha256 } from '@noble/hashes/sha2.js'
import { z } from 'zod'
import type { SignedEvent } from '../../node-core/contract/api/sync.ts'
import { cidOf, type Hlc } from '../../node-core/contract/envelope.ts'
import { type ConversationId, didPattern, toBase32 } from '../../node-core/contract/ids.ts'
import { fromBase64url } from '../base64url.ts'
import type { Standing } from './chain.ts'

const count = z.int().min(0)
const envelopeShape = z.looseObject({
  device: z.string().regex(didPattern),
  seq: z.int().min(1),
  time: z.tuple([count, count]),
  type: z.string(),
  // a later event of the same device proves one that has none
  sig: z.instanceof(Uint8Array).optional(),
})

/** What is to be known of a foreign event. */
export interface Seen {
  readonly device: string
  /** Its device's chain, or the part of it. */
  readonly chain: string
  readonly seq: number
  readonly time: Hlc
  /** SHA-256 of the bytes that were signed. */
  readonly id: Uint8Array
  /** Conversations that it changes; `all` where that cannot be told. */
  readonly touched: readonly ConversationId[] | 'all'
}

/** Throws where the bytes are no event: the node that sent it has checked it already. */
export function readEvent({ envelope, chunks, chain }: SignedEvent): Seen {
  const { sig, ...fields } = envelopeShape.parse(decode(envelope))
  return {
    device: fields.device,
    chain: chain ?? fields.device,
    seq: fields.seq,
    time: fields.time,
    id: sha256(encode(fields)),
    touched: touchedBy(fields.type, chunks),
  }
}

/** Types that change no conversation that is held, nor bring one. */
const elsewhere = ['account.', 'device.', 'imports.started', 'imports.completed']

function touchedBy(type: string, chunks: SignedEvent['chunks']): readonly ConversationId[] | 'all' {
  if (elsewhere.some((prefix) => type.startsWith(prefix))) return []
  const found = new Set<ConversationId>()
  for (const chunk of chunks) {
    const conversation = chunk ? conversationIn(chunk) : undefined
    if (conversation === undefined) return 'all'
    if (conversation !== null) found.add(conversation)
  }
  return [...found]
}

const named = z.looseObject({ conversation: z.instanceof(Uint8Array) })
const part = z.union([
  named.transform(({ conversation }) => conversation),
  z.looseObject({ target: named }).transform(({ target }) => target.conversation),
  z.looseObject({ target: z.null() }).transform(() => null),
  z.tuple([named], z.unknown()).transform(([head]) => head.conversation),
])

/** The conversation that a part of an event is about; null: none; undefined: it does not say. */
function conversationIn(chunk: Uint8Array): ConversationId | null | undefined {
  const value = z.tuple([z.unknown(), part]).safeParse(decode(chunk))
  if (!value.success) return undefined
  const id = value.data[1]
  return id && (toBase32(id) as ConversationId)
}

/** The tree hash of RFC 6962 over the newest event of each chain, as the node's `merkleRoot` (PROTOCOL.md, Sync). */
export function rootOf({ heads, own }: Standing, device: string): Uint8Array {
  const all = { ...heads, ...(own ? { [device]: own } : {}) }
  const leaves = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([did, { seq, id }]) => encode([did, seq, cidOf(fromBase64url(id))]))
  return treeHash(leaves)
}

function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (!only) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return sha256(joined(0, only))
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return sha256(joined(1, treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half))))
}

const joined = (first: number, ...rest: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.of(first, ...rest.flatMap((bytes) => [...bytes]))
