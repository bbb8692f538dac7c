/** A person's own version of a unit's text: a note that stands in its place. */
import { VivimError } from '../contract/errors.ts'
import { longestEdited } from '../contract/events.ts'
import { fromBase32, splitMessageId, splitUnitId, type UnitId } from '../contract/ids.ts'
import { carried } from '../contract/text-carry.ts'
import type { Change } from '../log/append.ts'
import { editBase, editId, type NoteState, noteName, openNote, rewrite, textIn } from './notes.ts'
import type { AccountRef, Library } from './read.ts'
import { idOf } from './targets.ts'
import { unitsOf } from './units.ts'

export interface UnitEditParts {
  library: Library
  append(account: number, changes: readonly Change[]): Promise<unknown>
  /** A random 32-bit number: who writes. */
  client(): number
}

/**
 * Makes a person's version of a unit's text, or changes it; without `text` it begins as what is shown. Answers its note's
 * name. Errors: `not-found`, `bad-request` for what is no text or too long a one, the store's.
 */
export async function editUnit(
  { library, append, client }: UnitEditParts,
  account: AccountRef,
  unit: UnitId,
  text: string | undefined,
): Promise<Uint8Array> {
  const { reader } = library
  const keys = library.keysOf(account.id)
  const { message, index } = splitUnitId(unit)
  const { conversation, message: key } = splitMessageId(message)
  const shown = await library.find(account, conversation)
  const tree = await library.tree(shown)
  const entry = tree.entries.find(({ id }) => id === Buffer.from(key).toString('hex'))
  const [content] = entry ? await library.messages(tree, [entry]) : []
  const found = content && unitsOf(content)[index]
  if (!found) throw new VivimError('not-found')
  const original = found.text
  if (content.parts[found.part]?.type !== 'text' || original === '' || original.length > longestEdited)
    throw new VivimError('bad-request', `Only text of up to ${longestEdited} characters can be edited.`)

  const rows = await reader.all<{ name: Uint8Array; sealed: Uint8Array }>(
    'SELECT name, sealed FROM note WHERE account = ? AND conversation = ? AND deleted = 0 ORDER BY updated DESC, name',
    [account.id, shown.row.id],
  )
  const versions = rows
    .map(({ name, sealed }) => ({ name, ...openNote(account.id, keys, name, sealed) }))
    .filter(({ edits, target }) => edits && target && idOf(target) === unit)
  const write = ({ id, target }: NoteState, updates: readonly Uint8Array[]) =>
    append(account.id, [
      { type: 'library.note-written', parts: updates.map((update) => ({ note: id, target, update, edits: { original } })) },
    ])
  const same = versions.find(({ edits }) => edits?.original === original)
  if (same) {
    if (text !== undefined) await write(same, rewrite(same.update, text, client()))
    return same.name
  }

  // the text came anew since: what the person made of the one before is made of this one
  const [last] = versions
  const begin = text ?? (last?.edits ? carried(last.edits.original, textIn(last.update), original) : original)
  let id = editId(unit, original, 0)
  // one that was given up stays deleted
  for (
    let time = 1;
    await reader.get('SELECT 1 FROM note WHERE account = ? AND name = ?', [account.id, noteName(keys, id)]);
    time++
  )
    id = editId(unit, original, time)
  const base = editBase(id, original)
  const { incarnation } = shown.row
  const target = {
    conversation: fromBase32(conversation),
    ...(incarnation > 0 ? { incarnation } : {}),
    message: key,
    unit: index,
  }
  await write({ id, target, update: base }, begin === original ? [base] : [base, ...rewrite(base, begin, client())])
  return noteName(keys, id)
}
