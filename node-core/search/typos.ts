// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Words of the index that are spelt like a word which is found too seldom: their first letter is right, a slip or two after it. */
import { blockFor, DictionaryCursor } from './dictionary.ts'
import { Distances, distance } from './distance.ts'
import type { OpenSegment } from './open-segment.ts'

/** Most spellings that stand in for one word: the nearest, then the most frequent. */
const alikeLimit = 24

const codePointsOf = (bytes: Uint8Array): number[] =>
  Array.from(new TextDecoder().decode(bytes), (character) => character.codePointAt(0)!)

/** Up to {@link alikeLimit} terms at most `limit` slips from `term`, itself not among them. */
export async function spelledAlike(segments: readonly OpenSegment[], term: Uint8Array, limit: number): Promise<Uint8Array[]> {
  const letters = codePointsOf(term)
  const firstBytes = new TextEncoder().encode(String.fromCodePoint(letters[0]!))
  const found = new Map<string, { term: Uint8Array; slips: number; documents: number }>()
  for (const segment of segments) await collect(segment, term, letters, firstBytes, limit, found)
  return [...found]
    .sort(([a, x], [b, y]) => x.slips - y.slips || y.documents - x.documents || (a < b ? -1 : 1))
    .slice(0, alikeLimit)
    .map(([, alike]) => alike.term)
}

async function collect(
  segment: OpenSegment,
  term: Uint8Array,
  letters: readonly number[],
  first: Uint8Array,
  limit: number,
  found: Map<string, { term: Uint8Array; slips: number; documents: number }>,
): Promise<void> {
  const blocks = segment.facts.dictionary
  const ascii = letters.length === term.length
  const distances = new Distances(letters, limit)
  /** Letters shared by all terms since the last that `distances` was asked about. */
  let shared = 0
  for (let index = blockFor(blocks, first); index < blocks.length; index++) {
    const block = blocks[index]!
    if (after(block.first, block.first.length, first)) return
    const opened = segment.block('dictionary', index)
    const cursor = new DictionaryCursor(opened instanceof Uint8Array ? opened : await opened, block)
    while (cursor.next()) {
      shared = Math.min(shared, cursor.shared)
      if (cursor.term[0]! < first[0]!) continue
      if (after(cursor.term, cursor.length, first)) return
      // In bytes a slip is up to four, so what is ruled out here is ruled out in letters too.
      if (!ascii && Math.abs(cursor.length - term.length) > limit * 4) continue
      let slips: number
      if (ascii && isAscii(cursor)) {
        slips = distances.of(cursor.term, cursor.length, shared)
        shared = cursor.length
      } else slips = slipsTo(cursor, letters, limit)
      if (slips === 0 || slips > limit) continue
      const bytes = cursor.term.slice(0, cursor.length)
      const key = new TextDecoder().decode(bytes)
      const known = found.get(key)
      if (known) known.documents += cursor.documents
      else found.set(key, { term: bytes, slips, documents: cursor.documents })
    }
  }
}

/** Whether a term stands after all that begin with `first`. */
function after(term: Uint8Array, length: number, first: Uint8Array): boolean {
  for (let i = 0; i < first.length; i++) {
    if (i >= length || term[i]! < first[i]!) return false
    if (term[i]! > first[i]!) return true
  }
  return false
}

function isAscii({ term, length }: DictionaryCursor): boolean {
  for (let i = 0; i < length; i++) if (term[i]! > 127) return false
  return true
}

function slipsTo(cursor: DictionaryCursor, letters: readonly number[], limit: number): number {
  const { term, length } = cursor
  for (let i = 0; i < length; i++) {
    if (term[i]! < 128) continue
    const other = codePointsOf(term.subarray(0, length))
    return other[0] === letters[0] ? distance(other, other.length, letters, letters.length, limit) : limit + 1
  }
  return term[0] === letters[0] ? distance(term, length, letters, letters.length, limit) : limit + 1
}
