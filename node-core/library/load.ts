/** Loading a conversation's state from its rows, inside a transaction or outside. */
import type { Did } from '../contract/ids.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type Head, openHead, openTree, stateOf } from './rows.ts'
import type { ConversationState, Stamp } from './rules.ts'

/** The columns that list and state need. */
export interface StoredRow {
  id: number
  name: Uint8Array
  incarnation: number
  version: number
  state: number
  source: number
  document: number
  created: number
  updated: number
  messages: number
  branches: number
  hidden: number
  archived: number
  starred: number
  inferred: number
  contributions: number
  fingerprint: Uint8Array | null
  head: Uint8Array | null
}
export const rowColumns =
  'id, name, incarnation, version, state, source, document, created, updated, messages, branches, hidden, archived, starred, inferred, contributions, fingerprint, head'
const byName = `SELECT ${rowColumns} FROM conversation WHERE account = ? AND name = ?`
const byLocal = `SELECT ${rowColumns} FROM conversation WHERE account = ? AND id = ?`

export const findRow = (reader: Reader, account: number, name: Uint8Array): Promise<StoredRow | undefined> =>
  reader.get<StoredRow>(byName, [account, name])
export const rowAt = (reader: Reader, account: number, local: number): Promise<StoredRow | undefined> =>
  reader.get<StoredRow>(byLocal, [account, local])

/** Opens a row's head; undefined for a deleted conversation. */
export const headOf = (account: number, keys: AccountKeys, row: StoredRow): Head | undefined =>
  row.head ? openHead(account, keys, row.name, row.head) : undefined

/** The whole state of a row; undefined where it is deleted. */
export async function loadState(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  row: StoredRow,
): Promise<ConversationState | undefined> {
  const head = headOf(account, keys, row)
  const tree = await reader.get<{ tree: Uint8Array }>(
    'SELECT tree FROM conversation_tree WHERE account = ? AND conversation = ?',
    [account, row.id],
  )
  return head && tree ? stateOf(row.source, head, openTree(account, keys, row.name, tree.tree)) : undefined
}

/** When each contribution was made. */
export async function loadStamps(reader: Reader, account: number, local: number): Promise<Map<number, Stamp>> {
  const rows = await reader.all<{ n: number; updated: number; milliseconds: number; counter: number; device: Did }>(
    'SELECT n, updated, milliseconds, counter, device FROM contribution WHERE account = ? AND conversation = ?',
    [account, local],
  )
  return new Map(rows.map((row) => [row.n, { updated: row.updated, time: [row.milliseconds, row.counter], device: row.device }]))
}

/** The stamp of a contribution that must be there. */
export const stampFrom =
  (stamps: ReadonlyMap<number, Stamp>) =>
  (n: number): Stamp => {
    const stamp = stamps.get(n)
    if (!stamp) throw new RangeError(`contribution ${n} has no row`)
    return stamp
  }
