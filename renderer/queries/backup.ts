import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { backups } from '../../node-core/contract/api/backups.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Input, Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'
import { type SavingState, useSaving } from './saving.ts'

export type OwnBackups = Output<(typeof backups)['backups.schedule']>
const key = ['own-backups']

/** Saves a sealed copy of everything as a file. */
export function useBackup(): { standing: SavingState; start: (name: string) => void } {
  const { download } = useClient()
  const { standing, start } = useSaving('backup')
  return { standing, start: (name) => start((signal) => download(backups['backups.get'], {}, signal), name) }
}

/** The backups that the node makes by itself. They are no part of the log, so that nothing tells when there is a new one. */
export function useOwnBackups() {
  const { call } = useClient()
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(backups['backups.schedule'], {}, signal),
    retry: (failures, error) => failures < 3 && !isVivimError(error, 'forbidden'),
    refetchOnMount: 'always',
    refetchInterval: 30_000,
  })
}

/** Where to, how often, and how many. */
export function useSetOwnBackups() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (plan: Input<(typeof backups)['backups.set-schedule']>) => call(backups['backups.set-schedule'], plan),
    onSuccess: (own) => queries.setQueryData(key, own),
  })
}
