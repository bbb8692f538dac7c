import { useQuery } from '@tanstack/react-query'
import { accounts } from '../../node-core/contract/api/account.ts'
import { useClient } from '../app/client-context.tsx'

/** The account that is signed in. */
export function useAccount() {
  const { call } = useClient()
  return useQuery({ queryKey: ['account'], queryFn: ({ signal }) => call(accounts['account.get'], {}, signal) })
}
