/** What SQLite and the file system say, in the catalogue's terms. */
import { statfsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type ErrorCode, VivimError } from '../../contract/errors.ts'

/** Below this many free bytes an input/output error is taken for a full disk. */
const nothingLeft = 1 << 20

/** Damage seen while reading, as against a disk that does not take what is written. */
const damage = /^SQLITE_(CORRUPT|NOTADB|IOERR_(CORRUPTFS|DATA|SHORT_READ))/

/**
 * The catalogue's error for anything that a statement or a file operation threw; `VivimError` passes unchanged.
 * Constraint violations and wrong SQL are `internal`: statements are written so that neither happens.
 * @param directory where the store lies, to tell a full disk from a broken one
 */
export function toStorageError(error: unknown, directory?: string): VivimError {
  if (error instanceof VivimError) return error
  const code = codeOf(error)
  return new VivimError(kindOf(code, directory), undefined, { cause: error })
}

function kindOf(code: string, directory: string | undefined): ErrorCode {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'storage-full'
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'storage-busy'
  if (damage.test(code)) return 'storage-corrupt'
  if (code.startsWith('SQLITE_CANTOPEN')) return 'unavailable'
  // The engine does not pass the system's error number on: syncing or growing a file fails so on a full disk.
  if (code.startsWith('SQLITE_IOERR') && isFull(directory)) return 'storage-full'
  return 'internal'
}

function codeOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return error.code
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isFull(directory: string | undefined): boolean {
  if (directory === undefined) return false
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize < nothingLeft
  } catch {
    return false
  }
}
