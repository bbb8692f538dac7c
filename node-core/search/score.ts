// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Scores of one segment's candidates, and the best of them as hits. */
import type { Candidates } from './candidates.ts'
import { type DocumentBlock, documentsPerBlock } from './columns.ts'
import { streamBlockBytes } from './format.ts'
import { alikeFlag } from './matches.ts'
import type { OpenSegment } from './open-segment.ts'
import { alikePenalty, type Best, weight } from './rank.ts'

/** A found document. `score`: bm25, or the time where the newest were asked for. */
export interface Hit {
  conversation: number
  ordinal: number
  role: number
  /** Seconds since 1970. */
  time: number
  score: number
}

/** How much each clause says, and its exact word where a prefix was asked. */
export interface Rarities {
  clauses: number[]
  exact: number[]
}

/** bm25 of each candidate: the clauses' weights in their order, so that equal documents score equally in any segment. */
export async function relevance(
  segment: OpenSegment,
  candidates: Candidates,
  rarities: Rarities,
  norms: Float64Array,
): Promise<Float64Array> {
  const { count, times, exact } = candidates
  const scores = new Float64Array(count)
  const norm = await normsOf(segment, candidates, norms)
  for (const [c, of] of times.entries()) {
    const idf = rarities.clauses[c]!
    const alsoExact = exact[c]
    const idfExact = rarities.exact[c]!
    for (let i = 0; i < count; i++) {
      const time = of[i]!
      scores[i]! += weight(idf, time & (alikeFlag - 1), norm[i]!)
      if (time & alikeFlag) scores[i]! -= alikePenalty
      if (alsoExact && alsoExact[i]! > 0) scores[i]! += weight(idfExact, alsoExact[i]!, norm[i]!)
    }
  }
  return scores
}

async function normsOf(segment: OpenSegment, { count, documents }: Candidates, norms: Float64Array): Promise<Float64Array> {
  const found = new Float64Array(count)
  let codes: Uint8Array = new Uint8Array()
  let start = 0
  let end = 0
  for (let i = 0; i < count; i++) {
    const document = documents[i]!
    if (document >= end) {
      const index = Math.floor(document / streamBlockBytes)
      codes = await segment.block('lengths', index)
      start = index * streamBlockBytes
      end = start + codes.length
    }
    found[i] = norms[codes[document - start]!]!
  }
  return found
}

/** Each candidate's time. */
export async function times(segment: OpenSegment, { count, documents }: Candidates): Promise<Float64Array> {
  const found = new Float64Array(count)
  let block: DocumentBlock | undefined
  let open = -1
  for (let i = 0; i < count; i++) {
    const index = Math.floor(documents[i]! / documentsPerBlock)
    if (!block || index !== open) {
      block = await segment.documents(index)
      open = index
    }
    found[i] = block.time(documents[i]! % documentsPerBlock)
  }
  return found
}

/** A place in the order of hits: what comes after has a lesser score, or an equal one and a later name. */
export type After = Pick<Hit, 'score' | 'conversation' | 'ordinal'>

/** Offers the candidates that come after `after` and score at least `least`. */
export async function offerAll(
  segment: OpenSegment,
  { count, documents }: Candidates,
  scores: Float64Array,
  best: Best,
  least: number,
  after: After | undefined,
): Promise<void> {
  const bound = after ? await segment.lowerBound(after.conversation, after.ordinal + 1) : 0
  const most = after ? after.score : Number.POSITIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const score = scores[i]!
    if (score < least || score > most || (score === most && documents[i]! < bound)) continue
    best.offer(score, documents[i]!)
  }
}

/** Who the kept documents are. */
export async function hitsOf(segment: OpenSegment, best: Best): Promise<Hit[]> {
  const hits: Hit[] = []
  for (const { score, document } of best.sorted()) {
    const block = await segment.documents(Math.floor(document / documentsPerBlock))
    const at = document % documentsPerBlock
    hits.push({
      conversation: block.conversation(at),
      ordinal: block.ordinal(at),
      role: block.role(at),
      time: block.time(at),
      score,
    })
  }
  return hits
}
