/** Which documents of one segment a clause matches, and how often. */
import type { TermEntry } from './dictionary.ts'
import { matchPhrase } from './match-phrase.ts'
import { addEntries, entriesWith, gather, type Matches, none, type Wanted } from './matches.ts'
import type { OpenSegment } from './open-segment.ts'
import { decodePostings } from './postings.ts'

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

/** A word that stands for several: by prefix, or by spelling. Times are added up document by document. */
async function matchMany(segment: OpenSegment, clause: Wanted & { kind: 'word' }): Promise<Matches> {
  const size = segment.facts.documents
  const times = new Uint16Array(size)
  let most = 0
  let exact: Uint16Array | undefined
  const entry = await segment.find(clause.term)
  if (entry) {
    exact = new Uint16Array(size)
    await addEntries(segment, [entry], exact)
    if (!clause.prefix) times.set(exact)
    most += entry.documents
  }
  if (clause.prefix)
    for await (const entries of entriesWith(segment, clause.term)) most += await addEntries(segment, entries, times)
  let alike: Uint16Array | undefined
  for (const term of clause.alike) {
    const other = await segment.find(term)
    if (!other) continue
    alike ??= new Uint16Array(size)
    most += await addEntries(segment, [other], alike)
  }
  if (most === 0) return none
  return gather(times, clause.prefix ? exact : undefined, alike, Math.min(most, size))
}
