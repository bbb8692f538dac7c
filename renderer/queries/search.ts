import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { search } from '../../node-core/contract/api/search.ts'
import type { Cursor } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

const find = search['search.find']
type SearchPage = Output<typeof find>
export type Hit = SearchPage['items'][number]
/** Words and filters as `search.find` takes them. */
export type SearchInput = Omit<z.input<(typeof find)['input']>, 'cursor' | 'limit'>

/** What a person can type at most. */
export const longestQuery = 1000

/**
 * Hits page by page; while the next words are looked for, those of the last stay. A search that nobody waits for any
 * more is aborted. `q` empty: nothing is asked.
 */
export function useHits(input: SearchInput, limit: number) {
  const { call } = useClient()
  return useInfiniteQuery({
    queryKey: ['search', 'hits', limit, input],
    queryFn: ({ pageParam, signal }) => call(find, { ...input, limit, ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: undefined as Cursor | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: input.q.trim() !== '',
  })
}

/** How many hits there would be. */
export function useHitCount(input: SearchInput, wanted: boolean) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['search', 'count', input],
    queryFn: async ({ signal }) => (await call(find, { ...input, limit: 1 }, signal)).total,
    enabled: wanted,
  })
}
