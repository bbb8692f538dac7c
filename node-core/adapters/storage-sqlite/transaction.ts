/** What a transaction's work is handed: the writing connection, for as long as the transaction lasts. */
import { VivimError } from '../../contract/errors.ts'
import type { Transaction, Value } from '../../ports/storage.ts'
import type { Connection } from './connection.ts'

/**
 * Runs `work` between `BEGIN IMMEDIATE` and `COMMIT`; whatever it throws, after a rollback, is thrown on.
 * The caller sees to it that one runs at a time.
 */
export async function runTransaction<T>(connection: Connection, work: (tx: Transaction) => Promise<T>): Promise<T> {
  connection.settle()
  connection.run('BEGIN IMMEDIATE')
  const tx = new OpenTransaction(connection)
  try {
    const result = await work(tx)
    tx.end()
    connection.settle()
    connection.run('COMMIT')
    return result
  } catch (error) {
    tx.end()
    connection.settle()
    if (connection.inTransaction) connection.run('ROLLBACK')
    throw error
  }
}

class OpenTransaction implements Transaction {
  readonly #connection: Connection
  #ended = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return this.#live().all<Row>(sql, parameters)
  }

  async get<Row>(sql: string, parameters?: readonly Value[]): Promise<Row | undefined> {
    return this.#live().get<Row>(sql, parameters)
  }

  iterate<Row>(sql: string, parameters?: readonly Value[]): AsyncGenerator<Row, void, undefined> {
    return this.#live().iterate<Row>(sql, parameters)
  }

  async run(sql: string, parameters?: readonly Value[]): Promise<{ changes: number; lastId: number }> {
    return this.#live().run(sql, parameters)
  }

  /** From here on every call fails: a statement that comes late must not slip into the next transaction. */
  end(): void {
    this.#ended = true
  }

  #live(): Connection {
    if (this.#ended) throw new VivimError('internal', 'A transaction was used after its end.')
    // A full disk makes the engine undo the transaction; each later statement would then be durable by itself.
    if (!this.#connection.stillInTransaction) throw new VivimError('internal', 'The engine undid the transaction.')
    return this.#connection
  }
}
