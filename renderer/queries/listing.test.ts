import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConversationId, Cursor } from '../../node-core/contract/ids.ts'
import { appended, edited, type Listing, merged, newListing, overlaps, type Page, pageAround, type Summary } from './listing.ts'

const summary = (id: number, updated: number): Summary => ({
  id: `c${id}` as ConversationId,
  source: 'chatgpt',
  title: `Number ${id}`,
  created: 1,
  updated,
  models: [],
  project: null,
  tags: [],
  messages: 1,
  branches: 0,
  starred: false,
  archived: false,
  inferred: false,
})
/** A node with conversations, newest first; cursors name the item that they lead behind. */
const nodeOf = (times: ReadonlyMap<number, number>) => {
  const all = [...times].map(([id, time]) => summary(id, time)).sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0))
  return (cursor: Cursor | undefined, limit: number): Page => {
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
    const rest = all.filter(({ updated }) => (updated ?? 0) < before)
    const items = rest.slice(0, limit)
    return { items, next: rest.length > limit ? (String(items.at(-1)?.updated) as Cursor) : null }
  }
}
const idsOf = (page: Page) => page.items.map(({ id }) => id)

describe('a listing', () => {
  it('is the node’s own again after changes, as far as pages were loaded again', () => {
    fc.assert(
      fc.property(
        // distinct times, so that the order is one
        fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(60), fc.option(fc.integer({ min: 1001, max: 2000 }))), { maxLength: 8 }),
        fc.integer({ min: 2, max: 7 }),
        (times, changes, limit) => {
          const now = new Map(times.map((time, id) => [id, time]))
          const then = nodeOf(now)
          let listing: Listing = newListing(then(undefined, limit))
          while (listing.next) listing = appended(listing, then(listing.next, limit))
          expect(idsOf(listing)).toEqual(idsOf(then(undefined, 1000)))

          // gone, or touched and so the newest
          for (const [id, time] of changes) {
            if (time === null) now.delete(id)
            else if (![...now.values()].includes(time)) now.set(id, time)
          }
          const present = nodeOf(now)
          const page = present(undefined, limit)
          const top = merged(listing, page, 0, 'updated')
          expect(idsOf(top).slice(0, limit)).toEqual(idsOf(page))
          expect(new Set(idsOf(top)).size).toBe(top.items.length)

          // every page loaded again, from the first on
          let whole = top
          for (let from = page.items.length, next = page.next; next; ) {
            const more = present(next, limit)
            whole = from < whole.items.length ? merged(whole, more, from, 'updated') : appended({ ...whole, next }, more)
            from += more.items.length
            next = more.next
          }
          expect(idsOf(whole)).toEqual(idsOf(present(undefined, 1000)))
        },
      ),
    )
  })

  it('ends with a page that shares nothing with it, rather than have a hole', () => {
    const old = newListing({ items: [summary(1, 10), summary(2, 9)], next: 'x' as Cursor })
    const fresh: Page = { items: [summary(3, 20), summary(4, 19)], next: 'y' as Cursor }
    expect(overlaps(old, fresh.items, 0)).toBe(false)
    expect(merged(old, fresh, 0, 'updated')).toMatchObject({ items: fresh.items, next: 'y' })
  })

  it('knows which page an item was loaded with', () => {
    const first = newListing({ items: [summary(1, 10), summary(2, 9)], next: '9' as Cursor })
    const both = appended(first, { items: [summary(3, 8)], next: null })
    expect(pageAround(both, 1)).toBeUndefined()
    expect(pageAround(both, 2)).toEqual({ cursor: '9', from: 2 })
    expect(idsOf(edited(both, 'c2' as ConversationId, () => undefined))).toEqual(['c1', 'c3'])
  })
})
