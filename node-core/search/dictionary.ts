// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * Dictionary blocks. An entry is `[bytes shared with the term before][length of the rest][rest][documents]
 * [bytes of postings][bytes of positions]`; the first of a block shares nothing.
 */
import { compareBytes } from './bytes.ts'
import type { DictionaryBlock } from './format.ts'
import { termBytes } from './tokenize.ts'

/** Where a term's postings and positions stand in their streams, and in how many documents it is. */
export interface TermEntry {
  documents: number
  postings: number
  postingsEnd: number
  positions: number
  positionsEnd: number
}

/** Walks a block's terms: `next()`, then read the fields. */
export class DictionaryCursor implements TermEntry {
  /** The term: `term[0..length]`. */
  readonly term: Uint8Array = new Uint8Array(termBytes + 8)
  length = 0
  /** How many bytes it shares with the term before. */
  shared = 0
  documents = 0
  postings = 0
  postingsEnd: number
  positions = 0
  positionsEnd: number
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array, block: DictionaryBlock) {
    this.#bytes = bytes
    this.postingsEnd = block.postings
    this.positionsEnd = block.positions
  }

  next(): boolean {
    const bytes = this.#bytes
    let at = this.#at
    if (at >= bytes.length) return false
    const shared = bytes[at++]!
    const rest = bytes[at++]!
    for (let i = 0; i < rest; i++) this.term[shared + i] = bytes[at++]!
    this.shared = shared
    this.length = shared + rest
    this.#at = at
    this.documents = this.#varint()
    this.postings = this.postingsEnd
    this.postingsEnd += this.#varint()
    this.positions = this.positionsEnd
    this.positionsEnd += this.#varint()
    return true
  }

  #varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++]!
    let value = byte & 127
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = bytes[this.#at++]!
      value += (byte & 127) * unit
    }
    return value
  }
}

/** The last block whose first term is not after `term`, or 0: where `term` stands if it stands anywhere. */
export function blockFor(blocks: readonly DictionaryBlock[], term: Uint8Array): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const { first } = blocks[middle]!
    if (compareBytes(first, 0, first.length, term, 0, term.length) <= 0) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/**
 * Finds one term in a block without putting the others together: `matched` is how far `term` agrees with the entry
 * before, so an entry that shares more is still before `term`, and one that shares less is after it.
 */
export function findInBlock(bytes: Uint8Array, block: DictionaryBlock, term: Uint8Array): TermEntry | undefined {
  let at = 0
  let matched = 0
  let { postings, positions } = block
  while (at < bytes.length) {
    const shared = bytes[at]!
    const rest = bytes[at + 1]!
    at += 2
    if (shared < matched) return undefined
    let found = false
    if (shared === matched) {
      let i = 0
      while (i < rest && matched < term.length && bytes[at + i] === term[matched]) {
        i++
        matched++
      }
      found = i === rest && matched === term.length
      if (!found && i < rest && (matched === term.length || bytes[at + i]! > term[matched]!)) return undefined
    }
    at += rest
    let byte = bytes[at++]!
    let documents = byte & 127
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = bytes[at++]!
      documents += (byte & 127) * unit
    }
    byte = bytes[at++]!
    let postingsLength = byte & 127
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = bytes[at++]!
      postingsLength += (byte & 127) * unit
    }
    byte = bytes[at++]!
    let positionsLength = byte & 127
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = bytes[at++]!
      positionsLength += (byte & 127) * unit
    }
    if (found) {
      return { documents, postings, postingsEnd: postings + postingsLength, positions, positionsEnd: positions + positionsLength }
    }
    postings += postingsLength
    positions += positionsLength
  }
  return undefined
}
