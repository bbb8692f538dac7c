// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * Searching one account's index. Every required clause must match; the best come first by bm25 over the whole index,
 * whatever its segments. Reads what was committed before the search began.
 */
import { setImmediate } from 'node:timers/promises'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { allOf, type Candidates, narrow, narrows, type SearchFilter, without } from './candidates.ts'
import { match } from './match.ts'
import { entriesWith, type Matches, type Wanted } from './matches.ts'
import type { OpenSegment } from './open-segment.ts'
import type { Clause, Query, Word } from './query.ts'
import { Best, lengthNorms, rarity } from './rank.ts'
import { type After, type Hit, hitsOf, offerAll, relevance, times } from './score.ts'
import { type IndexParts, SegmentSet } from './segment-set.ts'
import { spelledAlike } from './typos.ts'

export type { Hit }

export interface SearchOptions extends SearchFilter {
  /** By relevance (`best`, the default) or by time. */
  order?: 'best' | 'newest' | undefined
  /** Most hits. */
  limit: number
  /** The last hit of the page before. */
  after?: After | undefined
}

export interface SearchResult {
  hits: Hit[]
  /** Whether there are hits after these. */
  more: boolean
  /** Documents that match, of all pages. */
  estimatedTotal: number
}

/** A word in fewer documents than this is looked for in other spellings too. */
const fewDocuments = 3
/** After a segment of so many documents others get a turn. */
const largeSegment = 50_000
/** So often a search begins again because a merge replaced what it was reading. */
const attempts = 8

export interface SearchIndex {
  /** Errors: `seal-broken`, `storage-corrupt`, the store's; throws `signal`'s reason when it is aborted. */
  search(query: Query, options: SearchOptions, signal?: AbortSignal): Promise<SearchResult>
  /** Lets go of all memory; the next search reads anew. */
  release(): void
}

/** The index of one account. `parts.cache` may be shared by several. */
export function searchIndex(parts: IndexParts): SearchIndex {
  const segments = new SegmentSet(parts)
  return {
    async search(query, options, signal) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await searchOnce(segments, query, options, signal)
        } catch (error) {
          if (!isVivimError(error, 'conflict')) throw error
          if (attempt === attempts) throw new VivimError('storage-corrupt', 'The search index lacks a block.', { cause: error })
          segments.forget()
        }
      }
    },
    release() {
      segments.clear()
      parts.cache.clear()
    },
  }
}

async function searchOnce(set: SegmentSet, query: Query, options: SearchOptions, signal?: AbortSignal): Promise<SearchResult> {
  signal?.throwIfAborted()
  if (query.required.length === 0) return { hits: [], more: false, estimatedTotal: 0 }
  const segments = await set.current()
  const required = await Promise.all(query.required.map((clause) => resolve(segments, clause)))
  const excluded = await Promise.all(query.excluded.map((clause) => resolve([], clause)))
  const matching = required.map(() => ({ clause: 0, exact: 0 }))
  const found: { segment: OpenSegment; candidates: Candidates }[] = []
  for (const segment of segments) {
    const matches = await matchAll(segment, required, matching)
    if (matches) {
      const candidates = allOf(matches)
      if (candidates.count > 0) {
        const out: Matches[] = []
        for (const clause of excluded) out.push(await match(segment, clause))
        without(candidates, await set.deleted(segment), out)
        if (narrows(options)) await narrow(segment, candidates, options)
        if (candidates.count > 0) found.push({ segment, candidates })
      }
    }
    if (segment.facts.documents > largeSegment) await giveWay(signal)
  }
  const documents = segments.reduce((sum, { facts }) => sum + facts.documents, 0)
  const words = segments.reduce((sum, { facts }) => sum + facts.words, 0)
  const rarities = {
    clauses: matching.map(({ clause }) => rarity(documents, clause)),
    exact: matching.map(({ exact }) => rarity(documents, exact)),
  }
  const norms = lengthNorms(words / Math.max(1, documents))
  const scoresOf = (segment: OpenSegment, candidates: Candidates) =>
    options.order === 'newest' ? times(segment, candidates) : relevance(segment, candidates, rarities, norms)
  const hits = await bestOf(found, scoresOf, options, signal)
  return {
    hits: hits.slice(0, options.limit),
    more: hits.length > options.limit,
    estimatedTotal: found.reduce((sum, { candidates }) => sum + candidates.count, 0),
  }
}

