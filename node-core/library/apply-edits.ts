/** Applying what a person says of a whole conversation: edits and deletion. */
import { VivimError } from '../contract/errors.ts'
import { eventTypes, type PartOf } from '../contract/events.ts'
import { hexOf } from '../log/chain.ts'
import { chunksNamed } from '../log/names.ts'
import type { StoredPart } from '../log/projection.ts'
import { type ApplyContext, nextLocal, OF_CONVERSATION, said } from './apply-context.ts'
import { clearConversation, deleteChunks, endRow, leaveAll, leaveChunk } from './clear.ts'
import { retitle } from './documents.ts'
import { findRow, loadState } from './load.ts'
import { nameOf, rowOf } from './rows.ts'
import { emptyState, mergeEdit } from './rules.ts'
import { states } from './tables.ts'
import { viewOf } from './view.ts'
import { writeRow } from './write.ts'

export async function applyEdited(
  context: ApplyContext,
  part: StoredPart,
  edit: PartOf<'library.conversation-edited'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const found = await findRow(tx, account, nameOf(keys, edit.conversation))
  const later = found !== undefined && edit.incarnation > found.incarnation
  if (found && !later && (edit.incarnation < found.incarnation || !found.head)) {
    await leaveChunk(tx, account, part.chunk)
    return
  }
  const row = later ? undefined : found
  const state = (row && (await loadState(tx, account, keys, row))) ?? emptyState(edit.conversation, 'vivim', '')
  const before = viewOf(state).title
  if (!mergeEdit(state, edit, event.time, event.device)) {
    if (row) await said(context, row.id, OF_CONVERSATION, part.chunk)
    return
  }
  const local = row?.id ?? (await nextLocal(context))
  if (later) await endRow(context, found.id)
  const dead: number[] = []
  const documents = retitle(state, before, dead, local)
  if (dead.length > 0) await context.documents.remove(tx, account, local, dead)
  await context.documents.put(tx, account, documents)
  await writeRow(tx, event, {
    local,
    base: row?.version ?? 0,
    incarnation: edit.incarnation,
    state: row?.state ?? states.awaited,
    contributions: row?.contributions ?? 0,
    fingerprint: row?.fingerprint ?? null,
    row: rowOf(state, account, keys),
  })
  await said(context, local, OF_CONVERSATION, part.chunk)
}

/** Ends an incarnation: texts, names, files' uses and everything said of it go; the row stays as the tombstone. */
export async function applyDeleted(
  context: ApplyContext,
  { conversation, incarnation, chunks }: PartOf<'library.conversation-deleted'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const name = nameOf(keys, conversation)
  const row = await findRow(tx, account, name)
  if (row && event.prepared === WHOLE) await proveWhole(context, row.id)
  await deleteChunks(tx, account, await chunksNamed(tx, account, chunks))
  if (row && row.incarnation > incarnation) return
  if (row) {
    await leaveAll(tx, account, row.id)
    await clearConversation(context, row.id)
    await tx.run(endRowSql, [incarnation, event.position, states.deleted, account, row.id])
  } else await tx.run(insertEnded, [account, await nextLocal(context), name, incarnation, event.position, states.deleted])
}

/** Said beside a deletion by its maker: it names every chunk of the conversation, or else it is refused (`conflict`). */
export const WHOLE = 'whole'

/** What came after the deletion was made, and before it was stored, would stay on the disk with nothing that names it. */
async function proveWhole({ tx, event }: ApplyContext, local: number): Promise<void> {
  const named = new Set(event.parts.flatMap((part) => deletion.parse(part.value()).chunks.map(hexOf)))
  for (const { digest } of await tx.all<{ digest: Uint8Array }>(chunksOf, [event.account, local, event.account, local])) {
    if (!named.has(hexOf(digest))) throw new VivimError('conflict', 'The conversation grew while it was deleted.')
  }
}
const deletion = eventTypes['library.conversation-deleted']

/** Digests of all payload that speaks of a conversation. Parameters: account, local number, and again. */
export const chunksOf = `SELECT k.digest FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND c.conversation = ? AND k.sealed IS NOT NULL
  UNION SELECT k.digest FROM said_chunk s JOIN chunk k ON k.id = s.chunk WHERE s.account = ? AND s.conversation = ? AND k.sealed IS NOT NULL`

const endRowSql = `UPDATE conversation SET incarnation = ?, version = ?, state = ?, source = 0, document = 0, created = 0, updated = 0, messages = 0,
  branches = 0, hidden = 0, archived = 0, starred = 0, inferred = 0, contributions = 0, fingerprint = NULL, head = NULL WHERE account = ? AND id = ?`
const insertEnded = `INSERT INTO conversation (account, id, name, incarnation, version, state, source, document, created, updated, messages, branches, hidden,
  archived, starred, inferred, contributions) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`
