/** What of an account’s conversations a device wants to hold, where it does not want everything. */
import type { SyncScope } from '../contract/api/sync.ts'

export interface Scopes {
  /** The places (`log/chunk-place.ts`) of the parts of imports that lie in a scope, as of now. */
  partsIn(account: number, scope: SyncScope): Promise<ReadonlySet<number>>
}
