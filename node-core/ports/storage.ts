/**
 * The store of rows: the log's events and chunks, and every projection's tables.
 * SQL in the dialect that SQLite and PostgreSQL share (`?` for parameters, the adapter rewrites them);
 * static statements are constants, so that an adapter can prepare each once; dynamic ones are built with Kysely.
 * Acceptance suite: `tests/acceptance/storage.ts`.
 * Errors: `storage-full`, `storage-busy`, `storage-corrupt`, `store-locked`, `store-foreign`, `store-too-new`,
 * `store-too-old`.
 *
 * Invariant: only {@link Transactor} writes, and one transaction runs at a time.
 */
export type Value = null | number | bigint | string | Uint8Array

/** A statement and its parameters. */
export interface Query {
  readonly sql: string
  readonly parameters: readonly Value[]
}

/** Reading; a different type from writing, so that a reader cannot be handed to code that writes by mistake. */
export interface Reader {
  /** All rows. The caller names the row's shape, which its own migration defines. */
  all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]>
  /** The first row, or undefined. */
  get<Row>(sql: string, parameters?: readonly Value[]): Promise<Row | undefined>
  /** Rows one by one, for results that do not fit in memory. */
  iterate<Row>(sql: string, parameters?: readonly Value[]): AsyncIterable<Row>
}

/** Inside a transaction: its own writes are visible to its reads. */
export interface Transaction extends Reader {
  /** Runs a statement that changes rows; answers how many, and the last integer key given. */
  run(sql: string, parameters?: readonly Value[]): Promise<{ changes: number; lastId: number }>
}

/** Writing. */
export interface Transactor extends Reader {
  /**
   * Runs `work` in one transaction: all of it becomes durable (synced to disk) before the promise resolves, or
   * none of it when `work` throws. Transactions queue; a transaction must not wait on anything but its own statements.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}

/**
 * One step of the schema, run once in a transaction of its own. The composition root puts the slices' steps together
 * and numbers them without gaps; the first begins a store. A step that was released never changes.
 * Invariant: every table is STRICT; the adapter refuses a step that leaves another.
 */
export type Migration = { readonly version: number; readonly name: string } & (
  | { readonly sql: string }
  | { readonly run: (tx: Transaction) => Promise<void> }
)

/** Figures for status, doctor and quotas. */
export interface StorageFacts {
  /** Bytes of all files of the store. */
  bytes: number
  /** Bytes free on its disk. */
  free: number
  /** Whether the last run ended without closing the store. */
  unclean: boolean
  schemaVersion: number
}

/** A whole store, opened for writing by the one process that holds its lock. */
export interface Storage extends Transactor, AsyncDisposable {
  facts(): Promise<StorageFacts>
  /** Every damage that the engine finds, as sentences; none means sound. Long on large stores. */
  check(signal?: AbortSignal): Promise<string[]>
  /** Gives freed pages back to the disk and empties the write-ahead log, in steps that do not hold writers up. */
  shrink(signal?: AbortSignal): Promise<void>
  /** Copies the store, consistent as of one moment, to a new file while it is in use. */
  copyTo(path: string, signal?: AbortSignal): Promise<void>
}
