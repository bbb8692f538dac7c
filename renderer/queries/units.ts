import { type QueryClient, queryOptions, useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { z } from 'zod'
import { conversations, type unit as unitShape } from '../../node-core/contract/api/conversations.ts'
import type { ConversationId, MessageId, UnitId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'
import type { Client } from '../client.ts'

export type Unit = z.output<typeof unitShape>
export type UnitPage = Output<(typeof conversations)['conversations.units']>
/** One way through a conversation: through the message `leaf` and on to its newest end; without it, the active one. */
export interface UnitPath {
  readonly conversation: ConversationId
  readonly leaf: MessageId | undefined
}
/** Units of one page: few enough to be parsed between two frames of scrolling. */
export const pageSize = 40
/** Pages that are asked for at once when all of them are wanted. */
const together = 4

const input = ({ conversation, leaf }: UnitPath) => ({ conversation, ...(leaf ? { leaf } : {}) })
const keyOf = ({ conversation, leaf }: UnitPath, page: number) => ['units', conversation, leaf ?? null, page] as const
const pageOptions = ({ call }: Client, path: UnitPath, page: number) =>
  queryOptions({
    queryKey: keyOf(path, page),
    queryFn: ({ signal }) =>
      call(conversations['conversations.units'], { ...input(path), at: page * pageSize, limit: pageSize }, signal),
    // The node says when something changed; scrolling over it again is no reason to ask.
    staleTime: Number.POSITIVE_INFINITY,
  })

export interface LoadedUnits {
  /** Units of the whole path; undefined until the first page is there. */
  readonly total: number | undefined
  /** The end of the path that is read. */
  readonly leaf: MessageId | null | undefined
  readonly error: unknown
  /** The unit at an index of the path, where it is loaded. */
  at(index: number): Unit | undefined
  /** Tries again what failed. */
  again(): void
}

/** The units of some pages of a path. What was loaded before is still answered as long as it is kept. */
export function useUnits(path: UnitPath, pages: readonly number[]): LoadedUnits {
  const client = useClient()
  const queries = useQueryClient()
  const { conversation, leaf } = path
  const loaded = useQueries({
    queries: pages.map((page) => pageOptions(client, path, page)),
    combine: combined,
  })
  const again = useCallback(
    () => void queries.refetchQueries({ queryKey: ['units', conversation, leaf ?? null], type: 'active' }),
    [queries, conversation, leaf],
  )
  return useMemo(() => {
    const known = new Map<number, UnitPage>()
    loaded.pages.forEach((page, at) => {
      const number = pages[at]
      if (page && number !== undefined) known.set(number, page)
    })
    const pageAt = (page: number) => known.get(page) ?? queries.getQueryData<UnitPage>(keyOf({ conversation, leaf }, page))
    const first = loaded.pages.find((page) => page !== undefined)
    return {
      total: first?.total,
      leaf: first?.leaf,
      error: loaded.error,
      at: (index) => pageAt(Math.floor(index / pageSize))?.items[index % pageSize],
      again,
    }
  }, [loaded, pages, queries, conversation, leaf, again])
}

const combined = (results: readonly { data: UnitPage | undefined; error: unknown }[]) => ({
  pages: results.map(({ data }) => data),
  error: results.find(({ error, data }) => error && !data)?.error ?? null,
})

/** Loads pages so that showing the path afterwards does not flicker. */
export async function loadPages(
  queries: QueryClient,
  client: Client,
  path: UnitPath,
  pages: Iterable<number>,
): Promise<UnitPage[]> {
  return await Promise.all([...pages].map((page) => queries.ensureQueryData(pageOptions(client, path, page))))
}

/** The units from one index of the path up to another, loaded where they are not. */
export async function loadUnits(
  queries: QueryClient,
  client: Client,
  path: UnitPath,
  from: number,
  to: number,
  { signal, loaded }: { signal?: AbortSignal; loaded?: (units: readonly Unit[], offset: number) => void } = {},
): Promise<Unit[]> {
  const units: Unit[] = []
  const last = Math.floor(Math.max(to - 1, 0) / pageSize)
  for (let page = Math.floor(from / pageSize); page <= last; page += together) {
    signal?.throwIfAborted()
    const some = Array.from({ length: Math.min(together, last - page + 1) }, (_, n) => page + n)
    for (const { items, offset } of await loadPages(queries, client, path, some)) {
      const start = Math.max(from, offset)
      const wanted = items.slice(start - offset, to - offset)
      signal?.throwIfAborted()
      loaded?.(wanted, start)
      units.push(...wanted)
    }
  }
  return units
}

/** The index in the path of a unit. Error: `not-found` where the path does not lead through it. */
export async function placeOf({ call }: Client, path: UnitPath, unit: UnitId, signal?: AbortSignal): Promise<number> {
  const { offset } = await call(conversations['conversations.units'], { ...input(path), start: unit, limit: 1 }, signal)
  return offset
}
