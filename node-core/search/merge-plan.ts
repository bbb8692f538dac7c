/** Which segments to merge next: those of about one size, once there are enough of them. */
import type { LiveSegment } from './tables.ts'

export interface MergePolicy {
  /** So many segments of one tier become one; each tier holds segments this many times larger than the one below. */
  factor: number
  /** Segments of fewer documents are the lowest tier … */
  smallDocuments: number
  /** … and are merged when there are so many of them. */
  smallCount: number
  /** Rewrites what holds deleted documents, whatever its size, until none is left on the disk. */
  purge: boolean
}

export const usualPolicy: MergePolicy = { factor: 8, smallDocuments: 256, smallCount: 48, purge: false }

/** Memory that the inputs of one merge may take. */
const memoryBudget = 32 * 1024 * 1024
/** What an input in blocks takes: a block of each stream, sealed or opened, and its facts. */
const blocksMemory = 256 * 1024
const inputLimit = 4096

const tierOf = (documents: number, { factor, smallDocuments }: MergePolicy): number =>
  documents < smallDocuments ? 0 : 1 + Math.floor(Math.log(documents / smallDocuments) / Math.log(factor))

/** The segments to merge into one, smallest first; none where there is nothing to gain. */
export function planMerge(segments: readonly LiveSegment[], policy: MergePolicy): LiveSegment[] {
  const byTier = new Map<number, number>()
  for (const { documents } of segments) {
    const tier = tierOf(documents, policy)
    byTier.set(tier, (byTier.get(tier) ?? 0) + 1)
  }
  const tiers = [...byTier]
    .filter(([tier, count]) => count >= (tier === 0 ? policy.smallCount : policy.factor))
    .map(([tier]) => tier)
  if (tiers.length === 0) return []
  const lowest = Math.min(...tiers)
  let memory = 0
  const chosen: LiveSegment[] = []
  for (const segment of [...segments].sort((a, b) => a.documents - b.documents || a.seq - b.seq)) {
    memory += Math.min(segment.bytes * 2, blocksMemory)
    if (tierOf(segment.documents, policy) > lowest || chosen.length >= inputLimit || memory > memoryBudget) break
    chosen.push(segment)
  }
  return chosen.length > 1 ? chosen : []
}
