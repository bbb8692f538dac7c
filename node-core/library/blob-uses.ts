/** Which conversations use which blobs; the last use's end makes an orphan, whose file a follower removes. */
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import type { ContributionValue } from './content.ts'

/** A blob's name in the tables and its sealed id. */
export interface BlobUse {
  name: Uint8Array
  sealed: Uint8Array
}

export const blobName = (keys: AccountKeys, id: string): Uint8Array => keys.keyed('blob', id)
export const blobPlace = (account: number, name: Uint8Array): string =>
  `blob/${account}/${Buffer.from(name).toString('hex')}/sealed`

export function blobUse(account: number, keys: AccountKeys, id: string): BlobUse {
  const name = blobName(keys, id)
  return { name, sealed: keys.sealer.seal(blobPlace(account, name), Buffer.from(id)) }
}

/** The blobs that a contribution needs: attachments, and what was too large for a chunk. */
export function blobsIn(said: Pick<ContributionValue, 'blobs' | 'extra'> & { messages: readonly object[] }): Set<string> {
  const ids = new Set(Object.values(said.blobs))
  for (const message of said.messages) if ('spilled' in message && typeof message.spilled === 'string') ids.add(message.spilled)
  if (typeof said.extra?.spilled === 'string') ids.add(said.extra.spilled)
  return ids
}

export async function addBlobUse(tx: Transaction, account: number, conversation: number, use: BlobUse): Promise<void> {
  await tx.run('INSERT INTO blob_use (account, name, conversation, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    account,
    use.name,
    conversation,
    use.sealed,
  ])
  await tx.run('DELETE FROM blob_orphan WHERE account = ? AND name = ?', [account, use.name])
}

/** Ends a conversation's use of its blobs; those that nothing uses any more become orphans. */
export async function releaseBlobs(tx: Transaction, account: number, conversation: number): Promise<void> {
  await tx.run(
    `INSERT INTO blob_orphan (account, name, sealed) SELECT account, name, sealed FROM blob_use u WHERE account = ? AND conversation = ?
     AND NOT EXISTS (SELECT 1 FROM blob_use o WHERE o.account = u.account AND o.name = u.name AND o.conversation <> u.conversation) ON CONFLICT DO NOTHING`,
    [account, conversation],
  )
  await tx.run('DELETE FROM blob_use WHERE account = ? AND conversation = ?', [account, conversation])
}
