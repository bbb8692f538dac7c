import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { imports } from '../../node-core/contract/api/imports.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type ImportRun = Output<(typeof imports)['imports.list']>['items'][number]
export type ImportState = ImportRun['state']
export type ImportFinding = ImportReport['warnings'][number]
export type ImportReport = Output<(typeof imports)['imports.report']>

const underWay: readonly ImportState[] = ['receiving', 'waiting', 'checking', 'importing']
/** Whether an import still has to come to an end. */
export const isUnderWay = ({ state }: { readonly state: ImportState }): boolean => underWay.includes(state)

/** Every import, newest first, a page at a time. */
export function useImports() {
  const { call } = useClient()
  const query = useInfiniteQuery({
    queryKey: ['imports', 'list'],
    queryFn: ({ signal, pageParam }) => call(imports['imports.list'], pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: null as Output<(typeof imports)['imports.list']>['next'],
    getNextPageParam: ({ next }) => next,
  })
  const runs = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  return { ...query, runs }
}

/** One import. */
export function useImport(id: ImportId) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => call(imports['imports.get'], { import: id }, signal),
  })
}

/** What an import that has ended brought. */
export function useImportReport(id: ImportId, ended: boolean) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['imports', 'report', id],
    queryFn: ({ signal }) => call(imports['imports.report'], { import: id }, signal),
    enabled: ended,
  })
}

/** The conversations that an import brought or changed, newest first. */
export function useImportedConversations(id: ImportId, enabled: boolean) {
  const { call } = useClient()
  const query = useInfiniteQuery({
    queryKey: ['conversations', 'import', id],
    queryFn: ({ signal, pageParam }) =>
      call(conversations['conversations.list'], { import: id, limit: 25, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    initialPageParam: null as Output<(typeof conversations)['conversations.list']>['next'],
    getNextPageParam: ({ next }) => next,
    enabled,
  })
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data])
  return { ...query, items }
}

/** Everything that an import can change on the screen. */
const touched = ['imports', 'conversations', 'facets', 'status', 'storage', 'search']
/** Loads again what an import changed. */
export function useImportsChanged(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => Promise.all(touched.map((resource) => queries.invalidateQueries({ queryKey: [resource] })))
}

/** Stops an import that is under way. */
export const useCancelImport = () => useChange('imports.cancel')
/** Goes on with one that was stopped. */
export const useResumeImport = () => useChange('imports.resume')
/** Takes back what one brought. */
export const useUndoImport = () => useChange('imports.undo')

function useChange(name: 'imports.cancel' | 'imports.resume' | 'imports.undo') {
  const { call } = useClient()
  const changed = useImportsChanged()
  return useMutation({
    mutationFn: (id: ImportId) => call(imports[name], { import: id }),
    onSettled: changed,
  })
}
