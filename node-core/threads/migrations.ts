/**
 * The schema, step by step. The order is for ever; a new step goes to the end. The first step is the tables of the first
 * release: until there is one, whoever changes a table raises that step's number, and stores of before are refused.
 */
import { importsMigration } from '../imports/tables.ts'
import { watchingMigration } from '../imports/watching/kept.ts'
import { libraryMigration } from '../library/tables.ts'
import { logMigration } from '../log/tables.ts'
import type { Migration } from '../ports/storage.ts'
import { searchMigration } from '../search/tables.ts'
import { sessionsMigration } from '../sessions/store.ts'
import { acknowledgedMigration } from '../sync/acknowledged.ts'
import { nodesMigration } from '../sync/known-nodes.ts'

const tables = [
  logMigration,
  libraryMigration,
  searchMigration,
  importsMigration,
  sessionsMigration,
  nodesMigration,
  acknowledgedMigration,
  watchingMigration,
]

export const migrations: readonly Migration[] = [{ version: 12, name: 'tables', sql: tables.join('\n') }]
