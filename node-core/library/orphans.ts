/** Blobs that no conversation uses any more, and those that some does. */
import type { BlobId } from '../contract/ids.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { blobIn } from './blob-uses.ts'

interface Row {
  name: Uint8Array
  sealed: Uint8Array
}

/** With their names in the table; one that was taken into use again meanwhile is none. */
export async function orphanedBlobs(
  reader: Reader,
  account: number,
  keys: AccountKeys,
): Promise<{ name: Uint8Array; id: BlobId }[]> {
  const rows = await reader.all<Row>(
    `SELECT o.name, o.sealed FROM blob_orphan o WHERE o.account = ?
     AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.account = o.account AND b.name = o.name)`,
    [account],
  )
  return rows.map(({ name, sealed }) => ({ name, id: blobIn(account, keys, name, sealed) }))
}

/**
 * Every blob that some conversation uses, as one statement sees it; undefined while the library is being made anew
 * from the log and does not know them all.
 */
export async function blobsInUse(reader: Reader, account: number, keys: AccountKeys): Promise<ReadonlySet<BlobId> | undefined> {
  const rows = await reader.all<{ rebuilding: number; name: Uint8Array | null; sealed: Uint8Array | null }>(
    `SELECT s.rebuilding, b.name, b.sealed
     FROM (SELECT count(*) AS rebuilding FROM projection WHERE account = ? AND position IS NOT NULL) s LEFT JOIN blob b ON b.account = ?`,
    [account, account],
  )
  if (rows[0]?.rebuilding !== 0) return undefined
  return new Set(rows.flatMap(({ name, sealed }) => (name && sealed ? [blobIn(account, keys, name, sealed)] : [])))
}

/** Every blob that some conversation uses. */
export async function knownBlobs(reader: Reader, account: number, keys: AccountKeys): Promise<{ id: BlobId }[]> {
  const rows = await reader.all<Row>('SELECT name, sealed FROM blob WHERE account = ?', [account])
  return rows.map(({ name, sealed }) => ({ id: blobIn(account, keys, name, sealed) }))
}
