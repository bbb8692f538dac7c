/** Documents to a sealed segment, ready to be inserted. Pure but for chance: runs on any thread, ahead of the writer. */
import type { RandomBytes } from '../ports/clock.ts'
import type { SearchDocument } from '../ports/documents.ts'
import type { Sealer } from '../ports/sealer.ts'
import { blockNumber, blockPlace, factsBlock } from './format.ts'
import { SegmentBuilder } from './segment.ts'
import { Tokenizer } from './tokenize.ts'

/** A sealed segment; plain data, can be posted to another thread (`blocks[].sealed.buffer` transferred). */
export interface PreparedSegment {
  /** 16 random bytes. */
  id: Uint8Array
  documents: number
  blocks: { number: number; sealed: Uint8Array }[]
}

// Reused: building is synchronous, and its memory is dear beside a one-message segment.
const tokenizer = new Tokenizer()
const smallBuilder = new SegmentBuilder(tokenizer, 4096)
/** Texts of so many characters together are small. */
const smallCharacters = 16 * 1024

export const toHex = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex')

/** Makes one segment after another out of documents that come one by one. */
export interface Indexer {
  /** Takes a document for the next segment; its text is not kept. */
  add(document: SearchDocument): void
  /** The segment of what was added since the last one; undefined where nothing was. */
  finish(): PreparedSegment | undefined
}

/** An indexer that keeps its memory from segment to segment: for many of them, each of about `characters` of text. */
export function createIndexer(sealer: Sealer, random: RandomBytes, account: number, characters: number): Indexer {
  const builder = new SegmentBuilder(tokenizer, characters)
  return {
    add: (document) => builder.add(document),
    finish() {
      if (builder.documents === 0) return undefined
      const prepared = seal(builder, sealer, random, account)
      builder.clear()
      return prepared
    },
  }
}

/**
 * Indexes `documents` as one segment of `account` (its local number). Their (conversation, ordinal) are unique; a
 * document that is in the index already is deleted first, in the transaction that inserts this.
 * Some 15 µs for a message of 80 words in a batch, 35 µs alone.
 */
export function prepareSegment(
  documents: readonly SearchDocument[],
  sealer: Sealer,
  random: RandomBytes,
  account: number,
): PreparedSegment {
  const characters = documents.reduce((sum, { text }) => sum + text.length, 0)
  const builder = characters > smallCharacters ? new SegmentBuilder(tokenizer, characters) : smallBuilder
  builder.clear()
  for (const document of documents) builder.add(document)
  return seal(builder, sealer, random, account)
}

function seal(builder: SegmentBuilder, sealer: Sealer, random: RandomBytes, account: number): PreparedSegment {
  const id = random(16)
  const hex = toHex(id)
  const blocks: PreparedSegment['blocks'] = []
  const add = (number: number, bytes: Uint8Array) => {
    blocks.push({ number, sealed: sealer.seal(blockPlace(account, hex, number), bytes) })
  }
  const { documents } = builder
  add(
    factsBlock,
    builder.finish((stream, index, bytes) => add(blockNumber(stream, index), bytes)),
  )
  return { id, documents, blocks }
}
