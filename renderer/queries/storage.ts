import { useQuery } from '@tanstack/react-query'
import { store } from '../../node-core/contract/api/store.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type StorageUse = Output<(typeof store)['storage.get']>

/** Bytes on disk by kind. */
export function useStorage() {
  const { call } = useClient()
  return useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => call(store['storage.get'], {}, signal),
    // Free space changes by what other programs do.
    refetchOnMount: 'always',
  })
}
