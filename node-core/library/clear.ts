/** Making things go: chunks' bytes, a conversation's rows, documents, names and files. */
import type { Transaction } from '../ports/storage.ts'
import type { ApplyContext } from './apply-context.ts'
import { releaseBlobs } from './blob-uses.ts'
import { removeFacets } from './facets.ts'

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

/** An older incarnation gives way: everything of it goes, and so does its local number. */
export async function endRow(context: Within, local: number): Promise<void> {
  await clearConversation(context, local)
  await context.tx.run('DELETE FROM conversation WHERE account = ? AND id = ?', [context.event.account, local])
}

/** Drops chunks' bytes; the envelopes and the chunks' names stay. */
export async function dropChunks(tx: Transaction, account: number, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    const row = await tx.get<{ bytes: number; device: number }>(selectDropped, [chunk, account])
    if (!row) continue
    await tx.run('UPDATE chunk SET sealed = NULL WHERE id = ?', [chunk])
    await tx.run('UPDATE device SET used = used - ? WHERE account = ? AND id = ?', [row.bytes, account, row.device])
  }
}
const selectDropped = `SELECT length(k.sealed) AS bytes, e.device FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position
  WHERE k.id = ? AND k.account = ? AND k.sealed IS NOT NULL`
