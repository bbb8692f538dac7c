import { useQuery } from '@tanstack/react-query'
import { accounts } from '../../node-core/contract/api/account.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type Status = Output<(typeof accounts)['status.get']>

/** What the node is doing, and how much the account holds. */
export function useStatus() {
  const { call } = useClient()
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => call(accounts['status.get'], {}, signal),
    // The end of a check is no event of the log.
    refetchInterval: ({ state }) => (state.data?.integrity.state === 'checking' ? 2000 : false),
  })
}
