import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { storageAcceptance } from '../../../tests/acceptance/storage.ts'
import { openSqliteStorage } from './storage.ts'

const made: string[] = []
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true })
})

storageAcceptance('sqlite', async (migrations) => {
  const directory = await mkdtemp(join(tmpdir(), 'vivim-sqlite-'))
  made.push(directory)
  return openSqliteStorage({ directory, migrations })
})
