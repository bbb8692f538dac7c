// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Which documents of one segment a clause matches, and how often. */
import { compareBytes } from './bytes.ts'
import { blockFor, DictionaryCursor, type TermEntry } from './dictionary.ts'
import type { OpenSegment } from './open-segment.ts'
import { addPostings, collectPlaces, decodePostings, positionSpan, timesLimit } from './postings.ts'

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

const none: Matches = { count: 0, documents: new Uint32Array(), times: new Uint16Array(), exact: undefined }

/** Matches of `clause` in `segment`. Errors: those of {@link OpenSegment}'s loader. */
export const match = (segment: OpenSegment, clause: Wanted): Matches | Promise<Matches> => {
  if (clause.kind === 'phrase') return matchPhrase(segment, clause.parts)
  if (clause.prefix || clause.alike.length > 0) return matchMany(segment, clause)
  const entry = segment.find(clause.term)
  if (entry === undefined) return none
  return entry instanceof Promise ? entry.then((found) => (found ? matchTerm(segment, found) : none)) : matchTerm(segment, entry)
}

function matchTerm(segment: OpenSegment, entry: TermEntry): Matches | Promise<Matches> {
  const bytes = segment.range('postings', entry.postings, entry.postingsEnd)
  const decode = (postings: Uint8Array): Matches => {
    const documents = new Uint32Array(entry.documents)
    const times = new Uint16Array(entry.documents)
    decodePostings(postings, entry.documents, documents, times)
    return { count: entry.documents, documents, times, exact: undefined }
  }
  return bytes instanceof Uint8Array ? decode(bytes) : bytes.then(decode)
}

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

/** A word that stands for several: by prefix, or by spelling. Times are added up document by document. */
async function matchMany(segment: OpenSegment, clause: Wanted & { kind: 'word' }): Promise<Matches> {
  const size = segment.facts.documents
  const times = new Uint16Array(size)
  let most = 0
  let exact: Uint16Array | undefined
  const entry = await segment.find(clause.term)
  if (entry) {
    exact = new Uint16Array(size)
    await add(segment, [entry], exact)
    if (!clause.prefix) times.set(exact)
    most += entry.documents
  }
  if (clause.prefix) for await (const entries of entriesWith(segment, clause.term)) most += await add(segment, entries, times)
  let alike: Uint16Array | undefined
  for (const term of clause.alike) {
    const other = await segment.find(term)
    if (!other) continue
    alike ??= new Uint16Array(size)
    most += await add(segment, [other], alike)
  }
  if (most === 0) return none
  return gather(times, clause.prefix ? exact : undefined, alike, Math.min(most, size))
}

/** Adds the postings of entries that follow one another; answers how many. */
async function add(segment: OpenSegment, entries: readonly TermEntry[], times: Uint16Array): Promise<number> {
  const start = entries[0]!.postings
  const bytes = await segment.range('postings', start, entries.at(-1)!.postingsEnd)
  let sum = 0
  for (const entry of entries) {
    addPostings(bytes, entry.postings - start, entry.documents, times)
    sum += entry.documents
  }
  return sum
}

function gather(times: Uint16Array, exact: Uint16Array | undefined, alike: Uint16Array | undefined, most: number): Matches {
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

async function matchPhrase(segment: OpenSegment, parts: (Wanted & { kind: 'phrase' })['parts']): Promise<Matches> {
  const entries: TermEntry[][] = []
  for (const part of parts) {
    const found: TermEntry[] = []
    if (part.prefix) for await (const batch of entriesWith(segment, part.term)) found.push(...batch)
    else {
      const entry = await segment.find(part.term)
      if (entry) found.push(entry)
    }
    if (found.length === 0) return none
    entries.push(found)
  }
  const wanted = await documentsWithAll(segment, entries)
  if (wanted.length === 0) return none
  let starts: number[] | undefined
  for (const [i, part] of parts.entries()) {
    const keys: number[] = []
    for (const entry of entries[i]!) {
      const postings = await segment.range('postings', entry.postings, entry.postingsEnd)
      const positions = await segment.range('positions', entry.positions, entry.positionsEnd)
      collectPlaces(postings, positions, entry.documents, wanted, part.offset - parts[0]!.offset, keys)
    }
    if (entries[i]!.length > 1) keys.sort((a, b) => a - b)
    starts = inBoth(starts ?? keys, keys)
    if (starts.length === 0) return none
  }
  return countPlaces(starts ?? [], wanted)
}

/** Documents that hold every part somewhere. */
async function documentsWithAll(segment: OpenSegment, entries: readonly TermEntry[][]): Promise<Uint32Array> {
  let common: Uint32Array | undefined
  for (const group of [...entries].sort((a, b) => total(a) - total(b))) {
    let matches: Matches
    if (group.length === 1) matches = await matchTerm(segment, group[0]!)
    else {
      const times = new Uint16Array(segment.facts.documents)
      for (const entry of group) await add(segment, [entry], times)
      matches = gather(times, undefined, undefined, times.length)
    }
    const documents = matches.documents.subarray(0, matches.count)
    common = common ? Uint32Array.from(intersect(common, documents)) : documents
    if (common.length === 0) return common
  }
  return common ?? new Uint32Array()
}

const total = (entries: readonly TermEntry[]): number => entries.reduce((sum, { documents }) => sum + documents, 0)

function intersect(a: Uint32Array, b: Uint32Array): number[] {
  const both: number[] = []
  let j = 0
  for (const document of a) {
    while (j < b.length && b[j]! < document) j++
    if (b[j] === document) both.push(document)
  }
  return both
}

function inBoth(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = []
  let j = 0
  for (const key of a) {
    while (j < b.length && b[j]! < key) j++
    if (b[j] === key && both[both.length - 1] !== key) both.push(key)
  }
  return both
}

function countPlaces(starts: readonly number[], wanted: Uint32Array): Matches {
  const documents = new Uint32Array(wanted.length)
  const times = new Uint16Array(wanted.length)
  let count = 0
  for (const key of starts) {
    const document = wanted[Math.floor(key / positionSpan)]!
    if (count > 0 && documents[count - 1] === document) times[count - 1] = Math.min(timesLimit, times[count - 1]! + 1)
    else {
      documents[count] = document
      times[count++] = 1
    }
  }
  return { count, documents, times, exact: undefined }
}
