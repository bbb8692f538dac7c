/** A schema for tests of this adapter. */
import type { Migration } from '../../ports/storage.ts'

export const rowMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'rows',
    sql: 'CREATE TABLE row (batch INTEGER NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (batch, n)) STRICT',
  },
]
