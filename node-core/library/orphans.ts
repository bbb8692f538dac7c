/** Blobs that no conversation uses any more. */
import type { BlobId } from '../contract/ids.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { blobPlace } from './blob-uses.ts'

/** With their names in the table; one that was taken into use again meanwhile is none. */
export async function orphanedBlobs(
  reader: Reader,
  account: number,
  keys: AccountKeys,
): Promise<{ name: Uint8Array; id: BlobId }[]> {
  const rows = await reader.all<{ name: Uint8Array; sealed: Uint8Array }>(
    `SELECT o.name, o.sealed FROM blob_orphan o WHERE o.account = ?
     AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.account = o.account AND u.name = o.name)`,
    [account],
  )
  return rows.map((row) => ({
    name: row.name,
    id: Buffer.from(keys.sealer.open(blobPlace(account, row.name), row.sealed)).toString() as BlobId,
  }))
}

/** Every blob that some conversation uses. */
export async function knownBlobs(reader: Reader, account: number, keys: AccountKeys): Promise<{ id: BlobId }[]> {
  const rows = await reader.all<{ name: Uint8Array; sealed: Uint8Array }>(
    'SELECT name, sealed FROM blob_use WHERE account = ? GROUP BY name',
    [account],
  )
  return rows.map((row) => ({ id: Buffer.from(keys.sealer.open(blobPlace(account, row.name), row.sealed)).toString() as BlobId }))
}