/** The first `limit + 1` hits of all segments. */
async function bestOf(
  found: readonly { segment: OpenSegment; candidates: Candidates }[],
  scoresOf: (segment: OpenSegment, candidates: Candidates) => Promise<Float64Array>,
  { limit, after }: SearchOptions,
  signal: AbortSignal | undefined,
): Promise<Hit[]> {
  let hits: Hit[] = []
  for (const { segment, candidates } of found) {
    const least = hits.length > limit ? hits[limit]!.score : Number.NEGATIVE_INFINITY
    const best = new Best(Math.min(limit + 1, candidates.count))
    await offerAll(segment, candidates, await scoresOf(segment, candidates), best, least, after)
    if (best.count > 0) {
      hits = [...hits, ...(await hitsOf(segment, best))]
      hits.sort((a, b) => b.score - a.score || a.conversation - b.conversation || a.ordinal - b.ordinal)
      hits.length = Math.min(hits.length, limit + 1)
    }
    if (candidates.count > largeSegment) await giveWay(signal)
  }
  return hits
}

async function giveWay(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate()
  signal?.throwIfAborted()
}

/**
 * Matches of every clause, or undefined where one has none; adds to `matching` how many documents each clause and
 * its exact word match, which has to be known of all segments.
 */
async function matchAll(
  segment: OpenSegment,
  clauses: readonly Wanted[],
  matching: { clause: number; exact: number }[],
): Promise<Matches[] | undefined> {
  const all: Matches[] = []
  let some = true
  for (const [c, clause] of clauses.entries()) {
    const figures = matching[c]!
    if (!some && clause.kind === 'word' && !clause.prefix && clause.alike.length === 0) {
      const entry = segment.find(clause.term)
      figures.clause += (entry instanceof Promise ? await entry : entry)?.documents ?? 0
      continue
    }
    const matches = match(segment, clause)
    const found = matches instanceof Promise ? await matches : matches
    figures.clause += found.count
    if (found.exact) for (let i = 0; i < found.count; i++) if (found.exact[i]! > 0) figures.exact++
    if (found.count === 0) some = false
    all.push(found)
  }
  return some ? all : undefined
}

const bytesOf = (term: string): Uint8Array => new TextEncoder().encode(term)

/** A clause in bytes, with other spellings where its word is in too few documents of `segments`. */
async function resolve(segments: readonly OpenSegment[], clause: Clause): Promise<Wanted> {
  if (clause.kind === 'phrase')
    return { kind: 'phrase', parts: clause.parts.map((part) => ({ ...part, term: bytesOf(part.term) })) }
  const term = bytesOf(clause.term)
  const rare = clause.typos > 0 && segments.length > 0 && (await isRare(segments, clause, term))
  return { kind: 'word', term, prefix: clause.prefix, alike: rare ? await spelledAlike(segments, term, clause.typos) : [] }
}

async function isRare(segments: readonly OpenSegment[], { prefix }: Word, term: Uint8Array): Promise<boolean> {
  let documents = 0
  for (const segment of segments) {
    if (prefix) {
      for await (const entries of entriesWith(segment, term)) {
        for (const entry of entries) documents += entry.documents
        if (documents >= fewDocuments) return false
      }
      continue
    }
    const entry = segment.find(term)
    documents += (entry instanceof Promise ? await entry : entry)?.documents ?? 0
    if (documents >= fewDocuments) return false
  }
  return true
}
