/** Applying a person's notes. */
import type { PartOf } from '../contract/events.ts'
import { chunksNamed } from '../log/names.ts'
import type { StoredPart } from '../log/projection.ts'
import { documentRoles } from '../ports/documents.ts'
import { type ApplyContext, said } from './apply-context.ts'
import { deleteChunks, leaveChunk } from './clear.ts'
import { mergeUpdates, noteName, openNote, sealNote, textIn, tidied } from './notes.ts'
import { rowFor } from './target-row.ts'

/** Notes' ordinals lie above all that a conversation gives out. */
const NOTE_ORDINALS = 0x8000_0000

export async function applyNoteWritten(
  context: ApplyContext,
  part: StoredPart,
  { note, target, update, edits, ...written }: PartOf<'library.note-written'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account, time } = event
  const name = noteName(keys, note)
  const known = await tx.get<{
    conversation: number
    ordinal: number
    created: number
    updated: number
    deleted: number
    sealed: Uint8Array | null
  }>('SELECT conversation, ordinal, created, updated, deleted, sealed FROM note WHERE account = ? AND name = ?', [account, name])
  if (known?.deleted) {
    // written while it was deleted elsewhere: another tombstone names it
    await said(context, 0, name, part.chunk)
    return
  }
  const conversation = known?.conversation ?? (target ? await rowFor(context, target) : 0)
  if (conversation === undefined) {
    await leaveChunk(tx, account, part.chunk)
    return
  }
  const before = known?.sealed ? openNote(account, keys, name, known.sealed) : undefined
  const merged = before ? mergeUpdates(before.update, update) : update
  const stands = before?.edits ?? edits
  const most = await tx.get<{ most: number }>(
    'SELECT ordinal AS most FROM note WHERE account = ? ORDER BY ordinal DESC LIMIT 1',
    [account],
  )
  const ordinal = (most?.most ?? NOTE_ORDINALS) + 1
  const created = Math.min(known?.created ?? time[0], written.created ?? time[0], time[0])
  const updated = Math.max(known?.updated ?? 0, Math.min(written.updated ?? time[0], time[0]))
  await tx.run(
    `INSERT INTO note (account, name, conversation, ordinal, created, updated, deleted, sealed) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
     ON CONFLICT (account, name) DO UPDATE SET ordinal = excluded.ordinal, created = excluded.created, updated = excluded.updated, sealed = excluded.sealed`,
    [
      account,
      name,
      conversation,
      ordinal,
      created,
      updated,
      sealNote(account, keys, name, {
        id: note,
        target: before?.target ?? target,
        update: merged,
        ...(stands && { edits: stands }),
      }),
    ],
  )
  if (known) await context.documents.remove(tx, account, conversation, [known.ordinal])
  await context.documents.put(tx, account, [
    { conversation, ordinal, time: Math.floor(updated / 1000), role: documentRoles.note, text: textIn(merged) },
  ])
  await said(context, conversation, name, part.chunk)
}

export async function applyNoteDeleted(context: ApplyContext, { note, chunks }: PartOf<'library.note-deleted'>): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const name = noteName(keys, note)
  await dropSaid(context, name, await chunksNamed(tx, account, chunks))
  const known = await tx.get<{ conversation: number; ordinal: number }>(
    'SELECT conversation, ordinal FROM note WHERE account = ? AND name = ?',
    [account, name],
  )
  if (known) await context.documents.remove(tx, account, known.conversation, [known.ordinal])
  await tx.run(
    `INSERT INTO note (account, name, conversation, ordinal, created, updated, deleted, sealed) VALUES (?, ?, 0, ?, 0, 0, 1, NULL)
     ON CONFLICT (account, name) DO UPDATE SET deleted = 1, conversation = 0, created = 0, updated = 0, sealed = NULL`,
    [account, name, NOTE_ORDINALS],
  )
  // what was written meanwhile and is not named stays until it is
  await tx.run('UPDATE said_chunk SET conversation = 0 WHERE account = ? AND name = ?', [account, name])
}

/** What several parts said is said by one: they go, and so does the text in them that was deleted from the note. */
export async function applyNoteCompacted(
  context: ApplyContext,
  { note, chunks }: PartOf<'library.note-compacted'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const name = noteName(keys, note)
  await dropSaid(context, name, await chunksNamed(tx, account, chunks))
  const known = await tx.get<{ sealed: Uint8Array | null }>('SELECT sealed FROM note WHERE account = ? AND name = ?', [
    account,
    name,
  ])
  if (!known?.sealed) return
  const state = openNote(account, keys, name, known.sealed)
  const sealed = sealNote(account, keys, name, { ...state, update: tidied(state.update) })
  await tx.run('UPDATE note SET sealed = ? WHERE account = ? AND name = ?', [sealed, account, name])
}

async function dropSaid({ tx, event: { account } }: ApplyContext, name: Uint8Array, chunks: readonly number[]): Promise<void> {
  await deleteChunks(tx, account, chunks)
  for (const chunk of chunks)
    await tx.run('DELETE FROM said_chunk WHERE account = ? AND name = ? AND chunk = ?', [account, name, chunk])
}
