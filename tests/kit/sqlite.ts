/** A real store in a folder that goes with the test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStorage, type SqliteStorage } from '../../node-core/adapters/storage-sqlite/storage.ts'
import { migrations } from '../../node-core/threads/migrations.ts'

/** A folder that `remove` deletes with all in it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'vivim-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export const openStore = (directory: string): Promise<SqliteStorage> => openSqliteStorage({ directory, migrations })
