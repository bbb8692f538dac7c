/** Reading a store beside its writer, in this or any other thread. */

import { VivimError } from '../../contract/errors.ts'
import type { Reader, Value } from '../../ports/storage.ts'
import type { Connection } from './connection.ts'
import { storeFiles } from './files.ts'
import { openReadOnly } from './open.ts'

/** Read-only connections kept for the next long result. */
const keptIdle = 2

/**
 * Opens the store in `directory` for reading; a writer must have made it. Each statement sees what was committed
 * when it began; a long result keeps its own moment to its end, and the write-ahead log grows meanwhile.
 * Errors: `unavailable` where there is no store yet, `store-foreign`, `storage-corrupt`.
 */
export async function openSqliteReader(options: { directory: string }): Promise<SqliteReader> {
  return new SqliteReader(options.directory)
}

export class SqliteReader implements Reader, AsyncDisposable {
  readonly #directory: string
  readonly #connection: Connection
  /** For long results: while one is being read, its connection shows every statement the same old moment. */
  readonly #idle: Connection[] = []
  readonly #busy = new Set<Connection>()
  #closed = false

  constructor(directory: string) {
    this.#directory = directory
    this.#connection = this.#open()
  }

  async all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return this.#live().all<Row>(sql, parameters)
  }

  async get<Row>(sql: string, parameters?: readonly Value[]): Promise<Row | undefined> {
    return this.#live().get<Row>(sql, parameters)
  }

  async *iterate<Row>(sql: string, parameters?: readonly Value[]): AsyncGenerator<Row, void, undefined> {
    this.#live()
    const connection = this.#idle.pop() ?? this.#open()
    this.#busy.add(connection)
    try {
      for await (const row of connection.iterate<Row>(sql, parameters)) yield row
    } finally {
      this.#busy.delete(connection)
      if (this.#closed || this.#idle.length >= keptIdle) connection.close()
      else this.#idle.push(connection)
    }
  }

  /** Ends at once; results still being read fail with `unavailable`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const connection of [this.#connection, ...this.#idle, ...this.#busy]) connection.close()
  }

  #live(): Connection {
    if (this.#closed) throw new VivimError('unavailable')
    return this.#connection
  }

  #open(): Connection {
    return openReadOnly(storeFiles(this.#directory).store, this.#directory)
  }
}
