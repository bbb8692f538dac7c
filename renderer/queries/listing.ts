/**
 * A long listing that is loaded page by page and kept true without loading it all again. Pure.
 * Invariant: the items of a listing are one run of the node's listing without holes, as of the pages last merged.
 */

import type { z } from 'zod'
import type { conversationSummary } from '../../node-core/contract/api/conversations.ts'
import type { ConversationId, Cursor } from '../../node-core/contract/ids.ts'

export type Summary = z.output<typeof conversationSummary>
export type Order = 'updated' | 'created'
export interface Page {
  readonly items: readonly Summary[]
  readonly next: Cursor | null
}
export interface Listing extends Page {
  /** Where pages began: the cursor that leads behind an item. */
  readonly marks: ReadonlyMap<ConversationId, Cursor>
}

export const newListing = ({ items, next }: Page): Listing => ({ items, next, marks: new Map() })

/** The listing with its next page behind it. */
export function appended(listing: Listing, page: Page): Listing {
  const known = new Set(listing.items.map(({ id }) => id))
  const last = listing.items.at(-1)
  const marks = new Map(listing.marks)
  if (last && listing.next) marks.set(last.id, listing.next)
  return { items: [...listing.items, ...page.items.filter(({ id }) => !known.has(id))], next: page.next, marks }
}

/** Whether a page shares an item with the listing from `from` on, so that it can be merged without leaving a hole. */
export function overlaps(listing: Listing, items: readonly Summary[], from: number): boolean {
  const fresh = new Set(items.map(({ id }) => id))
  return listing.items.slice(from).some(({ id }) => fresh.has(id))
}

/**
 * The listing with a page put in its place, which begins at index `from`. What the page says holds for its whole span:
 * items of the span that it lacks are gone. Where it shares nothing with the listing, the listing ends with it.
 */
export function merged(listing: Listing, page: Page, from: number, order: Order): Listing {
  const fresh = new Set(page.items.map(({ id }) => id))
  const head = listing.items.slice(0, from).filter(({ id }) => !fresh.has(id))
  const last = page.items.at(-1)
  const rest = listing.items.slice(from)
  const shared = rest.findLastIndex(({ id }) => fresh.has(id))
  if (page.next === null || !last || shared === -1) return kept([...head, ...page.items], page.next, listing.marks)
  const bound = last[order] ?? 0
  const tail = rest.slice(0).filter((one, at) => {
    if (fresh.has(one.id)) return false
    const time = one[order] ?? 0
    return time < bound || (time === bound && at > shared)
  })
  // With nothing behind the page, the page knows how it goes on.
  return kept([...head, ...page.items, ...tail], tail.length > 0 ? listing.next : page.next, listing.marks)
}

function kept(items: readonly Summary[], next: Cursor | null, marks: Listing['marks']): Listing {
  const ids = new Set(items.map(({ id }) => id))
  return { items, next, marks: new Map([...marks].filter(([id]) => ids.has(id))) }
}

/** The page to load again for what stands at `index`: its cursor, and the index that it begins at. */
export function pageAround(listing: Listing, index: number): { cursor: Cursor; from: number } | undefined {
  for (let at = Math.min(index, listing.items.length) - 1; at >= 0; at--) {
    const id = listing.items[at]?.id
    const cursor = id && listing.marks.get(id)
    if (cursor) return { cursor, from: at + 1 }
  }
  return undefined
}

/** The listing with one conversation changed, or without it. */
export const edited = (listing: Listing, id: ConversationId, change: (one: Summary) => Summary | undefined): Listing => ({
  ...listing,
  items: listing.items.flatMap((one) => (one.id === id ? (change(one) ?? []) : [one])),
})
