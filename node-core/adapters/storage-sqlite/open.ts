/** Opening SQLite connections the way this store needs them. */
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { VivimError } from '../../contract/errors.ts'
import { Connection } from './connection.ts'
import { toStorageError } from './errors.ts'

/** `VIVM`: what tells our file from any other SQLite database. */
export const applicationId = 0x5649564d

/** Milliseconds to wait for a moment's exclusive use: only the recovery of a write-ahead log after a crash takes one. */
const timeout = 2000

/** 8 KiB read the usual 3 to 16 KB chunk a fifth faster than 4 KiB, for a tenth more disk; 16 KiB only cost more disk. */
const pageSize = 8192

/**
 * 4 MiB of log before a commit carries it into the store: some 6 to 10 ms on that commit. A small event writes 3 pages:
 * one in 170 waits for the store's own sync.
 */
const checkpointPages = 512

/** Every connection: nothing unsealed in files of its own, no code from the schema, damaged pages seen early. */
const common = ['temp_store = MEMORY', 'trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0']

/**
 * The one connection that writes. A new file gets its page size, its mark and its write-ahead log.
 * Errors: `store-foreign`, `storage-corrupt`.
 */
export function openWriter(path: string, directory: string): Connection {
  return opening(directory, () => {
    const db = new Database(path, { timeout, fileMustExist: true })
    return guarded(db, () => {
      if (isOurs(db) === 'new') {
        db.pragma(`page_size = ${pageSize}`)
        db.pragma('auto_vacuum = INCREMENTAL')
        db.pragma('journal_mode = WAL')
        db.pragma(`application_id = ${applicationId}`)
      }
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = FULL')
      db.pragma('secure_delete = ON')
      db.pragma('foreign_keys = ON')
      db.pragma('cache_size = -8000')
      db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
      db.pragma(`journal_size_limit = ${2 * checkpointPages * pageSize}`)
      for (const pragma of common) db.pragma(pragma)
      return new Connection(db, directory)
    })
  })
}

/** A connection that cannot write, for any thread, while or after a writer has the store open. */
export function openReadOnly(path: string, directory: string): Connection {
  return opening(directory, () => {
    if (!existsSync(path)) throw new VivimError('unavailable', 'There is no store yet.')
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout })
    return guarded(db, () => {
      if (isOurs(db) === 'new') throw new VivimError('unavailable')
      db.pragma('query_only = ON')
      db.pragma('cache_size = -8000')
      for (const pragma of common) db.pragma(pragma)
      return new Connection(db, directory)
    })
  })
}

/** A store of its own in memory, which ends with its connection. */
export function openInMemory(): Connection {
  const db = new Database(':memory:')
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('foreign_keys = ON')
  db.pragma(`application_id = ${applicationId}`)
  for (const pragma of common) db.pragma(pragma)
  return new Connection(db)
}

/** Tells our store from an empty file; throws `store-foreign` for any other database. */
function isOurs(db: Database.Database): 'ours' | 'new' {
  const mark = db.pragma('application_id', { simple: true })
  if (mark === applicationId) return 'ours'
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (mark === 0 && tables === 0) return 'new'
  throw new VivimError('store-foreign', 'Its store.db is another program’s database.')
}

function guarded(db: Database.Database, work: () => Connection): Connection {
  try {
    return work()
  } catch (error) {
    db.close()
    throw error
  }
}

function opening(directory: string, work: () => Connection): Connection {
  try {
    return work()
  } catch (error) {
    throw toStorageError(error, directory)
  }
}
