import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { LockSettings } from '../../node-core/contract/shell-keys.ts'
import { useHost } from '../app/host-context.tsx'

/** Where the desktop app's node has its keys; null while that is not known. */
export function useKeysAbout() {
  const host = useHost()
  return useQuery({ queryKey: ['keys-about'], queryFn: () => host.call('keys.about', undefined) })
}

/** Changes the passphrase, or brings the keys to another place; an absent passphrase: the one that was made for the person. */
export function useMoveKeys() {
  const host = useHost()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (
      move: { to: 'os' | 'passphrase'; current: string | undefined; next: string } | { to: 'file'; next: string },
    ) => {
      if (move.to === 'file') return await host.call('keys.move', move)
      const current = move.current === undefined ? {} : { current: move.current }
      if (move.to === 'os') return await host.call('keys.move', { to: 'os', ...current })
      return await host.call('keys.change-passphrase', { ...current, next: move.next })
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['keys-about'] })
      await queries.invalidateQueries({ queryKey: ['status'] })
    },
  })
}

/** When the windows lock by themselves. */
export function useLockSettings() {
  const host = useHost()
  const queries = useQueryClient()
  const key = ['lock-settings']
  const settings = useQuery({ queryKey: key, queryFn: () => host.call('locks.settings', undefined) })
  const change = useMutation({
    mutationFn: (next: LockSettings) => host.call('locks.change', next),
    onMutate: (next) => queries.setQueryData(key, next),
    onError: () => queries.invalidateQueries({ queryKey: key }),
  })
  return { settings: settings.data, change: change.mutate, error: settings.error ?? change.error }
}
