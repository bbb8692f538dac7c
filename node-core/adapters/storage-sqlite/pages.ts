/** Copying a store's pages into another file. */
import Database from 'better-sqlite3'
import { VivimError } from '../../contract/errors.ts'
import type { Connection } from './connection.ts'

/** Pages between two chances to be stopped: 8 MiB. */
const stride = 1024

/**
 * Copies what `connection` sees into the empty file `path`, which becomes one sound database without side files,
 * durable and read through once. Invariant: the connection is not used for anything else meanwhile.
 * Errors: `storage-full`, `storage-corrupt` where the copy is not sound.
 */
export async function copyInto(connection: Connection, path: string): Promise<void> {
  // One moment for the whole copy: without it, every commit elsewhere would start the copy again.
  connection.run('BEGIN')
  connection.get('SELECT count(*) FROM sqlite_schema')
  try {
    await connection.backup(path, stride)
  } finally {
    connection.run('COMMIT')
  }
  const copy = new Database(path, { fileMustExist: true })
  try {
    copy.pragma('synchronous = FULL')
    copy.pragma('journal_mode = DELETE')
    if (copy.pragma('quick_check(1)', { simple: true }) !== 'ok')
      throw new VivimError('storage-corrupt', 'The copy is not sound.')
  } finally {
    copy.close()
  }
}
