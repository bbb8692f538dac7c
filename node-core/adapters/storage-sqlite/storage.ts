/**
 * The store in one SQLite file, for one machine. One connection writes, in the thread that opened it; what is read
 * outside of a transaction is read on connections that cannot write and see only what was committed.
 */
import { VivimError } from '../../contract/errors.ts'
import type { Migration, Storage, StorageFacts, Transaction, Value } from '../../ports/storage.ts'
import type { Connection } from './connection.ts'
import { copyBeforeMigration, copyStore } from './copy.ts'
import { toStorageError } from './errors.ts'
import { makePrivateDirectory, makePrivateFile, sizeOf, storeFiles } from './files.ts'
import { freeBytes } from './free-disk.ts'
import { type CheckStage, checkStore } from './job.ts'
import { type DirectoryLock, lockDirectory } from './lock.ts'
import { migrate, newestVersion, schemaVersion } from './migrate.ts'
import { openWriter } from './open.ts'
import { Queue } from './queue.ts'
import { openSqliteReader, type SqliteReader } from './reader.ts'
import { runTransaction } from './transaction.ts'

/** Freed pages given back at a time: 2 MiB, some milliseconds. */
const shrinkPages = 256

export interface SqliteOptions {
  /** The data directory; made if need be, readable for its owner alone. */
  readonly directory: string
  readonly migrations: readonly Migration[]
  /** Told what the check in the background after an unclean end finds, stage by stage; without it none runs. */
  readonly onIntegrity?: (found: CheckStage) => void
}

/**
 * Opens the store in a directory for writing, and makes or migrates it where needed.
 * Errors: `store-locked`, `store-foreign`, `store-too-new`, `store-too-old`, `storage-corrupt`, `storage-full` (no room for
 * the copy before a migration).
 */
export async function openSqliteStorage(options: SqliteOptions): Promise<SqliteStorage> {
  const { directory, migrations, onIntegrity } = options
  newestVersion(migrations)
  try {
    await makePrivateDirectory(directory)
    const lock = await lockDirectory(directory)
    try {
      const writer = await openMigrated(directory, migrations)
      return new SqliteStorage({ directory, lock, writer, readers: await openSqliteReader({ directory }) }, onIntegrity)
    } catch (error) {
      await lock.release(!lock.unclean)
      throw error
    }
  } catch (error) {
    throw toStorageError(error, directory)
  }
}

async function openMigrated(directory: string, migrations: readonly Migration[]): Promise<Connection> {
  const { store } = storeFiles(directory)
  await makePrivateFile(store)
  const writer = openWriter(store, directory)
  try {
    const isNew = schemaVersion(writer) === 0
    await migrate(writer, migrations, async (version) => {
      if (!isNew) await copyBeforeMigration(directory, version)
    })
    return writer
  } catch (error) {
    writer.close()
    throw error
  }
}

interface Parts {
  readonly directory: string
  readonly lock: DirectoryLock
  readonly writer: Connection
  readonly readers: SqliteReader
}

export class SqliteStorage implements Storage {
  readonly #directory: string
  readonly #store: string
  readonly #lock: DirectoryLock
  readonly #writer: Connection
  readonly #readers: SqliteReader
  readonly #queue = new Queue()
  readonly #closing = new AbortController()
  /** Checks and copies under way. */
  readonly #jobs = new Set<Promise<void>>()
  #closed: Promise<void> | undefined

  /** Use {@link openSqliteStorage}. */
  constructor({ directory, lock, writer, readers }: Parts, onIntegrity?: (found: CheckStage) => void) {
    this.#directory = directory
    this.#store = storeFiles(directory).store
    this.#lock = lock
    this.#writer = writer
    this.#readers = readers
    if (lock.unclean && onIntegrity) void this.#checkInBackground(onIntegrity)
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#queue.run(() => runTransaction(this.#writer, work))
  }

  all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return this.#readers.all<Row>(sql, parameters)
  }

  get<Row>(sql: string, parameters?: readonly Value[]): Promise<Row | undefined> {
    return this.#readers.get<Row>(sql, parameters)
  }

  iterate<Row>(sql: string, parameters?: readonly Value[]): AsyncIterable<Row> {
    return this.#readers.iterate<Row>(sql, parameters)
  }

  async facts(): Promise<StorageFacts> {
    const sizes = await Promise.all(['', '-wal', '-shm'].map((end) => sizeOf(this.#store + end)))
    return {
      bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      free: await freeBytes(this.#directory),
      unclean: this.#lock.unclean,
      schemaVersion: await this.#queue.run(() => schemaVersion(this.#writer)),
    }
  }

  async check(signal?: AbortSignal): Promise<string[]> {
    const damages: string[] = []
    await this.#job(signal, (either) => checkStore(this.#store, (found) => void damages.push(...found.damages), either))
    return [...new Set(damages)]
  }

  async shrink(signal?: AbortSignal): Promise<void> {
    for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
      if (signal?.aborted) throw new VivimError('cancelled')
      const now = await this.#queue.run(() => {
        this.#writer.exec(`PRAGMA incremental_vacuum(${shrinkPages})`)
        return Number(this.#writer.pragma('freelist_count'))
      })
      if (now >= left) break
      left = now
      await nextTurn()
    }
    await this.#queue.run(() => emptyLog(this.#writer))
  }

  copyTo(path: string, signal?: AbortSignal): Promise<void> {
    return this.#job(signal, (either) => copyStore(this.#store, path, either))
  }

  /** Waits for the transactions asked for, carries the log into the store, and lets others in. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await this.#queue.close()
    await Promise.allSettled(this.#jobs)
    await this.#readers[Symbol.asyncDispose]()
    await this.#lock.release(tidyUp(this.#writer))
  }

  async #checkInBackground(onIntegrity: (found: CheckStage) => void): Promise<void> {
    try {
      await this.#job(undefined, (closing) => checkStore(this.#store, onIntegrity, closing))
    } catch (error) {
      // Closing ends the check early; what else stops it is worth knowing about, as a damage.
      if (!this.#closing.signal.aborted)
        onIntegrity({ stage: 'full', damages: [`The check failed: ${toStorageError(error).message}`] })
    }
  }

  /** Runs long work that ends early when `signal` says so or the store closes. */
  async #job(signal: AbortSignal | undefined, work: (either: AbortSignal) => Promise<void>): Promise<void> {
    const job = work(signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal)
    this.#jobs.add(job)
    try {
      await job
    } finally {
      this.#jobs.delete(job)
    }
  }
}

/** Closes the writer; answers whether the store is whole in its one file. What fails here costs nothing but a check at the next start. */
function tidyUp(writer: Connection): boolean {
  try {
    writer.exec('PRAGMA optimize')
    emptyLog(writer)
    return true
  } catch {
    return false
  } finally {
    writer.close()
  }
}

/** Carries the write-ahead log into the store and cuts it to nothing, unless a reader in another thread still needs it. */
function emptyLog(writer: Connection): void {
  writer.pragma('busy_timeout = 0')
  try {
    writer.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    writer.pragma('busy_timeout = 2000')
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
