/** Finding the stored threads that hold a message, for formats that put threads together themselves. */
import { type Source, sources } from '../contract/content.ts'
import { messageKeyFor } from '../library/ids.ts'
import { loadState, rowAt, rowColumns, type StoredRow } from '../library/load.ts'
import type { ConversationState } from '../library/rules.ts'
import { shownContributions } from '../library/shown.ts'
import { states } from '../library/tables.ts'
import type { Intake, KeptThread } from '../ports/intake.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

interface HolderParts {
  account: { id: number }
  reader: Reader
  keys: AccountKeys
}

const selectInferred = `SELECT ${rowColumns} FROM conversation WHERE account = ? AND source = ? AND state = ? AND inferred = 1`

/**
 * Which threads there are is read at the first question, once: what the same import stores meanwhile holds no message
 * that it would ask about again. Only ids of messages are kept, 8 bytes' worth each.
 */
export function holders(parts: HolderParts): Intake['holding'] {
  const indexes = new Map<Source, Promise<ReadonlyMap<string, number[]>>>()
  return async (source, messages) => {
    const index = indexes.get(source) ?? indexOf(parts, source)
    indexes.set(source, index)
    const known = await index
    const found = new Set(messages.flatMap((id) => known.get(messageKeyFor(id)) ?? []))
    const threads: KeptThread[] = []
    for (const local of found) {
      const thread = await keptThread(parts, local)
      if (thread) threads.push(thread)
    }
    return threads
  }
}

/** Local numbers of the threads that hold a message, by its key. */
async function indexOf({ account, reader, keys }: HolderParts, source: Source): Promise<ReadonlyMap<string, number[]>> {
  const index = new Map<string, number[]>()
  const rows = await reader.all<StoredRow>(selectInferred, [account.id, sources.indexOf(source), states.shown])
  for (const row of rows) {
    const state = await loadState(reader, account.id, keys, row)
    for (const { id } of state?.entries ?? []) {
      const holding = index.get(id)
      if (holding) holding.push(row.id)
      else index.set(id, [row.id])
    }
  }
  return index
}

async function keptThread({ account, reader, keys }: HolderParts, local: number): Promise<KeptThread | undefined> {
  const row = await rowAt(reader, account.id, local)
  const state = row?.state === states.shown ? await loadState(reader, account.id, keys, row) : undefined
  if (!state) return undefined
  const names = new Map<string, string>()
  for (const { value } of await shownContributions(reader, account.id, keys, local))
    for (const { id } of value()?.messages ?? []) names.set(messageKeyFor(id), id)
  return { key: state.key, messages: messagesOf(state, names) }
}

/** `names`: the messages' own ids by their keys. */
const messagesOf = ({ entries }: ConversationState, names: ReadonlyMap<string, string>): KeptThread['messages'] =>
  entries.flatMap(({ id, parent, time }) => {
    const name = names.get(id)
    if (name === undefined) return []
    return { id: name, parent: parent === null ? null : (names.get(parent) ?? null), ...(time === undefined ? {} : { time }) }
  })
