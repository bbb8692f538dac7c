/**
 * What notes leave in the log as they are written: many small parts, said again in one and then dropped; and parts that
 * were written while their note was deleted elsewhere.
 */
import { eventTypes } from '../contract/events.ts'
import { cutUpdate } from '../contract/text-cut.ts'
import type { Change } from '../log/append.ts'
import { openChunk, valueIn } from '../log/chunk.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { digestParts } from './deletion.ts'
import { openNote, tidied } from './notes.ts'

export interface CompactionParts {
  reader: Reader
  keysOf: KeysOf
  append(account: number, changes: readonly Change[]): Promise<unknown>
}

/** Parts that a note may have in the log before they are made one. */
const MANY = 32

interface NoteRow {
  name: Uint8Array
  conversation: number
  created: number
  updated: number
}

/** Makes one part of each note that has many, of those written last from `from` up to but without `to`. Answers how many notes. */
export async function compactNotes(
  parts: CompactionParts,
  account: number,
  from: number,
  to: number,
  many = MANY,
): Promise<number> {
  const { reader } = parts
  const rows = await reader.all<NoteRow>(
    `SELECT name, conversation, created, updated FROM note WHERE account = ? AND deleted = 0 AND updated >= ? AND updated < ?
      AND (SELECT count(*) FROM said_chunk s WHERE s.account = note.account AND s.conversation = note.conversation AND s.name = note.name) >= ?`,
    [account, from, to, many],
  )
  for (const row of rows) await compact(parts, account, row)
  return rows.length
}

async function compact({ reader, keysOf, append }: CompactionParts, account: number, row: NoteRow): Promise<void> {
  const { name, conversation, created, updated } = row
  // the parts first: what is read after them holds all that they say
  const chunks = await reader.all<{ digest: Uint8Array }>(
    'SELECT k.digest FROM said_chunk s JOIN chunk k ON k.id = s.chunk WHERE s.account = ? AND s.conversation = ? AND s.name = ?',
    [account, conversation, name],
  )
  const known = await reader.get<{ sealed: Uint8Array | null }>('SELECT sealed FROM note WHERE account = ? AND name = ?', [
    account,
    name,
  ])
  if (!known?.sealed || chunks.length === 0) return
  const { id, target, update, edits } = openNote(account, keysOf(account), name, known.sealed)
  await append(account, [
    {
      type: 'library.note-written',
      parts: cutUpdate(tidied(update)).map((one) => ({
        note: id,
        target,
        update: one,
        created,
        updated,
        ...(edits && { edits }),
      })),
    },
    { type: 'library.note-compacted', parts: digestParts(chunks).map((some) => ({ note: id, chunks: some })) },
  ])
}

/** Names the parts of deleted notes that no tombstone names yet. */
export async function dropLate({ reader, keysOf, append }: CompactionParts, account: number): Promise<void> {
  const rows = await reader.all<{ digest: Uint8Array; sealed: Uint8Array }>(
    `SELECT k.digest, k.sealed FROM said_chunk s JOIN note n ON n.account = s.account AND n.name = s.name AND n.deleted = 1
      JOIN chunk k ON k.id = s.chunk WHERE s.account = ? AND s.conversation = 0 AND k.sealed IS NOT NULL`,
    [account],
  )
  const { sealer } = keysOf(account)
  const changes = rows.map(({ digest, sealed }): Change => {
    const { note } = eventTypes['library.note-written'].parse(valueIn(openChunk(account, digest, sealed, sealer)))
    return { type: 'library.note-deleted', parts: [{ note, chunks: [digest] }] }
  })
  if (changes.length > 0) await append(account, changes)
}
