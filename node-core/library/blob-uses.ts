/**
 * Which conversations use which blobs; the last use's end makes an orphan, whose file a follower removes. Who uses what
 * is sealed: that two conversations share a file says something of them.
 */
import { type BlobId, isBlobId } from '../contract/ids.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader, Transaction } from '../ports/storage.ts'
import { awaitBlob, blobName } from './blobs-awaited.ts'
import { openCell, sealCell } from './cells.ts'
import type { ContributionValue } from './content.ts'

interface Used {
  id: string
  conversations: number[]
}
interface Within {
  tx: Transaction
  event: { account: number }
  keys: AccountKeys
}

const hexOf = (name: Uint8Array): string => Buffer.from(name).toString('hex')
const blobPlace = (account: number, name: Uint8Array): string => `blob/${account}/${hexOf(name)}/sealed`
const placeOfUse = (account: number, conversation: number): string => `blob_use/${account}/${conversation}/sealed`

/** The blobs that a contribution needs: attachments, and what was too large for a chunk. What is no blob's id is none. */
export function blobsIn(said: Pick<ContributionValue, 'blobs' | 'extra'> & { messages: readonly object[] }): Set<string> {
  const ids = new Set(Object.values(said.blobs))
  for (const message of said.messages) if ('spilled' in message && typeof message.spilled === 'string') ids.add(message.spilled)
  if (typeof said.extra?.spilled === 'string') ids.add(said.extra.spilled)
  return new Set([...ids].filter(isBlobId))
}

/** A conversation uses these from now on too. Those that are new are awaited, unless they are known to be `stored`. */
export async function addBlobUses(
  { tx, event: { account }, keys }: Within,
  conversation: number,
  ids: Iterable<string>,
  { stored = false } = {},
): Promise<void> {
  const before = await usedIn(tx, account, keys, conversation)
  const all = new Set(before)
  for (const id of ids) {
    if (all.has(id)) continue
    all.add(id)
    const name = blobName(keys, id)
    const used = await usesOf(tx, account, keys, name)
    await putBlob(tx, account, keys, name, { id, conversations: [...(used?.conversations ?? []), conversation] })
    await tx.run('DELETE FROM blob_orphan WHERE account = ? AND name = ?', [account, name])
    if (!used && !stored) await awaitBlob({ tx, event: { account }, keys }, id)
  }
  if (all.size === before.length) return
  await tx.run(upsertUse, [account, conversation, sealCell(keys, placeOfUse(account, conversation), [...all])])
}

/** Ends a conversation's use of its blobs but those in `keep`; those that nothing uses any more become orphans. */
export async function releaseBlobs(
  { tx, event: { account }, keys }: Within,
  conversation: number,
  keep: ReadonlySet<string> = new Set(),
): Promise<void> {
  const before = await usedIn(tx, account, keys, conversation)
  for (const id of before) {
    if (keep.has(id)) continue
    const name = blobName(keys, id)
    const used = await usesOf(tx, account, keys, name)
    const conversations = used?.conversations.filter((other) => other !== conversation) ?? []
    if (conversations.length > 0) {
      await putBlob(tx, account, keys, name, { id, conversations })
      continue
    }
    for (const table of ['blob', 'blob_awaited'])
      await tx.run(`DELETE FROM ${table} WHERE account = ? AND name = ?`, [account, name])
    await tx.run('INSERT INTO blob_orphan (account, name, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
      account,
      name,
      sealCell(keys, blobPlace(account, name), { id, conversations }),
    ])
  }
  const kept = before.filter((id) => keep.has(id))
  if (kept.length > 0) await tx.run(upsertUse, [account, conversation, sealCell(keys, placeOfUse(account, conversation), kept)])
  else await tx.run('DELETE FROM blob_use WHERE account = ? AND conversation = ?', [account, conversation])
}
const upsertUse = `INSERT INTO blob_use (account, conversation, sealed) VALUES (?, ?, ?)
  ON CONFLICT (account, conversation) DO UPDATE SET sealed = excluded.sealed`

/** Local numbers of the conversations that use a blob, shown or not. */
export const usersOf = async (reader: Reader, account: number, keys: AccountKeys, id: BlobId): Promise<readonly number[]> =>
  (await usesOf(reader, account, keys, blobName(keys, id)))?.conversations ?? []

/** The blobs that a conversation uses. */
export async function usedIn(reader: Reader, account: number, keys: AccountKeys, conversation: number): Promise<string[]> {
  const row = await reader.get<{ sealed: Uint8Array }>('SELECT sealed FROM blob_use WHERE account = ? AND conversation = ?', [
    account,
    conversation,
  ])
  return row ? openCell<string[]>(keys, placeOfUse(account, conversation), row.sealed) : []
}

/** The id in a row of `blob` or `blob_orphan`. */
export const blobIn = (account: number, keys: AccountKeys, name: Uint8Array, sealed: Uint8Array): BlobId =>
  openCell<Used>(keys, blobPlace(account, name), sealed).id as BlobId

async function usesOf(reader: Reader, account: number, keys: AccountKeys, name: Uint8Array): Promise<Used | undefined> {
  const row = await reader.get<{ sealed: Uint8Array }>('SELECT sealed FROM blob WHERE account = ? AND name = ?', [account, name])
  return row && openCell<Used>(keys, blobPlace(account, name), row.sealed)
}

const putBlob = (tx: Transaction, account: number, keys: AccountKeys, name: Uint8Array, used: Used) =>
  tx.run(
    'INSERT INTO blob (account, name, sealed) VALUES (?, ?, ?) ON CONFLICT (account, name) DO UPDATE SET sealed = excluded.sealed',
    [account, name, sealCell(keys, blobPlace(account, name), used)],
  )
