// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** What a clause of a query wants of a segment, what it gets, and how postings of several words come together. */
import { compareBytes } from './bytes.ts'
import { blockFor, DictionaryCursor, type TermEntry } from './dictionary.ts'
import type { OpenSegment } from './open-segment.ts'
import { addPostings } from './postings.ts'

/** Set in `times` where a document was found only by a word that is spelt alike. */
export const alikeFlag = 0x8000

/** Documents in order, how often each matches, and how often by the exact word where a prefix was asked. */
export interface Matches {
  count: number
  documents: Uint32Array
  times: Uint16Array
  exact: Uint16Array | undefined
}

/** A clause of a query, its terms in bytes and its misspellings looked up. */
export type Wanted =
  | { kind: 'word'; term: Uint8Array; prefix: boolean; alike: readonly Uint8Array[] }
  | { kind: 'phrase'; parts: readonly { term: Uint8Array; offset: number; prefix: boolean }[] }

export const none: Matches = { count: 0, documents: new Uint32Array(), times: new Uint16Array(), exact: undefined }

/** All entries that begin with `prefix`, one batch for each dictionary block. */
export async function* entriesWith(segment: OpenSegment, prefix: Uint8Array): AsyncGenerator<TermEntry[]> {
  const blocks = segment.facts.dictionary
  for (let index = blockFor(blocks, prefix); index < blocks.length; index++) {
    const block = blocks[index]!
    const common = Math.min(prefix.length, block.first.length)
    if (compareBytes(block.first, 0, common, prefix, 0, prefix.length) > 0) return
    const found: TermEntry[] = []
    const cursor = new DictionaryCursor(await segment.block('dictionary', index), block)
    while (cursor.next()) {
      const order = compareBytes(cursor.term, 0, Math.min(cursor.length, prefix.length), prefix, 0, prefix.length)
      if (order > 0) break
      if (order === 0) {
        const { documents, postings, postingsEnd, positions, positionsEnd } = cursor
        found.push({ documents, postings, postingsEnd, positions, positionsEnd })
      }
    }
    if (found.length > 0) yield found
  }
}

/** Adds the postings of entries that follow one another; answers how many. */
export async function addEntries(segment: OpenSegment, entries: readonly TermEntry[], times: Uint16Array): Promise<number> {
  const start = entries[0]!.postings
  const bytes = await segment.range('postings', start, entries.at(-1)!.postingsEnd)
  let sum = 0
  for (const entry of entries) {
    addPostings(bytes, entry.postings - start, entry.documents, times)
    sum += entry.documents
  }
  return sum
}

/** The documents with any times at all. `most`: how many that can be. */
export function gather(
  times: Uint16Array,
  exact: Uint16Array | undefined,
  alike: Uint16Array | undefined,
  most: number,
): Matches {
  const documents = new Uint32Array(most)
  const found = new Uint16Array(most)
  const foundExact = exact ? new Uint16Array(most) : undefined
  let count = 0
  for (let document = 0; document < times.length; document++) {
    let value = times[document]!
    if (value === 0) {
      if (!alike || alike[document] === 0) continue
      value = alike[document]! | alikeFlag
    }
    documents[count] = document
    found[count] = value
    if (foundExact) foundExact[count] = exact![document]!
    count++
  }
  return { count, documents, times: found, exact: foundExact }
}
