/** One function per method of `contract/api/notes.ts`. */
import type { notes } from '../contract/api/notes.ts'
import { longestTag } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import type { EventTarget } from '../contract/events.ts'
import { type Cursor, type Did, fromBase32, type NoteId, splitMessageId, toBase32 } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Change } from '../log/append.ts'
import type { RandomBytes } from '../ports/clock.ts'
import { digestParts } from './deletion.ts'
import { noteName, openNote, revisionOf, rewrite, textAt, textIn } from './notes.ts'
import type { AccountRef, Library } from './read.ts'
import { type TagRow, taggingOf, taggingsIn, taggingsNamed } from './tag-reads.ts'
import { foldedTag } from './taggings.ts'
import { idOf, partsOf, type TargetId } from './targets.ts'
import { editUnit } from './unit-edits.ts'

export interface NoteHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  append(account: number, changes: readonly Change[]): Promise<unknown>
  random: RandomBytes
}
interface NoteRow {
  name: Uint8Array
  created: number
  updated: number
  sealed: Uint8Array
}

export function noteHandlers({ library, accountOf, append, random }: NoteHandlerParts): Handlers<typeof notes> {
  const { reader, keysOf } = library

  /** Parses a target and proves that it is there. Error: `not-found`. */
  const targetOf = async (account: AccountRef, id: TargetId): Promise<{ target: EventTarget; local: number }> => {
    const { conversation, message, index } = partsOf(id)
    const shown = await library.find(account, conversation)
    const { id: local, incarnation } = shown.row
    const whole: EventTarget = { conversation: fromBase32(conversation), ...(incarnation > 0 ? { incarnation } : {}) }
    if (!message) return { target: whole, local }
    const tree = await library.tree(shown)
    const key = splitMessageId(message).message
    const entry = tree.entries.find((one) => one.id === Buffer.from(key).toString('hex'))
    if (!entry || (index !== undefined && index >= entry.units)) throw new VivimError('not-found')
    return { target: { ...whole, message: key, ...(index !== undefined ? { unit: index } : {}) }, local }
  }
  const view = (account: AccountRef, row: NoteRow) => {
    const { id, target, update, edits } = openNote(account.id, keysOf(account.id), row.name, row.sealed)
    return {
      id: toBase32(id) as NoteId,
      target: target && idOf(target),
      text: textIn(update),
      revision: Buffer.from(revisionOf(update)).toString('base64url'),
      created: row.created,
      updated: row.updated,
      ...(edits && { edits }),
    }
  }
  const find = (account: AccountRef, note: NoteId): Promise<NoteRow> =>
    named(account, noteName(keysOf(account.id), fromBase32(note)))
  const named = async (account: AccountRef, name: Uint8Array): Promise<NoteRow> => {
    const row = await reader.get<NoteRow>(
      'SELECT name, created, updated, sealed FROM note WHERE account = ? AND name = ? AND deleted = 0',
      [account.id, name],
    )
    if (!row) throw new VivimError('not-found')
    return row
  }
  const client = (): number => Buffer.from(random(4)).readUInt32LE()

  return {
    async 'tags.list'({ target, within, tag, cursor, limit }, { account: did }) {
      const account = accountOf(did)
      const offset = offsetIn(cursor)
      if (target) {
        const { target: wanted, local } = await targetOf(account, target)
        const named = idOf(wanted)
        const all = (await taggingsIn(library, account, local)).filter(({ target: at, tag: name }) => {
          const id = idOf(at)
          return (id === named || (within === true && id.startsWith(`${named}-`))) && (!tag || foldedTag(name) === foldedTag(tag))
        })
        return page(all.map(tagView), offset, limit)
      }
      const rows = await taggingsNamed(library, account, tag, limit + 1, offset)
      return { items: rows.slice(0, limit).map(tagView), next: rows.length > limit ? cursorFor(offset + limit) : null }
    },
    async 'tags.add'({ target, tag }, { account: did }) {
      if (tag.length > longestTag) throw new VivimError('bad-request', `A tag has at most ${longestTag} characters.`)
      const account = accountOf(did)
      const { target: on, local } = await targetOf(account, target)
      await append(account.id, [{ type: 'library.tagged', parts: [{ target: on, tag, on: true }] }])
      const stored = await taggingOf(library, account, local, on, tag)
      // taken off again meanwhile
      if (!stored) throw new VivimError('conflict')
      return tagView(stored)
    },
    async 'tags.remove'({ target, tag }, { account: did }) {
      const account = accountOf(did)
      await append(account.id, [
        { type: 'library.tagged', parts: [{ target: (await targetOf(account, target)).target, tag, on: false }] },
      ])
      return {}
    },
    async 'notes.list'({ target, cursor, limit }, { account: did }) {
      const account = accountOf(did)
      const offset = offsetIn(cursor)
      if (!target) {
        const rows = await reader.all<NoteRow>(
          'SELECT name, created, updated, sealed FROM note WHERE account = ? AND deleted = 0 ORDER BY updated DESC, name LIMIT ? OFFSET ?',
          [account.id, limit + 1, offset],
        )
        return {
          items: rows.slice(0, limit).map((row) => view(account, row)),
          next: rows.length > limit ? cursorFor(offset + limit) : null,
        }
      }
      const { local } = await targetOf(account, target)
      const rows = await reader.all<NoteRow>(
        'SELECT name, created, updated, sealed FROM note WHERE account = ? AND conversation = ? AND deleted = 0 ORDER BY updated DESC, name',
        [account.id, local],
      )
      // of a conversation: all notes inside it; of a message or unit: those on exactly that
      const all = rows
        .map((row) => view(account, row))
        .filter((note) => note.target === target || note.target?.startsWith(`${target}-`) === true)
      return page(all, offset, limit)
    },
    async 'notes.create'({ target, text }, { account: did }) {
      const account = accountOf(did)
      const note = random(16)
      const on = target ? (await targetOf(account, target)).target : null
      await append(account.id, [
        {
          type: 'library.note-written',
          parts: rewrite(undefined, text, client()).map((update) => ({ note, target: on, update })),
        },
      ])
      return view(account, await find(account, toBase32(note) as NoteId))
    },
    async 'units.edit'({ unit, text }, { account: did }) {
      const account = accountOf(did)
      const name = await editUnit({ library, append, client }, account, unit, text)
      return view(account, await named(account, name))
    },
    async 'notes.get'({ note }, { account: did }) {
      const account = accountOf(did)
      return view(account, await find(account, note))
    },
    async 'notes.update'({ note, text, revision }, { account: did }) {
      const account = accountOf(did)
      const row = await find(account, note)
      const { id, target, update, edits } = openNote(account.id, keysOf(account.id), row.name, row.sealed)
      const seen = revision === undefined ? undefined : textAt(update, Buffer.from(revision, 'base64url'))
      if (revision !== undefined && seen === undefined) throw new VivimError('conflict', 'That revision is not of this note.')
      await append(account.id, [
        {
          type: 'library.note-written',
          parts: rewrite(update, text, client(), seen).map((change) => ({
            note: id,
            target,
            update: change,
            ...(edits && { edits }),
          })),
        },
      ])
      return view(account, await find(account, note))
    },
    async 'notes.delete'({ note }, { account: did }) {
      const account = accountOf(did)
      const row = await find(account, note)
      const chunks = await reader.all<{ digest: Uint8Array }>(
        'SELECT k.digest FROM said_chunk s JOIN chunk k ON k.id = s.chunk WHERE s.account = ? AND s.name = ?',
        [account.id, row.name],
      )
      await append(account.id, [
        {
          type: 'library.note-deleted',
          parts: digestParts(chunks).map((some) => ({ note: fromBase32(note), chunks: some })),
        },
      ])
      return {}
    },
  }
}

const tagView = (row: TagRow) => ({ target: idOf(row.target), tag: row.tag, time: row.time })

const cursorFor = (offset: number): Cursor => Buffer.from(`o${offset}`).toString('base64url') as Cursor
function offsetIn(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0
  const match = /^o(\d{1,12})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match) throw new VivimError('bad-request', 'cursor: not of this listing.')
  return Number(match[1])
}
function page<T>(all: readonly T[], offset: number, limit: number): { items: T[]; next: Cursor | null } {
  return { items: all.slice(offset, offset + limit), next: all.length > offset + limit ? cursorFor(offset + limit) : null }
}
