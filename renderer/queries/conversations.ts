import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import type { ConversationId } from '../../node-core/contract/ids.ts'
import { useClient } from '../app/client-context.tsx'
import type { Call } from '../client.ts'
import type { filterInput } from '../components/filters/filters.ts'
import { appended, edited, type Listing, merged, newListing, type Order, overlaps, pageAround, type Summary } from './listing.ts'

export type { Order, Summary }
/** Filters as `conversations.list` takes them. */
export type ListInput = ReturnType<typeof filterInput>

const pageSize = 200
/** So many pages are loaded to find where new ones meet those that are shown. */
const mostPages = 5
const listKey = ['conversations', 'list'] as const
/**
 * Changes of conversations go one after the other, as the person made them: requests that travel side by side may
 * arrive in another order, and “archive” would win over the “undo” behind it.
 */
export const inOrder = { id: 'conversations' } as const

export interface ConversationList {
  /** Undefined until the first answer. */
  readonly items: readonly Summary[] | undefined
  readonly more: boolean
  readonly loadingMore: boolean
  readonly error: Error | null
  /** Whether `items` are still those of other filters. */
  readonly stale: boolean
  /** Loads the next page; at once true where there was one. */
  loadMore(): Promise<boolean>
  again(): void
}

/**
 * Conversations by filters. `visible` tells the index that the person looks at: its page is loaded again, with the
 * first one, when the node says that something changed.
 */
export function useConversations(input: ListInput, order: Order, visible: () => number): ConversationList {
  const { call } = useClient()
  const queries = useQueryClient()
  const key = [...listKey, order, input]
  const name = JSON.stringify(key)
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => load(call, input, order, queries.getQueryData<Listing>(key), visible(), signal),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    // An hour: whoever comes back finds the list as long as it was.
    gcTime: 3_600_000,
  })
  const [more, setMore] = useState<{ name: string; error: Error | null; busy: boolean }>({ name, error: null, busy: false })
  const running = useRef<{ name: string; promise: Promise<boolean> }>(undefined)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the name tells apart all that the key is made of.
  const loadMore = useCallback((): Promise<boolean> => {
    if (running.current?.name === name) return running.current.promise
    const before = queries.getQueryData<Listing>(key)
    if (!before?.next) return Promise.resolve(false)
    setMore({ name, error: null, busy: true })
    const promise = call(conversations['conversations.list'], { ...input, order, limit: pageSize, cursor: before.next })
      .then(
        (page) => {
          // A page that no longer follows, as the listing was cut meanwhile, is not put behind it.
          queries.setQueryData<Listing>(key, (now) => (now?.next === before.next ? appended(now, page) : now))
          setMore({ name, error: null, busy: false })
          return true
        },
        (error: Error) => {
          setMore({ name, error, busy: false })
          return false
        },
      )
      .finally(() => {
        if (running.current?.name === name) running.current = undefined
      })
    running.current = { name, promise }
    return promise
  }, [name, call, queries])

  const own = more.name === name ? more : undefined
  return {
    items: query.data?.items,
    more: query.data ? query.data.next !== null : false,
    loadingMore: own?.busy ?? false,
    error: query.error ?? own?.error ?? null,
    stale: query.isPlaceholderData,
    loadMore,
    again: () => void (query.error ? query.refetch() : loadMore()),
  }
}

async function load(
  call: Call,
  input: ListInput,
  order: Order,
  before: Listing | undefined,
  visible: number,
  signal: AbortSignal,
): Promise<Listing> {
  const pageAt = (cursor?: Listing['next']) =>
    call(conversations['conversations.list'], { ...input, order, limit: pageSize, ...(cursor && { cursor }) }, signal)
  let page = await pageAt()
  if (!before) return newListing(page)
  for (let pages = 1; pages < mostPages && page.next && !overlaps(before, page.items, 0); pages++) {
    const next = await pageAt(page.next)
    page = { items: [...page.items, ...next.items], next: next.next }
  }
  const top = merged(before, page, 0, order)
  const around = visible >= pageSize ? pageAround(top, visible) : undefined
  return around ? merged(top, await pageAt(around.cursor), around.from, order) : top
}

/** One conversation’s summary, for where it stands in no listing. */
export function useSummary(id: ConversationId, wanted = true) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => call(conversations['conversations.get'], { conversation: id }, signal),
    enabled: wanted,
  })
}

/** What is known of a conversation without asking. */
export function summaryIn(queries: QueryClient, id: ConversationId): Summary | undefined {
  const one = queries.getQueryData<Summary>(['conversations', 'one', id])
  if (one) return one
  for (const [, listing] of queries.getQueriesData<Listing>({ queryKey: listKey })) {
    const found = listing?.items.find((item) => item.id === id)
    if (found) return found
  }
  return undefined
}

/** Puts a change into everything that is shown of a conversation, before the node has answered. */
function show(queries: QueryClient, id: ConversationId, change: (one: Summary) => Summary | undefined): void {
  queries.setQueriesData<Listing>({ queryKey: listKey }, (listing) => listing && edited(listing, id, change))
  queries.setQueriesData<Summary>({ queryKey: ['conversations', 'one', id] }, (one) => one && change(one))
}

/** Stars or archives; shown at once, taken back where the node refuses. */
export function useMark() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    scope: inOrder,
    mutationFn: ({ id, ...marks }: { id: ConversationId; starred?: boolean; archived?: boolean }) =>
      call(conversations['conversations.edit'], { conversation: id, ...marks }),
    onMutate: ({ id, ...marks }) => show(queries, id, (one) => ({ ...one, ...marks })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  })
}

/** Deletes for good; out of the lists at once. */
export function useDelete() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    scope: inOrder,
    mutationFn: (id: ConversationId) => call(conversations['conversations.delete'], { conversation: id }),
    onSuccess: (_, id) => show(queries, id, () => undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  })
}
