// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * A segment opened for reading: its facts, and its streams block by block on demand. What is in memory is answered at
 * once, the rest as a promise; callers that touch many small segments go without a wait for each.
 */
import { VivimError } from '../contract/errors.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { DocumentBlock, documentsPerBlock } from './columns.ts'
import { blockFor, findInBlock, type TermEntry } from './dictionary.ts'
import {
  blockNumber,
  blockPlace,
  decodeFacts,
  documentsIn,
  factsBlock,
  type SegmentFacts,
  type Stream,
  streamBlockBytes,
} from './format.ts'
import { toHex } from './prepare.ts'
import { type LiveSegment, selectBlock } from './tables.ts'

/** Reads one sealed block. Errors: `conflict` where the segment was merged away meanwhile, `seal-broken`. */
export type LoadBlock = (number: number) => Uint8Array | Promise<Uint8Array>

/** Loads a segment's blocks from the store and opens them. */
export function blockLoader(reader: Reader, sealer: Sealer, account: number, id: Uint8Array): LoadBlock {
  const hex = toHex(id)
  return async (number) => {
    const row = await reader.get<{ sealed: Uint8Array }>(selectBlock, [account, id, number])
    if (!row) throw new VivimError('conflict', 'The segment was merged.')
    return sealer.open(blockPlace(account, hex, number), row.sealed)
  }
}

export async function openSegment(row: LiveSegment, load: LoadBlock): Promise<OpenSegment> {
  const bytes = await load(factsBlock)
  return new OpenSegment(row, decodeFacts(bytes), bytes.length, load)
}

export class OpenSegment {
  readonly row: LiveSegment
  readonly facts: SegmentFacts
  /** Bytes of memory that it holds. */
  readonly bytes: number
  readonly #load: LoadBlock

  constructor(row: LiveSegment, facts: SegmentFacts, bytes: number, load: LoadBlock) {
    this.row = row
    this.facts = facts
    this.bytes = bytes + 500 + facts.dictionary.length * 100 + facts.ranges.length * 100
    this.#load = load
  }

  /** A whole block of a stream. */
  block(stream: Stream, index: number): Uint8Array | Promise<Uint8Array> {
    return this.facts.inline ? this.facts.inline[stream] : this.#load(blockNumber(stream, index))
  }

  /** The bytes `from..to` of a stream of fixed blocks. */
  range(stream: 'lengths' | 'postings' | 'positions', from: number, to: number): Uint8Array | Promise<Uint8Array> {
    const { inline } = this.facts
    if (inline) return inline[stream].subarray(from, to)
    const first = Math.floor(from / streamBlockBytes)
    const start = first * streamBlockBytes
    if (to > start + streamBlockBytes) return this.#blocks(stream, from, to)
    const bytes = this.block(stream, first)
    return bytes instanceof Uint8Array
      ? bytes.subarray(from - start, to - start)
      : bytes.then((opened) => opened.subarray(from - start, to - start))
  }

  /** As {@link range}, of more than one block. */
  async #blocks(stream: Stream, from: number, to: number): Promise<Uint8Array> {
    const first = Math.floor(from / streamBlockBytes)
    const whole = new Uint8Array(to - from)
    for (let index = first; index * streamBlockBytes < to; index++) {
      const at = index * streamBlockBytes
      const bytes = await this.block(stream, index)
      whole.set(bytes.subarray(Math.max(0, from - at), to - at), Math.max(0, at - from))
    }
    return whole
  }

  /** Block `index` of the documents. */
  documents(index: number): DocumentBlock | Promise<DocumentBlock> {
    const bytes = this.block('documents', index)
    const count = documentsIn(this.facts, index)
    return bytes instanceof Uint8Array
      ? new DocumentBlock(bytes, count)
      : bytes.then((opened) => new DocumentBlock(opened, count))
  }

  /** A term's entry, where the segment has it. */
  find(term: Uint8Array): TermEntry | undefined | Promise<TermEntry | undefined> {
    const blocks = this.facts.dictionary
    if (blocks.length === 0) return undefined
    const index = blockFor(blocks, term)
    const bytes = this.block('dictionary', index)
    return bytes instanceof Uint8Array
      ? findInBlock(bytes, blocks[index]!, term)
      : bytes.then((opened) => findInBlock(opened, blocks[index]!, term))
  }

  /** The number of the first document that is not before (`conversation`, `ordinal`). */
  async lowerBound(conversation: number, ordinal: number): Promise<number> {
    const { ranges } = this.facts
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const { lastConversation, lastOrdinal } = ranges[middle]!
      if (lastConversation < conversation || (lastConversation === conversation && lastOrdinal < ordinal)) low = middle + 1
      else high = middle
    }
    if (low === ranges.length) return this.facts.documents
    const range = ranges[low]!
    const whole =
      range.firstConversation > conversation || (range.firstConversation === conversation && range.firstOrdinal >= ordinal)
    return low * documentsPerBlock + (whole ? 0 : (await this.documents(low)).lowerBound(conversation, ordinal))
  }
}
