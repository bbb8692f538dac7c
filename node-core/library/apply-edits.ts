/** Applying what a person says of a whole conversation: edits and deletion. */
import type { PartOf } from '../contract/events.ts'
import type { StoredPart } from '../log/projection.ts'
import { nextLocal, retitle } from './apply-contribution.ts'
import { findRow, loadState } from './load.ts'
import type { ApplyContext } from './projection.ts'
import { nameOf, rowOf } from './rows.ts'
import { emptyState, mergeEdit, viewOf } from './rules.ts'
import { states } from './tables.ts'
import { chunksNamed, dropChunks, releaseBlobs, writeRow } from './write.ts'

const NONE = new Uint8Array(0)

export async function applyEdited(context: ApplyContext, part: StoredPart, edit: PartOf<'library.conversation-edited'>): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const row = await findRow(tx, account, nameOf(keys, edit.conversation))
  if (row && (edit.incarnation < row.incarnation || !row.head)) return
  const state = (row && (await loadState(tx, account, keys, row))) ?? emptyState(edit.conversation, 'vivim', '')
  const before = viewOf(state).title
  const local = row?.id ?? (await nextLocal(context))
  if (mergeEdit(state, edit, event.time, event.device)) {
    const dead: number[] = []
    const documents = retitle(state, before, dead, local)
    if (dead.length > 0) await context.documents.remove(tx, account, local, dead)
    await context.documents.put(tx, account, documents)
    await writeRow(tx, account, {
      local, base: row?.version ?? 0, incarnation: edit.incarnation, state: row?.state ?? states.awaited,
      contributions: row?.contributions ?? 0, fingerprint: row?.fingerprint ?? null, row: rowOf(state, account, keys),
    })
  }
  await said(context, local, NONE, part.chunk)
}

/** Ends an incarnation: texts, names, files' uses and everything said of it go; the row stays as the tombstone. */
export async function applyDeleted(context: ApplyContext, { conversation, incarnation, chunks }: PartOf<'library.conversation-deleted'>): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  await dropChunks(tx, account, await chunksNamed(tx, account, chunks))
  const name = nameOf(keys, conversation)
  const row = await findRow(tx, account, name)
  if (row && row.incarnation > incarnation) return
  const local = row?.id ?? (await nextLocal(context))
  if (row) {
    await clearConversation(context, local)
    await tx.run(
      `UPDATE conversation SET incarnation = ?, version = version + 1, state = ?, document = 0, created = 0, updated = 0, messages = 0, branches = 0,
       hidden = 0, archived = 0, starred = 0, contributions = 0, fingerprint = NULL, head = NULL WHERE account = ? AND id = ?`,
      [incarnation, states.deleted, account, local])
  } else {
    await tx.run(
      `INSERT INTO conversation (account, id, name, incarnation, version, state, source, document, created, updated, messages, branches, hidden,
       archived, starred, inferred, contributions) VALUES (?, ?, ?, ?, 1, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
      [account, local, name, incarnation, states.deleted])
  }
}

/** Removes all that is known of a conversation but its row. */
export async function clearConversation({ tx, event, documents }: Pick<ApplyContext, 'tx' | 'event' | 'documents'>, local: number): Promise<void> {
  await documents.remove(tx, event.account, local, 'all')
  await releaseBlobs(tx, event.account, local)
  for (const table of ['conversation_tree', 'contribution', 'vouch', 'facet', 'tagging', 'note', 'said_chunk']) {
    await tx.run(`DELETE FROM ${table} WHERE account = ? AND conversation = ?`, [event.account, local])
  }
}

/** Remembers that a chunk speaks of a conversation, or of a note, so that it goes with it. */
export const said = ({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>, conversation: number, name: Uint8Array, chunk: number) =>
  tx.run('INSERT INTO said_chunk (account, conversation, name, chunk) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [event.account, conversation, name, chunk])
