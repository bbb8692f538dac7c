/** Opening a store that no keychain has keys for, with the phrase: here no node runs, so this composes what it needs. */
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { type AccountParts, recoverAccount } from '../identity/accounts.ts'
import type { Transactor } from '../ports/storage.ts'
import { migrations } from '../threads/migrations.ts'
import { createWriter } from '../threads/writer-core.ts'

export type RecoverParts = Pick<AccountParts, 'keychain' | 'clock' | 'random' | 'device'>

/**
 * Gives the account that grows from `phrase` new keys in the keychain; this node becomes a new device of it.
 * `before` may change the store first. The node must not be running.
 * Errors: `store-locked`, `phrase-invalid`, `phrase-mismatch`, the keychain's and the store's.
 */
export async function recoverStore(
  directory: string,
  phrase: string,
  parts: RecoverParts,
  before?: (storage: Transactor) => Promise<void>,
): Promise<Did> {
  await using storage = await openSqliteStorage({ directory, migrations })
  await before?.(storage)
  const writer = createWriter({
    storage,
    clock: parts.clock,
    random: parts.random,
    // a grant refers to no file
    readBlob: () => Promise.reject(new VivimError('internal')),
    onCommit() {},
  })
  const { did } = await recoverAccount({ ...parts, reader: storage, writer }, phrase)
  return did
}
