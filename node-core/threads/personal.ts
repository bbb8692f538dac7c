/** Saying again what a person had said, out of an export of ours: only where nothing was said here, so that an old export takes nothing back. */
import type { EventTarget } from '../contract/events.ts'
import { type Did, fromBase32 } from '../contract/ids.ts'
import { conversationIdFor, messageKeyFor } from '../library/ids.ts'
import { findRow, headOf, type StoredRow } from '../library/load.ts'
import { editBase, noteName, rewrite } from '../library/notes.ts'
import { nameOf } from '../library/rows.ts'
import { taggingName } from '../library/taggings.ts'
import type { Change } from '../log/append.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { PersonalRecord } from '../ports/intake.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

export interface PersonalParts {
  account: { id: number; did: Did }
  reader: Reader
  keys: AccountKeys
  random: RandomBytes
}

/** The events for one record; none where everything is here already. */
export async function personalChanges(parts: PersonalParts, record: PersonalRecord): Promise<Change[]> {
  const { account } = parts
  const id = record.conversation && conversationIdFor(account.did, record.conversation.source, record.conversation.key)
  const row = id && (await findRow(parts.reader, account.id, nameOf(parts.keys, id)))
  const whole: EventTarget | undefined = id && {
    conversation: id,
    ...(row && row.incarnation > 0 ? { incarnation: row.incarnation } : {}),
  }
  const of = whole && { ...parts, row, id: whole.conversation, whole }
  const changes: Change[] = of ? [...edits(of, record), ...(await tags(of, record))] : []
  return [...changes, ...(await notes(parts, whole, record))]
}

type Of = PersonalParts & { id: Uint8Array; whole: EventTarget; row: StoredRow | undefined }

function edits({ account, keys, id, row }: Of, { edits: said = {} }: PersonalRecord): Change[] {
  const known = row && headOf(account.id, keys, row)?.edits
  if (!row || !known) return []
  const { title, archived, starred } = said
  const fresh = {
    ...(title !== undefined && !known.title ? { title } : {}),
    ...(archived !== undefined && !known.archived ? { archived } : {}),
    ...(starred !== undefined && !known.starred ? { starred } : {}),
  }
  if (Object.keys(fresh).length === 0) return []
  return [{ type: 'library.conversation-edited', parts: [{ conversation: id, incarnation: row.incarnation, ...fresh }] }]
}

async function tags({ account, reader, keys, id, whole }: Of, record: PersonalRecord): Promise<Change[]> {
  const changes: Change[] = []
  for (const one of record.tags) {
    const target = targetOf(whole, one)
    // on or off: what the person decided here stands
    const known = await reader.get(
      'SELECT 1 FROM tagging t JOIN conversation c ON c.account = t.account AND c.id = t.conversation WHERE t.account = ? AND c.name = ? AND t.name = ?',
      [account.id, nameOf(keys, id), taggingName(keys, target, one.tag)],
    )
    if (!known) changes.push({ type: 'library.tagged', parts: [{ target, tag: one.tag, on: true }] })
  }
  return changes
}

async function notes(
  { account, reader, keys, random }: PersonalParts,
  whole: EventTarget | undefined,
  record: PersonalRecord,
): Promise<Change[]> {
  const changes: Change[] = []
  for (const one of record.notes) {
    const note = fromBase32(one.id)
    // a deleted one keeps its row: it stays deleted
    if (await reader.get('SELECT 1 FROM note WHERE account = ? AND name = ?', [account.id, noteName(keys, note)])) continue
    const target = whole ? targetOf(whole, one) : null
    const written = { ...momentOf('created', one.created), ...momentOf('updated', one.updated) }
    const { edits } = one
    const base = edits && editBase(note, edits.original)
    const change = rewrite(base, one.text, Buffer.from(random(4)).readUInt32LE())
    const updates = base ? [base, ...change] : change
    changes.push({
      type: 'library.note-written',
      parts: updates.map((update) => ({ note, target, update, ...written, ...(edits && { edits }) })),
    })
  }
  return changes
}

/** A moment out of a file: nothing where it is none. */
const momentOf = (name: 'created' | 'updated', moment: number | undefined) =>
  moment !== undefined && Number.isSafeInteger(moment) && moment >= 0 ? { [name]: moment } : {}

const targetOf = (whole: EventTarget, { message, unit }: { message?: string; unit?: number }): EventTarget => ({
  ...whole,
  ...(message !== undefined ? { message: Buffer.from(messageKeyFor(message), 'hex') } : {}),
  ...(unit !== undefined ? { unit } : {}),
})
