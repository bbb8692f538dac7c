/** Making things go: chunks' bytes, a conversation's rows, documents, names and files. */
import { isErasable } from '../contract/events.ts'
import type { Transaction } from '../ports/storage.ts'
import type { ApplyContext } from './apply-context.ts'
import { releaseBlobs } from './blob-uses.ts'
import { removeFacets } from './facets.ts'

/** Notes what a deletion names, drops it, and lets it never come back. */
export async function deleteChunks(tx: Transaction, account: number, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    await tx.run(
      'INSERT INTO chunk_named (account, chunk, deleted) VALUES (?, ?, 1) ON CONFLICT (account, chunk) DO UPDATE SET deleted = 1',
      [account, chunk],
    )
    await tx.run('DELETE FROM vouch_awaited WHERE account = ? AND chunk = ?', [account, chunk])
    await tx.run('DELETE FROM chunk_left WHERE account = ? AND chunk = ?', [account, chunk])
  }
  await dropChunks(tx, account, chunks)
}

/** A part speaks of what is deleted, or was when it came: its bytes wait for the next tombstone. */
export const leaveChunk = (tx: Transaction, account: number, chunk: number) =>
  tx.run(insertLeft, [account, chunk, account, chunk])
const insertLeft = `INSERT INTO chunk_left (account, chunk) SELECT ?, ?
  WHERE NOT EXISTS (SELECT 1 FROM chunk_named n WHERE n.account = ? AND n.chunk = ? AND n.deleted = 1) ON CONFLICT DO NOTHING`

type Within = Pick<ApplyContext, 'tx' | 'event' | 'keys' | 'documents'>

/** All tables that hold something of one conversation, beside its own row and its facets. */
const inside = ['conversation_tree', 'contribution', 'vouch', 'import_item', 'tagging', 'note', 'said_chunk'] as const

/** Removes all that is known of a conversation but its row. */
export async function clearConversation(within: Within, local: number): Promise<void> {
  const { tx, event, documents } = within
  const { account } = event
  await documents.remove(tx, account, local, 'all')
  await releaseBlobs(within, local)
  for (const table of inside) await tx.run(`DELETE FROM ${table} WHERE account = ? AND conversation = ?`, [account, local])
  await removeFacets(tx, event, local)
}

/** What is left of a conversation's parts when it ends: said at the same time as its deletion, elsewhere. */
export const leaveAll = (tx: Transaction, account: number, local: number) =>
  tx.run(insertAllLeft, [account, local, account, local])
const insertAllLeft = `INSERT INTO chunk_left (account, chunk) SELECT k.account, k.id FROM (
    SELECT chunk FROM contribution WHERE account = ? AND conversation = ? UNION SELECT chunk FROM said_chunk WHERE account = ? AND conversation = ?
  ) o JOIN chunk k ON k.id = o.chunk WHERE k.sealed IS NOT NULL ON CONFLICT DO NOTHING`

/** An older incarnation gives way: everything of it goes, and so does its local number. */
export async function endRow(context: Within, local: number): Promise<void> {
  await leaveAll(context.tx, context.event.account, local)
  await clearConversation(context, local)
  await context.tx.run('DELETE FROM conversation WHERE account = ? AND id = ?', [context.event.account, local])
}

/** Drops chunks' bytes; the envelopes and the chunks' names stay. What a tombstone cannot name stays whole. */
export async function dropChunks(tx: Transaction, account: number, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    await tx.run('DELETE FROM chunk_awaited WHERE chunk = ?', [chunk])
    const row = await tx.get<{ bytes: number; device: number; type: string }>(selectDropped, [chunk, account])
    if (!row || !isErasable(row.type)) continue
    await tx.run('UPDATE chunk SET sealed = NULL WHERE id = ?', [chunk])
    await tx.run('UPDATE device SET used = used - ? WHERE account = ? AND id = ?', [row.bytes, account, row.device])
  }
}
const selectDropped = `SELECT length(k.sealed) AS bytes, e.device, e.type FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position
  WHERE k.id = ? AND k.account = ? AND k.sealed IS NOT NULL`
