// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** The documents of one segment that satisfy a whole query and its filters. */
import { type DocumentBlock, documentsPerBlock } from './columns.ts'
import { isDeleted } from './deletions.ts'
import type { Matches } from './matches.ts'
import type { OpenSegment } from './open-segment.ts'

/** Roles from here on are no messages': see `documentRoles`. */
const firstOtherRole = 4

/** What hits are narrowed by; all that are given must hold. */
export interface SearchFilter {
  /** Role numbers. */
  roles?: ReadonlySet<number> | undefined
  models?: ReadonlySet<string> | undefined
  /** Seconds, inclusive. */
  from?: number | undefined
  /** Seconds, exclusive. */
  to?: number | undefined
  conversation?: ((conversation: number) => boolean) | undefined
}

/** Documents in order; `times[c]`, `exact[c]`: clause `c`'s figures for each. */
export interface Candidates {
  count: number
  documents: Uint32Array
  times: Uint16Array[]
  exact: (Uint16Array | undefined)[]
}

/** Documents that all of `matches` hold. Takes the arrays over. */
export function allOf(matches: readonly Matches[]): Candidates {
  const least = matches.reduce((a, m) => (m.count < a.count ? m : a))
  const kept = least.documents.slice(0, least.count)
  let count = least.count
  for (const other of matches) if (other !== least) count = keepCommon(kept, count, other)
  const candidates: Candidates = { count, documents: kept, times: [], exact: [] }
  for (const { documents, times, exact, count: of } of matches) {
    if (of === count) {
      candidates.times.push(times)
      candidates.exact.push(exact)
      continue
    }
    const keptTimes = new Uint16Array(count)
    const keptExact = exact ? new Uint16Array(count) : undefined
    let j = 0
    for (let i = 0; i < count; i++) {
      j = seek(documents, j, of, kept[i]!)
      keptTimes[i] = times[j]!
      if (keptExact) keptExact[i] = exact![j]!
    }
    candidates.times.push(keptTimes)
    candidates.exact.push(keptExact)
  }
  return candidates
}

function keepCommon(kept: Uint32Array, count: number, other: Matches): number {
  let common = 0
  let j = 0
  for (let i = 0; i < count; i++) {
    const document = kept[i]!
    j = seek(other.documents, j, other.count, document)
    if (j < other.count && other.documents[j] === document) kept[common++] = document
  }
  return common
}

/** The first index from `at` on whose document is not before `document`: steps that double, then halves. */
function seek(documents: Uint32Array, at: number, count: number, document: number): number {
  if (at >= count || documents[at]! >= document) return at
  let step = 1
  let low = at
  while (low + step < count && documents[low + step]! < document) {
    low += step
    step *= 2
  }
  let high = Math.min(count, low + step)
  low++
  while (low < high) {
    const middle = (low + high) >>> 1
    if (documents[middle]! < document) low = middle + 1
    else high = middle
  }
  return low
}

/** Keeps the candidates whose number `keep` accepts, in place. */
function retain(candidates: Candidates, keep: (document: number) => boolean): void {
  const { documents, times, exact } = candidates
  let count = 0
  for (let i = 0; i < candidates.count; i++) {
    if (!keep(documents[i]!)) continue
    if (count !== i) {
      documents[count] = documents[i]!
      for (const of of times) of[count] = of[i]!
      for (const of of exact) if (of) of[count] = of[i]!
    }
    count++
  }
  candidates.count = count
}

/** Takes out what is deleted or matches an excluded clause. */
export function without(candidates: Candidates, deleted: Uint8Array | undefined, excluded: readonly Matches[]): void {
  if (deleted) retain(candidates, (document) => !isDeleted(deleted, document))
  for (const { documents, count } of excluded) {
    let j = 0
    retain(candidates, (document) => {
      j = seek(documents, j, count, document)
      return j >= count || documents[j] !== document
    })
  }
}

/** Whether a filter asks for anything. */
export const narrows = ({ roles, models, from, to, conversation }: SearchFilter): boolean =>
  roles !== undefined || models !== undefined || from !== undefined || to !== undefined || conversation !== undefined

/** Takes out what the filter refuses. */
export async function narrow(segment: OpenSegment, candidates: Candidates, filter: SearchFilter): Promise<void> {
  const accepts = acceptor(segment, filter)
  const blocks = new Map<number, DocumentBlock>()
  for (let i = 0; i < candidates.count; i++) {
    const index = Math.floor(candidates.documents[i]! / documentsPerBlock)
    if (!blocks.has(index)) blocks.set(index, await segment.documents(index))
  }
  retain(candidates, (document) => accepts(blocks.get(Math.floor(document / documentsPerBlock))!, document % documentsPerBlock))
}

function acceptor(segment: OpenSegment, { roles, models, from = 0, to = 2 ** 32, conversation }: SearchFilter) {
  const numbers = models && new Set(segment.facts.models.flatMap((model, i) => (models.has(model) ? [i + 1] : [])))
  let asked = -1
  let answer = false
  return (block: DocumentBlock, at: number): boolean => {
    if (roles && !roles.has(block.role(at))) return false
    // titles and notes have no model of their own: whether they count is the conversation's
    if (numbers && block.role(at) < firstOtherRole && !numbers.has(block.model(at))) return false
    const time = block.time(at)
    if (time < from || time >= to) return false
    if (!conversation) return true
    const number = block.conversation(at)
    if (number !== asked) {
      asked = number
      answer = conversation(number)
    }
    return answer
  }
}
