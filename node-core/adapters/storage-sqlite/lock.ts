/**
 * One process per data directory. The lock is the kernel's, on `lock.db`, held by SQLite for as long as the
 * process lives: nothing is left to clean up after a kill. Beside it, the file `running` holds the process's
 * number, for the message to a second one, and outlives an unclean end, which the next start sees.
 *
 * Invariant: nobody else in this process opens `lock.db` or `store.db` as a plain file: on POSIX, closing any
 * descriptor of a file drops every lock that the process holds on it.
 */
import { open, readFile, rm } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { VivimError } from '../../contract/errors.ts'
import { toStorageError } from './errors.ts'
import { isMissing, makePrivateFile, storeFiles, syncDirectory } from './files.ts'

export interface DirectoryLock {
  /** Whether the last holder ended without a clean release. */
  readonly unclean: boolean
  /** Lets others in; `clean` says that the store was closed properly. */
  release(clean: boolean): Promise<void>
}

/** Takes the lock of `directory`. Errors: `store-locked` with the holder's process number, where known. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const files = storeFiles(directory)
  await makePrivateFile(files.lock)
  const holder = takeLock(files.lock) ?? (await refuse(files.running))
  try {
    const unclean = (await readIfThere(files.running)) !== undefined
    await writeRunning(files.running, directory)
    return {
      unclean,
      async release(clean) {
        try {
          if (clean) {
            await rm(files.running, { force: true })
            await syncDirectory(directory)
          }
        } finally {
          holder.close()
        }
      },
    }
  } catch (error) {
    holder.close()
    throw toStorageError(error, directory)
  }
}

/** The connection that holds the lock, or undefined where another one does. */
function takeLock(path: string): Database.Database | undefined {
  const db = new Database(path, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    const failure = toStorageError(error)
    if (failure.code === 'storage-busy') return undefined
    throw failure
  }
}

async function refuse(running: string): Promise<never> {
  const pid = Number.parseInt((await readIfThere(running)) ?? '', 10)
  throw new VivimError('store-locked', Number.isInteger(pid) ? `It is process ${pid}.` : undefined)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Durable before the store is touched, so that no power cut leaves an unclean store that looks clean. */
async function writeRunning(path: string, directory: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(`${process.pid}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncDirectory(directory)
}
