// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * A segment on disk: one sealed block of facts, and five streams cut into blocks that are sealed one by one.
 * A small segment keeps its streams inside the facts' block: one row, one seal.
 *
 * - `dictionary`: the terms in the order of their bytes, each with the lengths of its postings and positions;
 * - `documents`: who each document is (columns.ts);
 * - `lengths`: one byte for each document;
 * - `postings`: for each term (document delta × 2 + 1 if once, else the count follows), all terms behind one another;
 * - `positions`: for each posting its positions as deltas, opened by phrases alone.
 */
import { ByteReader, ByteWriter } from './bytes.ts'
import { documentsPerBlock } from './columns.ts'

export const streams = ['dictionary', 'documents', 'lengths', 'postings', 'positions'] as const
export type Stream = (typeof streams)[number]

/** A dictionary block is closed when it reaches this many bytes. */
export const dictionaryBlockBytes = 16 * 1024
/** Blocks of `lengths`, `postings` and `positions` are exactly so long, but for the last. */
export const streamBlockBytes = 32 * 1024
/** Segments whose streams together stay below keep them inside the facts' block. */
export const inlineBytes = 32 * 1024
const formatVersion = 1

/** The facts' block. */
export const factsBlock = 0
/** Where block `index` of a stream stands among a segment's blocks. */
export const blockNumber = (stream: Stream, index: number): number => (streams.indexOf(stream) + 1) * 0x1000000 + index

/** The name that a block is sealed under; see `ports/sealer.ts`. */
export const blockPlace = (account: number, segmentHex: string, number: number): string =>
  `search_block/${account}/${segmentHex}/${number}`

/** A dictionary block: its first term, and where the postings and positions of its terms begin. */
export interface DictionaryBlock {
  first: Uint8Array
  postings: number
  positions: number
}

/** A block of documents: its least and greatest identities and times. */
export interface DocumentRange {
  firstConversation: number
  firstOrdinal: number
  lastConversation: number
  lastOrdinal: number
  earliest: number
  latest: number
}

/** What is known of a segment before any of its streams is opened. */
export interface SegmentFacts {
  documents: number
  /** Sum of the documents' coded lengths, in words. */
  words: number
  models: string[]
  dictionary: DictionaryBlock[]
  ranges: DocumentRange[]
  postingsBytes: number
  positionsBytes: number
  /** The streams of a small segment; undefined where they are blocks of their own. */
  inline: Record<Stream, Uint8Array> | undefined
}

/** How many documents block `index` holds. */
export const documentsIn = (facts: SegmentFacts, index: number): number =>
  Math.min(documentsPerBlock, facts.documents - index * documentsPerBlock)

export function encodeFacts(facts: SegmentFacts): Uint8Array {
  const inlineSize = facts.inline ? streams.reduce((sum, stream) => sum + facts.inline![stream].length, 0) : 0
  const out = new ByteWriter(128 + inlineSize + facts.dictionary.length * 20 + facts.ranges.length * 24)
  out.varint(formatVersion)
  out.varint(facts.documents)
  out.number(facts.words)
  out.varint(facts.models.length)
  for (const model of facts.models) out.text(model)
  out.varint(facts.dictionary.length)
  let postings = 0
  let positions = 0
  for (const block of facts.dictionary) {
    out.varint(block.first.length)
    out.append(block.first)
    out.number(block.postings - postings)
    out.number(block.positions - positions)
    ;({ postings, positions } = block)
  }
  out.varint(facts.ranges.length)
  for (const range of facts.ranges) {
    out.number(range.firstConversation)
    out.number(range.firstOrdinal)
    out.number(range.lastConversation - range.firstConversation)
    out.number(range.lastOrdinal)
    out.number(range.earliest)
    out.number(range.latest - range.earliest)
  }
  out.number(facts.postingsBytes)
  out.number(facts.positionsBytes)
  out.varint(facts.inline ? 1 : 0)
  if (facts.inline) {
    for (const stream of streams) {
      out.varint(facts.inline[stream].length)
      out.append(facts.inline[stream])
    }
  }
  return out.view()
}

/** The inverse of {@link encodeFacts}; `bytes` come from a seal of our own and are kept, not copied. */
export function decodeFacts(bytes: Uint8Array): SegmentFacts {
  const source = new ByteReader(bytes, 1)
  const documents = source.number()
  const words = source.number()
  const models = Array.from({ length: source.number() }, () => source.text())
  let postings = 0
  let positions = 0
  const dictionary = Array.from({ length: source.number() }, () => {
    const first = source.take(source.number())
    postings += source.number()
    positions += source.number()
    return { first, postings, positions }
  })
  const ranges = Array.from({ length: source.number() }, () => {
    const firstConversation = source.number()
    const firstOrdinal = source.number()
    const lastConversation = firstConversation + source.number()
    const lastOrdinal = source.number()
    const earliest = source.number()
    return { firstConversation, firstOrdinal, lastConversation, lastOrdinal, earliest, latest: earliest + source.number() }
  })
  const postingsBytes = source.number()
  const positionsBytes = source.number()
  const take = () => source.take(source.number())
  const inline =
    source.number() === 1
      ? { dictionary: take(), documents: take(), lengths: take(), postings: take(), positions: take() }
      : undefined
  return { documents, words, models, dictionary, ranges, postingsBytes, positionsBytes, inline }
}

/** Receives a finished block; the bytes are its own to keep. */
export type EmitBlock = (stream: Stream, index: number, bytes: Uint8Array) => void
