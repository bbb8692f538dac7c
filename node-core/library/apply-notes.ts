/** Applying a person's tags and notes. */
import type { EventTarget, PartOf } from '../contract/events.ts'
import { chunksNamed } from '../log/names.ts'
import type { StoredPart } from '../log/projection.ts'
import { documentRoles } from '../ports/documents.ts'
import { type ApplyContext, nextLocal, OF_CONVERSATION, said } from './apply-context.ts'
import { deleteChunks, endRow, leaveChunk } from './clear.ts'
import { openNames, sealNames, writeFacets } from './facets.ts'
import { findRow } from './load.ts'
import { mergeUpdates, noteName, openNote, sealNote, textIn, tidied } from './notes.ts'
import { nameOf, rowOf } from './rows.ts'
import { emptyState } from './rules.ts'
import { states } from './tables.ts'
import { distinctTags, sealTagging, taggingName, tagOf } from './taggings.ts'
import { writeRow } from './write.ts'

/** Notes' ordinals lie above all that a conversation gives out. */
const NOTE_ORDINALS = 0x8000_0000

/** The row of a target's conversation; undefined where it is deleted. One that has not come yet gets its row now. */
async function rowFor(context: ApplyContext, target: EventTarget): Promise<number | undefined> {
  const { tx, event, keys } = context
  const row = await findRow(tx, event.account, nameOf(keys, target.conversation))
  const incarnation = target.incarnation ?? 0
  if (row && row.incarnation > incarnation) return undefined
  if (row?.incarnation === incarnation) return row.head ? row.id : undefined
  const local = await nextLocal(context)
  if (row) await endRow(context, row.id)
  const state = emptyState(target.conversation, 'vivim', '')
  await writeRow(tx, event, {
    local,
    base: 0,
    incarnation,
    state: states.awaited,
    contributions: 0,
    fingerprint: null,
    row: rowOf(state, event.account, keys),
  })
  return local
}

export async function applyTagged(
  context: ApplyContext,
  part: StoredPart,
  { target, tag, on }: PartOf<'library.tagged'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account, time, device } = event
  const local = await rowFor(context, target)
  if (local === undefined) {
    await leaveChunk(tx, account, part.chunk)
    return
  }
  const name = taggingName(keys, target, tag)
  const known = await tx.get<KnownTagging>(
    'SELECT is_on, milliseconds, counter, device, sealed FROM tagging WHERE account = ? AND conversation = ? AND name = ?',
    [account, local, name],
  )
  await said(context, local, OF_CONVERSATION, part.chunk)
  if (known && (known.milliseconds - time[0] || known.counter - time[1] || (known.device < device ? -1 : 1)) > 0) return
  await tx.run(
    `INSERT INTO tagging (account, conversation, name, is_on, milliseconds, counter, device, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, conversation, name) DO UPDATE SET is_on = excluded.is_on, milliseconds = excluded.milliseconds, counter = excluded.counter, device = excluded.device, sealed = excluded.sealed`,
    [account, local, name, Number(on), time[0], time[1], device, sealTagging(account, keys, name, { target, tag })],
  )
  const was = known?.is_on ? tagOf(account, keys, name, known.sealed) : undefined
  if (was === (on ? tag : undefined)) return
  // one that is new joins those that are shown; what one that goes leaves behind is seen from all of them
  const tags = was === undefined ? await tagsWith(context, local, tag) : await tagsIn(context, local)
  const cell = tags.length > 0 ? sealNames(account, local, 'own', keys, { model: [], project: [], tag: tags }) : null
  await writeFacets(tx, event, local, 'own', cell)
}

interface KnownTagging {
  is_on: number
  milliseconds: number
  counter: number
  device: string
  sealed: Uint8Array
}

/** The person's tags as the filters' cell says them, and one more. */
async function tagsWith({ tx, event: { account }, keys }: ApplyContext, local: number, tag: string): Promise<string[]> {
  const row = await tx.get<{ own: Uint8Array | null }>('SELECT own FROM facet WHERE account = ? AND conversation = ?', [
    account,
    local,
  ])
  const before = row?.own ? openNames(account, local, 'own', keys, row.own).tag : []
  return distinctTags([...before, tag].sort()).sort()
}

/** The person's tags on a conversation and on what is in it, each once. */
async function tagsIn({ tx, event: { account }, keys }: ApplyContext, local: number): Promise<string[]> {
  const rows = await tx.all<{ name: Uint8Array; sealed: Uint8Array }>(
    'SELECT name, sealed FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1',
    [account, local],
  )
  return distinctTags(rows.map(({ name, sealed }) => tagOf(account, keys, name, sealed)).sort()).sort()
}

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
