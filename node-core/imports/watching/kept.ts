/**
 * Watched folders as they rest, on this node alone: paths are this machine's, so they stand in tables and not in the
 * account's log, which goes to every device. Paths are sealed; of a file there are only keyed hashes.
 */
import { z } from 'zod'
import type { ErrorCode } from '../../contract/errors.ts'
import { catalogue } from '../../contract/errors.ts'
import type { AccountKeys } from '../../ports/sealer.ts'
import type { Query, Reader } from '../../ports/storage.ts'
import type { FolderKind } from './rules.ts'

/** `name`, `file`, `state`: keyed hashes of the folder's path, of a file's path in it, and of what the disk said of it. */
export const watchingMigration = `
CREATE TABLE watched_folder (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  added INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
-- Files that were dealt with, as they were then: one that is so still is left alone.
CREATE TABLE watched_file (
  account INTEGER NOT NULL,
  folder BLOB NOT NULL,
  file BLOB NOT NULL,
  state BLOB NOT NULL,
  -- 0: imported, 1: left alone, 2: could not be imported
  outcome INTEGER NOT NULL,
  -- path and error of what could not be imported, else null
  sealed BLOB,
  PRIMARY KEY (account, folder, file)
) STRICT, WITHOUT ROWID;
`

export const outcomes = ['taken', 'passed', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

export interface KeptFolder {
  readonly path: string
  readonly kind: FolderKind
  /** Milliseconds since 1970. */
  readonly added: number
}
/** By the hash of its path, in hexadecimal. */
export type KeptFiles = Map<string, { state: string; outcome: Outcome; fault?: Fault }>
export interface Fault {
  path: string
  code: ErrorCode
}
export interface Owner {
  id: number
  keys: AccountKeys
}

const folderContent = z.object({ path: z.string(), kind: z.enum(['sessions', 'exports']) })
const fault = z.object({ path: z.string(), code: z.enum(Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]]) })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const nameOf = ({ keys }: Owner, path: string): Uint8Array => keys.keyed('watched-folder', path)
const placeOf = (account: number, name: Uint8Array): string => `watched_folder/${account}/${hex(name)}/sealed`
const faultPlace = (account: number, folder: Uint8Array, file: Uint8Array): string =>
  `watched_file/${account}/${hex(folder)}/${hex(file)}/sealed`
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())

/** The hash under which a file is known, in hexadecimal. */
export const fileName = ({ keys }: Owner, folder: string, path: string): string =>
  hex(keys.keyed('watched-file', `${folder}\0${path}`))
/** The hash of what the disk says of it. */
export const fileState = ({ keys }: Owner, name: string, state: string): string =>
  hex(keys.keyed('watched-state', `${name}/${state}`))

/** Oldest first. Error: `seal-broken`. */
export async function readFolders(reader: Reader, owner: Owner): Promise<KeptFolder[]> {
  const rows = await reader.all<{ name: Uint8Array; added: number; sealed: Uint8Array }>(
    'SELECT name, added, sealed FROM watched_folder WHERE account = ? ORDER BY added, name',
    [owner.id],
  )
  return rows.map(({ name, added, sealed }) => ({
    added,
    ...folderContent.parse(parse(owner.keys.sealer.open(placeOf(owner.id, name), sealed))),
  }))
}

export function putFolder(owner: Owner, { path, kind, added }: KeptFolder): Query {
  const name = nameOf(owner, path)
  return {
    sql: 'INSERT INTO watched_folder (account, name, added, sealed) VALUES (?, ?, ?, ?)',
    parameters: [owner.id, name, added, owner.keys.sealer.seal(placeOf(owner.id, name), json({ path, kind }))],
  }
}

/** Forgets a folder and its files. */
export const dropFolder = (owner: Owner, path: string): Query[] => {
  const parameters = [owner.id, nameOf(owner, path)]
  return [
    { sql: 'DELETE FROM watched_file WHERE account = ? AND folder = ?', parameters },
    { sql: 'DELETE FROM watched_folder WHERE account = ? AND name = ?', parameters },
  ]
}

/** Every file of a folder that was dealt with. */
export async function readFiles(reader: Reader, owner: Owner, folder: string): Promise<KeptFiles> {
  const files: KeptFiles = new Map()
  const name = nameOf(owner, folder)
  const rows = reader.iterate<{ file: Uint8Array; state: Uint8Array; outcome: number; sealed: Uint8Array | null }>(
    'SELECT file, state, outcome, sealed FROM watched_file WHERE account = ? AND folder = ?',
    [owner.id, name],
  )
  for await (const { file, state, outcome, sealed } of rows)
    files.set(hex(file), {
      state: hex(state),
      outcome: outcomes[outcome] ?? 'passed',
      ...(sealed && { fault: fault.parse(parse(owner.keys.sealer.open(faultPlace(owner.id, name, file), sealed))) }),
    })
  return files
}

/** `file` and `state` as {@link fileName} and {@link fileState} made them. */
export function putFile(
  owner: Owner,
  folder: string,
  { file, state, outcome, fault }: { file: string; state: string; outcome: Outcome; fault?: Fault | undefined },
): Query {
  const name = nameOf(owner, folder)
  const hash = Buffer.from(file, 'hex')
  return {
    sql: `INSERT INTO watched_file (account, folder, file, state, outcome, sealed) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (account, folder, file) DO UPDATE SET state = excluded.state, outcome = excluded.outcome, sealed = excluded.sealed`,
    parameters: [
      owner.id,
      name,
      hash,
      Buffer.from(state, 'hex'),
      outcomes.indexOf(outcome),
      fault ? owner.keys.sealer.seal(faultPlace(owner.id, name, hash), json(fault)) : null,
    ],
  }
}
