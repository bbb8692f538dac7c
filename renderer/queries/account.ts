import { useQuery } from '@tanstack/react-query'
import { accounts } from '../../node-core/contract/api/account.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type Account = Output<(typeof accounts)['account.get']>

/** The account that is signed in. */
export function useAccount() {
  const { call } = useClient()
  return useQuery({ queryKey: ['account'], queryFn: ({ signal }) => call(accounts['account.get'], {}, signal) })
}
