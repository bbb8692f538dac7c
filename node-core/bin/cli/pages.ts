/** Listings, page by page. */
import type { Cursor } from '../../contract/ids.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next: Cursor | null
}

/** So many entries of a listing in pages of at most 200, and where it goes on. */
export async function gather<T>(
  limit: number,
  ask: (page: { limit: number; cursor: Cursor | undefined }) => Promise<Page<T>>,
  from?: Cursor,
): Promise<{ items: T[]; next: Cursor | null }> {
  const items: T[] = []
  let cursor = from
  for (;;) {
    const page = await ask({ limit: Math.min(200, limit - items.length), cursor })
    items.push(...page.items)
    if (page.next === null || items.length >= limit) return { items, next: page.next }
    cursor = page.next
  }
}
