/** The schema, step by step. The order is for ever; a new step goes to the end. */
import { importsMigration } from '../imports/tables.ts'
import { libraryMigration } from '../library/tables.ts'
import { logMigration } from '../log/tables.ts'
import type { Migration } from '../ports/storage.ts'
import { searchMigration } from '../search/tables.ts'
import { sessionsMigration } from '../sessions/store.ts'

export const migrations: readonly Migration[] = [
  { version: 1, name: 'log', sql: logMigration },
  { version: 2, name: 'library', sql: libraryMigration },
  { version: 3, name: 'search', sql: searchMigration },
  { version: 4, name: 'imports', sql: importsMigration },
  { version: 5, name: 'sessions', sql: sessionsMigration },
]
