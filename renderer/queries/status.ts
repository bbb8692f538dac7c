import { accounts } from '../../node-core/contract/api/account.ts'
import type { Output } from '../../node-core/contract/method.ts'
import type { Call } from '../client.ts'
import { useQuery } from './use-query.ts'

export type Status = Output<(typeof accounts)['status.get']>

const load = (call: Call, signal: AbortSignal): Promise<Status> => call(accounts['status.get'], {}, signal)
/** What the node is doing, and how much the account holds. */
export const useStatus = (call: Call) => useQuery(call, load)
