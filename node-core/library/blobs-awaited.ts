/**
 * Files that came after the events that name them: which are awaited, and what is to be indexed of them when they are
 * here. That one is awaited does not say that it is not here: nobody has looked yet.
 */
import { decode } from '@ipld/dag-cbor'
import type { Message } from '../contract/content.ts'
import type { Did } from '../contract/ids.ts'
import { openChunk, valueIn } from '../log/chunk.ts'
import type { Documents } from '../ports/documents.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader, Transaction } from '../ports/storage.ts'
import { openCell, sealCell } from './cells.ts'
import { storedContributionOf } from './content.ts'
import { documentsOf } from './documents.ts'
import { loadState, rowAt } from './load.ts'

interface Within {
  tx: Transaction
  event: { account: number }
  keys: AccountKeys
}
/** What a row of `blob_awaited` says. */
interface Awaited {
  id: string
  /** Documents whose words stand in it: a conversation's local number, and the document's. */
  unread: [conversation: number, ordinal: number][]
}

/** Keyed hash of a blob's id: its name in the library's tables. */
export const blobName = (keys: AccountKeys, id: string): Uint8Array => keys.keyed('blob', id)
export const awaitedPlace = (account: number, name: Uint8Array, column: 'sealed' | 'pieces'): string =>
  `blob_awaited/${account}/${Buffer.from(name).toString('hex')}/${column}`

const select = 'SELECT sealed FROM blob_awaited WHERE account = ? AND name = ?'
const upsert = `INSERT INTO blob_awaited (account, name, sealed) VALUES (?, ?, ?)
  ON CONFLICT (account, name) DO UPDATE SET sealed = excluded.sealed`

/** Whether something that is used has not come, as far as anybody has looked: one that is awaited may be here. */
export const isAwaited = async (reader: Reader, account: number, keys: AccountKeys, id: string): Promise<boolean> =>
  (await reader.get('SELECT 1 FROM blob_awaited WHERE account = ? AND name = ?', [account, blobName(keys, id)])) !== undefined

/** A file is used from now on that may not be here. `unread`: a document that could not be made without it. */
export async function awaitBlob(
  { tx, event: { account }, keys }: Within,
  id: string,
  unread?: { conversation: number; ordinal: number },
): Promise<void> {
  const name = blobName(keys, id)
  const place = awaitedPlace(account, name, 'sealed')
  const row = await tx.get<{ sealed: Uint8Array }>(select, [account, name])
  if (row && !unread) return
  const awaited = row ? openCell<Awaited>(keys, place, row.sealed) : { id, unread: [] }
  if (unread) awaited.unread.push([unread.conversation, unread.ordinal])
  await tx.run(upsert, [account, name, sealCell(keys, place, awaited)])
}

/** What indexing needs. */
interface ArrivalParts {
  documents: Documents
  readBlob(owner: Did, id: string): Promise<Uint8Array>
}

/** A file is here: it is awaited no longer, and what could not be read without it is found from now on. */
export async function applyArrived(
  { tx, event: { account }, keys }: Within,
  { documents, readBlob }: ArrivalParts,
  owner: Did,
  id: string,
): Promise<void> {
  const name = blobName(keys, id)
  const row = await tx.get<{ sealed: Uint8Array }>(select, [account, name])
  if (!row) return
  const { unread } = openCell<Awaited>(keys, awaitedPlace(account, name, 'sealed'), row.sealed)
  await tx.run('DELETE FROM blob_awaited WHERE account = ? AND name = ?', [account, name])
  if (unread.length === 0) return
  const message = decode<Message>(await readBlob(owner, id))
  for (const [local, ordinal] of unread) {
    const stored = await rowAt(tx, account, local)
    const state = stored && (await loadState(tx, account, keys, stored))
    const entry = state?.entries.find((one) => one.ordinal === ordinal)
    if (!entry || !(await isIn({ tx, event: { account }, keys }, local, entry, id))) continue
    await documents.put(tx, account, documentsOf(local, [entry], new Map([[entry.id, message]])))
    await tx.run(newVersion, [account, account, local])
  }
}
/**
 * Versions are positions of events. What changes without one gets a number that no position is: below zero, and
 * another each time.
 */
const newVersion = `UPDATE conversation SET version = CASE WHEN version < 0 THEN version - 1
    ELSE -1048576 * (SELECT max(position) FROM event WHERE account = ?) END
  WHERE account = ? AND id = ?`

/** Whether an entry's message is the one in a blob: local numbers may have come again. */
async function isIn(
  { tx, event: { account }, keys }: Within,
  local: number,
  { contribution, index }: { contribution: number; index: number },
  id: string,
): Promise<boolean> {
  const row = await tx.get<{ digest: Uint8Array; sealed: Uint8Array | null }>(
    'SELECT k.digest, k.sealed FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND c.conversation = ? AND c.n = ?',
    [account, local, contribution],
  )
  if (!row?.sealed) return false
  const stored = storedContributionOf(valueIn(openChunk(account, row.digest, row.sealed, keys.sealer))).messages[index]
  return stored !== undefined && 'spilled' in stored && stored.spilled === id
}
