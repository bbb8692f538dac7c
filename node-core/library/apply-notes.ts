/** Applying a person's tags and notes. */
import type { EventTarget, PartOf } from '../contract/events.ts'
import type { StoredPart } from '../log/projection.ts'
import { documentRoles } from '../ports/documents.ts'
import { type ApplyContext, nextLocal, OF_CONVERSATION, said } from './apply-context.ts'
import { chunksNamed, dropChunks, endRow } from './clear.ts'
import { addFacet, dropUnusedNames, facetName, facetOf } from './facets.ts'
import { findRow, headOf } from './load.ts'
import { mergeUpdates, noteName, openNote, sealNote, textIn } from './notes.ts'
import { nameOf, rowOf } from './rows.ts'
import { emptyState } from './rules.ts'
import { facetKinds, states } from './tables.ts'
import { sealTagging, taggingName } from './taggings.ts'
import { writeRow } from './write.ts'

/** Notes' ordinals lie above all that a conversation gives out. */
const NOTE_ORDINALS = 0x8000_0000

/** The row of a target's conversation; undefined where it is deleted. One that has not come yet gets its row now. */
async function rowFor(
  context: ApplyContext,
  target: EventTarget,
): Promise<{ id: number; imported: readonly string[] } | undefined> {
  const { tx, event, keys } = context
  const row = await findRow(tx, event.account, nameOf(keys, target.conversation))
  const incarnation = target.incarnation ?? 0
  if (row && row.incarnation > incarnation) return undefined
  if (row?.incarnation === incarnation) {
    const head = headOf(event.account, keys, row)
    return head && { id: row.id, imported: head.registers.tags?.[0] ?? [] }
  }
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
  return { id: local, imported: [] }
}

export async function applyTagged(
  context: ApplyContext,
  part: StoredPart,
  { target, tag, on }: PartOf<'library.tagged'>,
): Promise<void> {
  const { tx, event, keys } = context
  const { account, time, device } = event
  const row = await rowFor(context, target)
  if (!row) return
  const local = row.id
  const name = taggingName(keys, target, tag)
  const known = await tx.get<{ milliseconds: number; counter: number; device: string }>(
    'SELECT milliseconds, counter, device FROM tagging WHERE account = ? AND conversation = ? AND name = ?',
    [account, local, name],
  )
  await said(context, local, OF_CONVERSATION, part.chunk)
  if (known && (known.milliseconds - time[0] || known.counter - time[1] || (known.device < device ? -1 : 1)) > 0) return
  const hashed = facetName(keys, facetKinds.tag, tag)
  await tx.run(
    `INSERT INTO tagging (account, conversation, name, tag, is_on, milliseconds, counter, device, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, conversation, name) DO UPDATE SET is_on = excluded.is_on, milliseconds = excluded.milliseconds, counter = excluded.counter, device = excluded.device`,
    [account, local, name, hashed, Number(on), time[0], time[1], device, sealTagging(account, keys, name, { target, tag })],
  )
  if (on) await addFacet(tx, account, local, facetOf(account, keys, facetKinds.tag, tag))
  else if (!row.imported.includes(tag)) {
    await tx.run(
      `DELETE FROM facet WHERE account = ? AND kind = ? AND name = ? AND conversation = ? AND NOT EXISTS
       (SELECT 1 FROM tagging WHERE account = ? AND conversation = ? AND tag = ? AND is_on = 1)`,
      [account, facetKinds.tag, hashed, local, account, local, hashed],
    )
    await dropUnusedNames(tx, account, [{ kind: facetKinds.tag, name: hashed }])
  }
}

export async function applyNoteWritten(
  context: ApplyContext,
  part: StoredPart,
  { note, target, update }: PartOf<'library.note-written'>,
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
  if (known?.deleted) return
  const conversation = known?.conversation ?? (target ? (await rowFor(context, target))?.id : 0)
  if (conversation === undefined) return
  const before = known?.sealed ? openNote(account, keys, name, known.sealed) : undefined
  const merged = before ? mergeUpdates(before.update, update) : update
  const most = await tx.get<{ most: number | null }>('SELECT max(ordinal) AS most FROM note WHERE account = ?', [account])
  const ordinal = (most?.most ?? NOTE_ORDINALS) + 1
  const updated = Math.max(known?.updated ?? 0, time[0])
  await tx.run(
    `INSERT INTO note (account, name, conversation, ordinal, created, updated, deleted, sealed) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
     ON CONFLICT (account, name) DO UPDATE SET ordinal = excluded.ordinal, created = excluded.created, updated = excluded.updated, sealed = excluded.sealed`,
    [
      account,
      name,
      conversation,
      ordinal,
      Math.min(known?.created ?? time[0], time[0]),
      updated,
      sealNote(account, keys, name, { id: note, target: before?.target ?? target, update: merged }),
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
  await dropChunks(tx, account, await chunksNamed(tx, account, chunks))
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
  await tx.run('DELETE FROM said_chunk WHERE account = ? AND name = ?', [account, name])
}
