import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rowMigrations } from './rows.fixture.ts'
import { openSqliteStorage } from './storage.ts'

const fixture = fileURLToPath(new URL('./kill.fixture.ts', import.meta.url))

/** Starts the writing process and kills it as soon as it has acknowledged `lines` batches; answers what it said. */
async function killAfter(directory: string, lines: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [fixture, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const said: string[] = []
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === lines + 1) child.kill('SIGKILL')
  }
  await exited
  return said
}

describe('a killed writer', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vivim-kill-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('loses no acknowledged transaction and leaves none by half, over 20 kills; its lock goes with it', async () => {
    const seed = Date.now() % 100_000
    let random = seed
    for (let kill = 0; kill < 20; kill++) {
      random = (random * 48271 + 11) % 2147483647
      const said = await killAfter(directory, random % 60)
      expect(said[0], `seed ${seed}`).toBe('open')
      const acknowledged = Number(said.at(-1)) || 0
      await using storage = await openSqliteStorage({ directory, migrations: rowMigrations })
      expect((await storage.facts()).unclean).toBe(true)
      const batches = await storage.all<{ batch: number; rows: number }>(
        'SELECT batch, count(*) AS rows FROM row GROUP BY batch ORDER BY batch',
      )
      expect(batches, `seed ${seed}`).toEqual(batches.map((_, index) => ({ batch: index + 1, rows: 1 + ((index + 1) % 3) })))
      expect(batches.length, `seed ${seed}`).toBeGreaterThanOrEqual(acknowledged)
    }
    await using storage = await openSqliteStorage({ directory, migrations: rowMigrations })
    expect((await storage.facts()).unclean).toBe(false)
    expect(await storage.check()).toEqual([])
  })

  it('lets nobody in while it lives, and says who it is', async () => {
    const child = spawn(process.execPath, [fixture, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    const opening = openSqliteStorage({ directory, migrations: rowMigrations })
    await expect(opening).rejects.toMatchObject({ code: 'store-locked', detail: expect.stringContaining(String(child.pid)) })
    child.kill('SIGKILL')
    await exited
    await using storage = await openSqliteStorage({ directory, migrations: rowMigrations })
    expect((await storage.facts()).unclean).toBe(true)
  })
})
