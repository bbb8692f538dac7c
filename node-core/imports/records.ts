/** Import runs as they rest: one row each, what a person could recognise sealed. */
import { type ImportFinding, type ImportReport, importStates } from '../contract/api/imports.ts'
import type { Did } from '../contract/ids.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { type KeptReport, presentReport } from './findings.ts'

export type ImportState = (typeof importStates)[number]
/** A run as its owner keeps it. */
export interface ImportRecord {
  id: Uint8Array
  state: ImportState
  started: number
  finished: number | null
  conversations: number
  messages: number
  /** Name of the staged file; empty for paths. */
  staged: string
  name: string
  paths: string[]
  /** A folder that the paths start from. */
  within?: string
  /** Begun by the node itself, from a watched folder. */
  watched?: true
  format: string | null
  report: ImportReport | null
  error: { code: string; title: string; detail?: string; finding?: ImportFinding } | null
}
export interface ImportOwner {
  id: number
  did: Did
}

interface Row {
  name: Uint8Array
  state: number
  started: number
  finished: number
  conversations: number
  messages: number
  staged: string
  sealed: Uint8Array
}
const columns = 'name, state, started, finished, conversations, messages, staged, sealed'
const hashOf = (keys: AccountKeys, id: Uint8Array): Uint8Array => keys.keyed('import', id)
const placeOf = (account: number, name: Uint8Array): string => `import/${account}/${Buffer.from(name).toString('hex')}/sealed`

/** The statement that stores a run. */
export function putQuery(account: number, keys: AccountKeys, record: ImportRecord): Query {
  const name = hashOf(keys, record.id)
  const { name: title, paths, within, watched, format, report, error } = record
  const sealed = keys.sealer.seal(
    placeOf(account, name),
    Buffer.from(
      JSON.stringify({ id: Buffer.from(record.id).toString('hex'), name: title, paths, within, watched, format, report, error }),
    ),
  )
  return {
    sql: `INSERT INTO import (account, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, name) DO UPDATE SET state = excluded.state,
      finished = excluded.finished, conversations = excluded.conversations, messages = excluded.messages, staged = excluded.staged, sealed = excluded.sealed`,
    parameters: [
      account,
      name,
      importStates.indexOf(record.state),
      record.started,
      record.finished ?? 0,
      record.conversations,
      record.messages,
      record.staged,
      sealed,
    ],
  }
}

function open(account: number, keys: AccountKeys, row: Row): ImportRecord {
  // our own JSON, authenticated
  const inside: Pick<ImportRecord, 'name' | 'paths' | 'within' | 'watched' | 'format' | 'error'> & {
    id: string
    report: KeptReport | null
  } = JSON.parse(Buffer.from(keys.sealer.open(placeOf(account, row.name), row.sealed)).toString())
  return {
    ...inside,
    report: inside.report && presentReport(inside.report),
    id: Buffer.from(inside.id, 'hex'),
    state: importStates[row.state] ?? 'failed',
    started: row.started,
    finished: row.finished === 0 ? null : row.finished,
    conversations: row.conversations,
    messages: row.messages,
    staged: row.staged,
  }
}

export async function findImport(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  id: Uint8Array,
): Promise<ImportRecord | undefined> {
  const row = await reader.get<Row>(`SELECT ${columns} FROM import WHERE account = ? AND name = ?`, [account, hashOf(keys, id)])
  return row && open(account, keys, row)
}
/** Newest first. */
export async function listImports(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  limit: number,
  offset: number,
): Promise<ImportRecord[]> {
  const rows = await reader.all<Row>(
    `SELECT ${columns} FROM import WHERE account = ? ORDER BY started DESC, name LIMIT ? OFFSET ?`,
    [account, limit, offset],
  )
  return rows.map((row) => open(account, keys, row))
}
/** Runs in one of the given states. */
export async function importsIn(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  states: readonly ImportState[],
): Promise<ImportRecord[]> {
  const rows = await reader.all<Row>(
    `SELECT ${columns} FROM import WHERE account = ? AND state IN (${states.map(() => '?').join(', ')}) ORDER BY started`,
    [account, ...states.map((state) => importStates.indexOf(state))],
  )
  return rows.map((row) => open(account, keys, row))
}
