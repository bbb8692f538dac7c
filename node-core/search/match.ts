// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Which documents of one segment a clause matches, and how often. */
import { compareBytes } from './bytes.ts'
import { blockFor, DictionaryCursor, type TermEntry } from './dictionary.ts'
import type { OpenSegment } from './open-segment.ts'
import { addPostings, collectPlaces, decodePostings, type Postings, positionSpan, timesLimit } from './postings.ts'

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
  const matchesOf = (postings: Uint8Array): Matches => {
    const documents = new Uint32Array(entry.documents)
    const times = new Uint16Array(entry.documents)
    decodePostings(postings, entry.documents, documents, times)
    return { count: entry.documents, documents, times, exact: undefined }
  }
  return bytes instanceof Uint8Array ? matchesOf(bytes) : bytes.then(matchesOf)
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
  const decoded = new Map<TermEntry, Postings>()
  const wanted = await documentsWithAll(segment, entries, decoded)
  if (wanted.length === 0) return none
  let starts: number[] | undefined
  for (const [i, part] of parts.entries()) {
    const keys: number[] = []
    for (const entry of entries[i]!) {
      const postings = decoded.get(entry) ?? (await decode(segment, entry))
      const positions = await segment.range('positions', entry.positions, entry.positionsEnd)
      collectPlaces(postings, positions, wanted, part.offset - parts[0]!.offset, keys)
    }
    if (entries[i]!.length > 1) keys.sort((a, b) => a - b)
    starts = inBoth(starts ?? keys, keys)
    if (starts.length === 0) return none
  }
  return countPlaces(starts ?? [], wanted)
}

async function decode(segment: OpenSegment, entry: TermEntry): Promise<Postings> {
  const postings = { documents: new Uint32Array(entry.documents), times: new Uint32Array(entry.documents) }
  decodePostings(
    await segment.range('postings', entry.postings, entry.postingsEnd),
    entry.documents,
    postings.documents,
    postings.times,
  )
  return postings
}

/** Documents that hold every part somewhere; keeps in `decoded` what parts of one word have shown. */
async function documentsWithAll(
  segment: OpenSegment,
  entries: readonly TermEntry[][],
  decoded: Map<TermEntry, Postings>,
): Promise<Uint32Array> {
  let common: Uint32Array | undefined
  for (const group of [...entries].sort((a, b) => total(a) - total(b))) {
    let documents: Uint32Array
    if (group.length === 1) {
      const postings = await decode(segment, group[0]!)
      decoded.set(group[0]!, postings)
      documents = postings.documents
    } else {
      const times = new Uint16Array(segment.facts.documents)
      for (const entry of group) await add(segment, [entry], times)
      const matches = gather(times, undefined, undefined, times.length)
      documents = matches.documents.subarray(0, matches.count)
    }
    common = common ? intersect(common, documents) : documents
    if (common.length === 0) return common
  }
  return common ?? new Uint32Array()
}

const total = (entries: readonly TermEntry[]): number => entries.reduce((sum, { documents }) => sum + documents, 0)

function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(Math.min(a.length, b.length))
  let count = 0
  let j = 0
  for (let i = 0; i < a.length; i++) {
    const document = a[i]!
    while (j < b.length && b[j]! < document) j++
    if (b[j] === document) both[count++] = document
  }
  return both.subarray(0, count)
}

function inBoth(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = []
  let j = 0
  for (let i = 0; i < a.length; i++) {
    const key = a[i]!
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
