/** Opening a store that no keychain has keys for, with the phrase: here no node runs, so this composes what it needs. */
import { join } from 'node:path'
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { parsePhrase } from '../crypto/phrase.ts'
import { type AccountParts, createAccount } from '../identity/accounts.ts'
import { recoverAccount } from '../identity/recover-account.ts'
import type { Transactor } from '../ports/storage.ts'
import { migrations } from '../threads/migrations.ts'
import { createWriter } from '../threads/writer-core.ts'
import { storeMember } from './format.ts'
import { isThere } from './members.ts'

export type RecoverParts = Pick<AccountParts, 'keychain' | 'clock' | 'random' | 'device'>

/** What a recovery came to. */
export interface Recovered {
  did: Did
  /** True where there was no store: the account is here again, and its data comes by sync or from a backup. */
  anew: boolean
}

/**
 * Gives the account that grows from `phrase` new keys in the keychain; this node becomes a new device of it. A directory
 * without any account gets it with nothing in it. `before` may change the store first. The node must not be running.
 * Errors: `store-locked`, `phrase-invalid`, `phrase-mismatch`, the keychain's and the store's.
 */
export async function recoverStore(
  directory: string,
  phrase: string,
  parts: RecoverParts,
  before?: (storage: Transactor) => Promise<void>,
): Promise<Recovered> {
  // before there is a store: words that are none leave nothing behind
  if (!(await isThere(join(directory, storeMember)))) parsePhrase(phrase)
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
  const whole = { ...parts, reader: storage, writer }
  const anew = (await storage.get('SELECT id FROM account LIMIT 1', [])) === undefined
  const { did } = await (anew ? createAccount(whole, phrase) : recoverAccount(whole, phrase))
  return { did, anew }
}
