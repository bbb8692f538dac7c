/**
 * One connection to one SQLite database: statements prepared once, values as the port defines them, errors as the
 * catalogue names them. Synchronous: it belongs to the thread that opened it.
 */
import type Database from 'better-sqlite3'
import type { VivimError } from '../../contract/errors.ts'
import type { Value } from '../../ports/storage.ts'
import { Cursor } from './cursor.ts'
import { toStorageError } from './errors.ts'
import { hasUnsafe, type Row, toSafe } from './values.ts'

/** How many prepared statements each of the two generations holds; a few KiB each. */
const generation = 250

interface Prepared {
  readonly statement: Database.Statement<unknown[], unknown>
  /** Whether integers come as bigint, because some of this statement's do not fit a number. */
  exact: boolean
}

export class Connection {
  readonly #db: Database.Database
  readonly #directory: string | undefined
  /** By SQL text. What is used moves to the younger generation; when that is full, the older one is forgotten. */
  #younger = new Map<string, Prepared>()
  #older = new Map<string, Prepared>()
  readonly #cursors = new Set<Cursor>()
  /** Set by every error: asking the engine whether it undid the transaction costs too much to do before each statement. */
  #doubtful = false

  /** @param directory where the store lies, for telling a full disk; absent in memory */
  constructor(db: Database.Database, directory?: string) {
    this.#db = db
    this.#directory = directory
  }

  /** Whether a transaction is open; the engine undoes one by itself when the disk is full. */
  get inTransaction(): boolean {
    return this.#db.inTransaction
  }

  /** As {@link inTransaction}, for one that was open when this last answered true or `BEGIN` ran. */
  get stillInTransaction(): boolean {
    if (this.#doubtful) this.#doubtful = !this.#db.inTransaction
    return !this.#doubtful
  }

  all<R>(sql: string, parameters: readonly Value[] = []): R[] {
    try {
      const prepared = this.#prepare(sql)
      let rows = prepared.statement.all(parameters) as Row[]
      if (!prepared.exact && rows.some(hasUnsafe)) rows = exactly(prepared).all(parameters) as Row[]
      if (prepared.exact) for (const row of rows) toSafe(row)
      return rows as R[]
    } catch (error) {
      throw this.#failure(error)
    }
  }

  get<R>(sql: string, parameters: readonly Value[] = []): R | undefined {
    try {
      const prepared = this.#prepare(sql)
      let row = prepared.statement.get(parameters) as Row | undefined
      if (row && !prepared.exact && hasUnsafe(row)) row = exactly(prepared).get(parameters) as Row | undefined
      if (row && prepared.exact) toSafe(row)
      return row as R | undefined
    } catch (error) {
      throw this.#failure(error)
    }
  }

  run(sql: string, parameters: readonly Value[] = []): { changes: number; lastId: number } {
    try {
      const { changes, lastInsertRowid } = this.#prepare(sql).statement.run(parameters)
      return { changes, lastId: Number(lastInsertRowid) }
    } catch (error) {
      throw this.#failure(error)
    }
  }

  /** Rows one by one, as of the first. A statement that writes reads the rest of them into memory first. */
  async *iterate<R>(sql: string, parameters: readonly Value[] = []): AsyncGenerator<R, void, undefined> {
    const cursor = this.#try(() => {
      // Not from the cache: a statement cannot run twice at once, and a cursor may stay open for long.
      const statement = this.#db.prepare(sql).safeIntegers(true)
      if (!statement.readonly) this.settle()
      return new Cursor(statement.iterate(parameters) as IterableIterator<Row>)
    })
    this.#cursors.add(cursor)
    try {
      for (;;) {
        const row = this.#try(() => cursor.next())
        if (!row) return
        yield toSafe(row) as R
      }
    } finally {
      this.#cursors.delete(cursor)
      cursor.close()
    }
  }

  /** Runs statements that take no parameters, to their end and without a result: schemas, and pragmas that work in steps. */
  exec(sql: string): void {
    this.#try(() => {
      this.settle()
      this.#db.exec(sql)
    })
  }

  /** Whether `sql` only reads. */
  onlyReads(sql: string): boolean {
    return this.#try(() => this.#prepare(sql).statement.readonly)
  }

  /** The first column of a pragma's first row. */
  pragma(source: string): unknown {
    return this.#try(() => this.#db.pragma(source, { simple: true }))
  }

  /** Reads the rest of every open cursor into memory: the engine's binding writes only when none is open. */
  settle(): void {
    for (const cursor of this.#cursors) cursor.drain()
  }

  /** Copies the database page by page into the file at `path`, `pages` at a time, giving way between. */
  async backup(path: string, pages: number): Promise<void> {
    try {
      await this.#db.backup(path, { progress: () => pages })
    } catch (error) {
      throw this.#failure(error)
    }
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.abandon()
    this.#younger.clear()
    this.#older.clear()
    this.#db.close()
  }

  #prepare(sql: string): Prepared {
    const prepared = this.#younger.get(sql) ?? this.#rejuvenate(sql)
    if (this.#cursors.size > 0 && !prepared.statement.readonly) this.settle()
    return prepared
  }

  #rejuvenate(sql: string): Prepared {
    const prepared = this.#older.get(sql) ?? { statement: this.#db.prepare(sql), exact: false }
    // What changes rows cannot be run again to get its integers exactly.
    if (prepared.statement.reader && !prepared.statement.readonly) exactly(prepared)
    if (this.#younger.size >= generation) {
      this.#older = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(sql, prepared)
    return prepared
  }

  #try<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): VivimError {
    this.#doubtful = true
    return toStorageError(error, this.#directory)
  }
}

function exactly(prepared: Prepared): Prepared['statement'] {
  prepared.exact = true
  return prepared.statement.safeIntegers(true)
}
