/** What the engine finds wrong with a store. */
import type { Connection } from './connection.ts'
import { toStorageError } from './errors.ts'

/**
 * Damages as sentences; none means sound. `quick` reads every page once: its structure and that none is lost or used
 * twice. `full` compares every index with its table, one table after the other, so that no snapshot is held for long.
 * Invariant: the sentences name tables, rows and pages, never what is in them.
 */
export function damagesOf(connection: Connection, stage: 'quick' | 'full'): string[] {
  try {
    if (stage === 'quick') return found(connection, 'SELECT quick_check AS damage FROM pragma_quick_check')
    const tables = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    return tables.flatMap(({ name }) =>
      found(connection, 'SELECT integrity_check AS damage FROM pragma_integrity_check(?)', [name]),
    )
  } catch (error) {
    // Damage can be such that the engine cannot even go on reading.
    const failure = toStorageError(error)
    if (failure.code === 'storage-corrupt') return ['The store cannot be read to its end.']
    throw failure
  }
}

const found = (connection: Connection, sql: string, parameters: string[] = []): string[] =>
  connection
    .all<{ damage: string }>(sql, parameters)
    .map((row) => row.damage)
    .filter((damage) => damage !== 'ok')
