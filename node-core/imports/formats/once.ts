/**
 * One export can hold a conversation twice (overlapping shards or parts). What was yielded before is yielded again
 * only when it is newer, so that reports count each conversation once.
 */
import type { Conversation } from '../../contract/content.ts'

/** Answers whether a conversation is new among those that the function was asked about before. */
export function firstOfItsKey(): (conversation: Conversation) => boolean {
  const seen = new Map<string, number>()
  return ({ key, updated = 0, asOf = 0 }) => {
    const since = Math.max(updated, asOf)
    const before = seen.get(key)
    if (before !== undefined && before >= since) return false
    seen.set(key, since)
    return true
  }
}
