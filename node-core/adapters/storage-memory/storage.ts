/**
 * The store in memory, for tests and trials: real SQL in the calling thread, no files, no lock, gone when closed.
 * There is one connection, so what is read outside of a transaction waits for the transactions asked for before.
 */
import { VivimError } from '../../contract/errors.ts'
import type { Migration, Storage, StorageFacts, Transaction, Value } from '../../ports/storage.ts'
import type { Connection } from '../storage-sqlite/connection.ts'
import { makeCopy } from '../storage-sqlite/copy.ts'
import { damagesOf } from '../storage-sqlite/damages.ts'
import { migrate, schemaVersion } from '../storage-sqlite/migrate.ts'
import { openInMemory } from '../storage-sqlite/open.ts'
import { copyInto } from '../storage-sqlite/pages.ts'
import { Queue } from '../storage-sqlite/queue.ts'
import { runTransaction } from '../storage-sqlite/transaction.ts'

/** Makes an empty store with the schema of `migrations`. */
export async function openMemoryStorage(options: { migrations: readonly Migration[] }): Promise<MemoryStorage> {
  const connection = openInMemory()
  try {
    await migrate(connection, options.migrations, async () => {})
    return new MemoryStorage(connection)
  } catch (error) {
    connection.close()
    throw error
  }
}

export class MemoryStorage implements Storage {
  readonly #connection: Connection
  readonly #queue = new Queue()
  #closed: Promise<void> | undefined

  /** Use {@link openMemoryStorage}. */
  constructor(connection: Connection) {
    this.#connection = connection
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#queue.run(() => runTransaction(this.#connection, work))
  }

  all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return this.#queue.run(() => this.#reading(sql).all<Row>(sql, parameters))
  }

  get<Row>(sql: string, parameters?: readonly Value[]): Promise<Row | undefined> {
    return this.#queue.run(() => this.#reading(sql).get<Row>(sql, parameters))
  }

  async *iterate<Row>(sql: string, parameters?: readonly Value[]): AsyncGenerator<Row, void, undefined> {
    const rows = this.#reading(sql).iterate<Row>(sql, parameters)
    try {
      // The first row fixes the moment; what is written later makes the connection read the rest into memory first.
      let next = await this.#queue.run(() => rows.next())
      while (!next.done) {
        yield next.value
        next = await rows.next()
      }
    } finally {
      await rows.return()
    }
  }

  async facts(): Promise<StorageFacts> {
    return this.#queue.run(() => ({
      bytes: this.#bytes(),
      free: Number.MAX_SAFE_INTEGER,
      unclean: false,
      schemaVersion: schemaVersion(this.#connection),
    }))
  }

  async check(signal?: AbortSignal): Promise<string[]> {
    if (signal?.aborted) throw new VivimError('cancelled')
    return this.#queue.run(() => [...damagesOf(this.#connection, 'quick'), ...damagesOf(this.#connection, 'full')])
  }

  async shrink(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw new VivimError('cancelled')
    await this.#queue.run(() => this.#connection.exec('PRAGMA incremental_vacuum'))
  }

  async copyTo(path: string, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw new VivimError('cancelled')
    return this.#queue.run(async () => {
      await makeCopy(path, this.#bytes(), (unfinished) => copyInto(this.#connection, unfinished))
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#queue.close().then(() => this.#connection.close())
    return this.#closed
  }

  #bytes(): number {
    return Number(this.#connection.pragma('page_count')) * Number(this.#connection.pragma('page_size'))
  }

  /** The connection, for a statement that only reads: outside of a transaction nothing else is allowed. */
  #reading(sql: string): Connection {
    if (!this.#connection.onlyReads(sql))
      throw new VivimError('internal', 'A statement that writes was run outside of a transaction.')
    return this.#connection
  }
}
