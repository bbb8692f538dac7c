/** Writing the index inside an append's transaction: what is appended is found by the next search. */
import type { Transaction } from '../ports/storage.ts'
import type { PreparedSegment } from './prepare.ts'
import { bumpVersion, dead, everyOrdinal, insertBlock, insertSegmentRow, live } from './tables.ts'

/** Makes a prepared segment of `account` findable. After the deletions of what it replaces, in the same transaction. */
export async function insertSegment(tx: Transaction, account: number, prepared: PreparedSegment): Promise<void> {
  if (prepared.documents === 0) return
  const bytes = prepared.blocks.reduce((sum, { sealed }) => sum + sealed.length, 0)
  await tx.run(bumpVersion, [account])
  await tx.run(insertSegmentRow, [prepared.id, prepared.documents, bytes, live, account])
  for (const { number, sealed } of prepared.blocks) await tx.run(insertBlock, [account, prepared.id, number, sealed])
}

/**
 * Takes documents out of what can be found, at once; a merge takes their words off the disk later.
 * Documents of the same names that are inserted afterwards count again.
 */
export async function deleteDocuments(
  tx: Transaction,
  account: number,
  conversation: number,
  ordinals: readonly number[] | 'all',
): Promise<void> {
  await tx.run(bumpVersion, [account])
  for (const ordinal of ordinals === 'all' ? [everyOrdinal] : ordinals) {
    await tx.run(insertDeletion, [conversation, ordinal, account])
  }
}

/** Empties an account's index at once; {@link removeDead} (merge.ts) then gives the disk back in short steps. */
export async function clearAccount(tx: Transaction, account: number): Promise<void> {
  await tx.run(bumpVersion, [account])
  await tx.run('UPDATE search_segment SET state = ? WHERE account = ?', [dead, account])
  await tx.run('DELETE FROM search_deleted WHERE account = ?', [account])
}

const insertDeletion = `INSERT INTO search_deleted (account, before_seq, conversation, ordinal)
SELECT account, version, ?, ? FROM search_state WHERE account = ? ON CONFLICT DO NOTHING`
