import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FolderSuggestion, type WatchedFolder, watching } from '../../node-core/contract/api/watching.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Input } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type { FolderSuggestion, WatchedFolder }

/** Imports that begin and end make these load again too. */
const key = ['imports', 'watched']
const patient = {
  retry: (failures: number, error: Error) => failures < 3 && !isVivimError(error, 'forbidden'),
  refetchOnMount: 'always',
} as const

/** The folders that are watched. They are the node's machine's, so that nothing in the log tells of them. */
export function useWatchedFolders() {
  const { call } = useClient()
  return useQuery({
    ...patient,
    queryKey: [...key, 'folders'],
    queryFn: async ({ signal }) => (await call(watching['watching.list'], {}, signal)).items,
    refetchInterval: 5000,
  })
}

/** Folders of the node's machine that could be watched. */
export function useFolderSuggestions() {
  const { call } = useClient()
  return useQuery({
    ...patient,
    queryKey: [...key, 'suggestions'],
    queryFn: async ({ signal }) => (await call(watching['watching.suggest'], {}, signal)).items,
  })
}

export function useWatch() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (folder: Input<(typeof watching)['watching.set']>) => call(watching['watching.set'], folder),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
}

export function useUnwatch() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (path: string) => call(watching['watching.remove'], { path }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
}
