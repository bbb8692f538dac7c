/** Answers for what the search index found. */
import { fromBase32, type NoteId, toBase32, type UnitId, unitIdOf } from '../contract/ids.ts'
import { documentRoles } from '../ports/documents.ts'
import type { FoundDocument, FoundTexts } from '../ports/found.ts'
import type { Query } from '../ports/storage.ts'
import { createCache } from './cache.ts'
import { chosenQuery } from './list.ts'
import { openNote, textIn } from './notes.ts'
import type { AccountRef, Library } from './read.ts'
import { states } from './tables.ts'
import { searchTextOf, unitsOf } from './units.ts'
import { idOfEntry } from './views.ts'

const FILTERS_BYTES = 8 * 1024 * 1024

export function foundTexts(library: Library, accountAt: (id: number) => AccountRef, generation: () => number): FoundTexts {
  const { reader, keysOf } = library
  const sets = createCache<{ generation: number; ids: ReadonlySet<number> }>(FILTERS_BYTES)

  /** Local numbers, kept until the next commit: typing asks the same again and again. */
  async function numbers(key: string, queryFor: () => Query | Promise<Query>): Promise<ReadonlySet<number>> {
    const cached = sets.get(key)
    if (cached?.generation === generation()) return cached.ids
    const now = generation()
    const query = await queryFor()
    const ids = new Set((await reader.all<{ id: number }>(query.sql, query.parameters)).map((row) => row.id))
    sets.set(key, { generation: now, ids }, 100 + ids.size * 24)
    return ids
  }

  async function note(account: number, conversation: number, ordinal: number): Promise<FoundDocument | undefined> {
    const row = await reader.get<{ name: Uint8Array; sealed: Uint8Array; updated: number }>(
      'SELECT name, sealed, updated FROM note WHERE account = ? AND ordinal = ? AND deleted = 0',
      [account, ordinal],
    )
    if (!row) return undefined
    const { id, update } = openNote(account, keysOf(account), row.name, row.sealed)
    const shown = conversation > 0 ? await library.at(accountAt(account), conversation) : undefined
    return {
      conversation: shown ? { id: shown.id, title: shown.head.title, source: shown.source } : null,
      kind: 'note',
      note: toBase32(id) as NoteId,
      role: null,
      time: row.updated,
      text: textIn(update),
      unitWith: () => undefined,
    }
  }

  return {
    async allowed(account, filter) {
      if (filter.conversation) {
        const { row } = await library.find(accountAt(account), filter.conversation)
        return (conversation) => conversation === row.id
      }
      const { import: importId, conversation: _, ...others } = filter
      const given = Object.entries(filter).filter(([, value]) => value !== undefined)
      if (given.length > 0) {
        const ids = await numbers(`${account}/${JSON.stringify(given)}`, () =>
          chosenQuery(library.facets, account, { ...others, import: importId && fromBase32(importId) }),
        )
        return (conversation) => ids.has(conversation)
      }
      const away = await numbers(`${account}/away`, () => ({
        sql: 'SELECT id FROM conversation WHERE account = ? AND state <> ?',
        parameters: [account, states.shown],
      }))
      return away.size === 0 ? undefined : (conversation) => !away.has(conversation)
    },
    async document(account, { conversation, ordinal, role }) {
      if (role === documentRoles.note) return note(account, conversation, ordinal)
      const shown = await library.at(accountAt(account), conversation)
      if (!shown) return undefined
      const about = { id: shown.id, title: shown.head.title, source: shown.source }
      if (role === documentRoles.title) {
        if (shown.head.title === null || shown.head.titleOrdinal !== ordinal) return undefined
        return {
          conversation: about,
          kind: 'title',
          role: null,
          time: shown.row.updated || null,
          text: shown.head.title,
          unitWith: () => undefined,
        }
      }
      const found = await library.entry(shown, ordinal)
      if (!found) return undefined
      const { entry, blobs } = found
      const [message] = await library.messagesAt({ ...shown, blobs }, [entry])
      if (!message) return undefined
      const id = idOfEntry(shown.id, entry.id)
      return {
        conversation: about,
        kind: 'message',
        message: id,
        role: entry.role,
        time: entry.time ?? null,
        text: searchTextOf(message),
        unitWith(excerpt): UnitId {
          const units = unitsOf(message)
          const unit = units.find((one) => one.text.includes(excerpt)) ?? units.find((one) => one.text.length > 0)
          return unitIdOf(id, unit?.index ?? 0)
        },
      }
    },
  }
}
