/**
 * A process to be killed: opens the store in its first argument, says `open`, then writes transactions of one to
 * three rows for ever and says the number of each once it is durable.
 */
import { writeSync } from 'node:fs'
import { rowMigrations } from './rows.fixture.ts'
import { openSqliteStorage } from './storage.ts'

const [, , directory = ''] = process.argv
const storage = await openSqliteStorage({ directory, migrations: rowMigrations })
const last = await storage.get<{ batch: number | null }>('SELECT max(batch) AS batch FROM row')
writeSync(1, 'open\n')
for (let batch = (last?.batch ?? 0) + 1; ; batch++) {
  await storage.transaction(async (tx) => {
    const rows = 1 + (batch % 3)
    for (let n = 0; n < rows; n++) await tx.run('INSERT INTO row VALUES (?, ?, ?)', [batch, n, new Uint8Array(1000).fill(batch)])
  })
  writeSync(1, `${batch}\n`)
}
