import { accounts } from '../../node-core/contract/api/account.ts'
import type { Output } from '../../node-core/contract/method.ts'
import type { Call } from '../client.ts'
import { useQuery } from './use-query.ts'

export type Account = Output<(typeof accounts)['account.get']>

const load = (call: Call, signal: AbortSignal): Promise<Account> => call(accounts['account.get'], {}, signal)
/** The account that is signed in. */
export const useAccount = (call: Call) => useQuery(call, load)
