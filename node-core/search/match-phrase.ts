// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Phrases: documents that hold every word, then places where the words follow one another. */
import type { TermEntry } from './dictionary.ts'
import { addEntries, entriesWith, gather, type Matches, none, type Wanted } from './matches.ts'
import type { OpenSegment } from './open-segment.ts'
import { collectPlaces, decodePostings, type Postings, positionSpan, timesLimit } from './postings.ts'

/** `times`: at how many places the phrase begins. */
export async function matchPhrase(segment: OpenSegment, parts: (Wanted & { kind: 'phrase' })['parts']): Promise<Matches> {
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
      for (const entry of group) await addEntries(segment, [entry], times)
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
