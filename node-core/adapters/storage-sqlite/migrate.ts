/** Bringing a store's schema to the version that the program wants, step by step. */
import { VivimError } from '../../contract/errors.ts'
import type { Migration } from '../../ports/storage.ts'
import type { Connection } from './connection.ts'
import { runTransaction } from './transaction.ts'

/** The version that `migrations` lead to. Error: `internal` where there are none, or their numbers have gaps. */
export function newestVersion(migrations: readonly Migration[]): number {
  const first = firstVersion(migrations)
  migrations.forEach(({ version, name }, index) => {
    if (version !== first + index)
      throw new VivimError('internal', `Migration “${name}” has number ${version} at the place of ${first + index}.`)
  })
  return first + migrations.length - 1
}

/** The version of the step that begins a store: stores of before are not read. */
function firstVersion([first]: readonly Migration[]): number {
  if (!first || first.version < 1) throw new VivimError('internal', 'No migration begins a store.')
  return first.version
}

/** The store's schema version; 0 for a new one. */
export const schemaVersion = (connection: Connection): number => Number(connection.pragma('user_version'))

/**
 * Runs the steps that the store has not seen, each in a transaction of its own with its new version, so that a
 * kill between two leaves a store of the version in between.
 * @param beforeChange called once with the first pending version, before anything changes
 * Errors: `store-too-new`, `store-too-old`; `internal` for a step that fails, leaves a table that is not STRICT or breaks a reference.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  beforeChange: (version: number) => Promise<void>,
): Promise<void> {
  const newest = newestVersion(migrations)
  const present = schemaVersion(connection)
  if (present > newest) throw new VivimError('store-too-new', `It has version ${present}, this program knows ${newest}.`)
  const first = firstVersion(migrations)
  if (present > 0 && present < first)
    throw new VivimError(
      'store-too-old',
      `It has version ${present}, this program reads ${first} and later. Nothing in it was changed: export everything with the program that wrote it, or import your exports into another data directory (--data DIR).`,
    )
  const pending = migrations.filter(({ version }) => version > present)
  const [next] = pending
  if (!next) return
  await beforeChange(next.version)
  // A step may rebuild a table that others refer to; references are checked as a whole at its end instead.
  connection.pragma('foreign_keys = OFF')
  try {
    for (const migration of pending) await step(connection, migration)
  } finally {
    connection.pragma('foreign_keys = ON')
  }
}

async function step(connection: Connection, migration: Migration): Promise<void> {
  await runTransaction(connection, async (tx) => {
    if ('sql' in migration) connection.exec(migration.sql)
    else await migration.run(tx)
    const loose = connection.all<{ name: string }>(looseTables).map((row) => row.name)
    if (loose.length > 0)
      throw new VivimError('internal', `Migration “${migration.name}” leaves tables that are not STRICT: ${loose.join(', ')}.`)
    const broken = connection.all('SELECT 1 FROM pragma_foreign_key_check LIMIT 1')
    if (broken.length > 0) throw new VivimError('internal', `Migration “${migration.name}” breaks a reference.`)
    connection.pragma(`user_version = ${migration.version}`)
  })
}

const looseTables =
  "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
