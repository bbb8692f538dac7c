import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Migration } from '../../ports/storage.ts'
import { ensureFree, freeBytes } from './free-disk.ts'
import type { CheckStage } from './job.ts'
import { openSqliteReader } from './reader.ts'
import { rowMigrations } from './rows.fixture.ts'
import { openSqliteStorage, type SqliteStorage } from './storage.ts'

const addColumn = (version: number): Migration => ({
  version,
  name: `c${version}`,
  sql: `ALTER TABLE row ADD COLUMN c${version} INTEGER`,
})
const insert = 'INSERT INTO row (batch, n, bytes) VALUES (?, ?, ?)'
const count = 'SELECT count(*) AS n FROM row'

let parent: string
let directory: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'vivim-sqlite-'))
  directory = join(parent, 'data')
})
afterEach(() => rm(parent, { recursive: true }))

const open = (migrations = rowMigrations, onIntegrity?: (found: CheckStage) => void) =>
  openSqliteStorage({ directory, migrations, ...(onIntegrity && { onIntegrity }) })

const fill = (storage: SqliteStorage, rows: number, text = 'x') =>
  storage.transaction(async (tx) => {
    for (let n = 0; n < rows; n++) await tx.run(insert, [1, n, Buffer.from(text.repeat(4000))])
  })

const pragma = async (name: string) => {
  const db = new Database(join(directory, 'store.db'), { readonly: true })
  try {
    return db.pragma(name, { simple: true })
  } finally {
    db.close()
  }
}

/** Leaves the directory as a kill would: the store is closed, the mark of running stays. */
async function endUncleanly(): Promise<void> {
  await writeFile(join(directory, 'running'), '1\n')
}

describe('the files', () => {
  it('are for their owner alone, and marked as ours', async () => {
    const storage = await open()
    await fill(storage, 1)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(directory))
      expect([name, (await stat(join(directory, name))).mode & 0o777]).toEqual([name, 0o600])
    await storage[Symbol.asyncDispose]()
    expect((await readdir(directory)).sort()).toEqual(['lock.db', 'store.db'])
    expect(await pragma('application_id')).toBe(Buffer.from('VIVM').readInt32BE())
    expect(await pragma('page_size')).toBe(8192)
    expect(await pragma('auto_vacuum')).toBe(2)
    expect(await pragma('journal_mode')).toBe('wal')
  })

  it('hold nothing of what was deleted', async () => {
    const holds = async () => {
      const contents = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name))))
      return contents.some((bytes) => bytes.includes('planted'))
    }
    const storage = await open()
    await fill(storage, 50, 'planted')
    await storage[Symbol.asyncDispose]()
    expect(await holds()).toBe(true)
    const again = await open()
    await again.transaction((tx) => tx.run('DELETE FROM row WHERE n > 1'))
    await again.transaction((tx) => tx.run('UPDATE row SET bytes = ?', [new Uint8Array(10)]))
    await again[Symbol.asyncDispose]()
    expect(await holds()).toBe(false)
  })
})

describe('opening', () => {
  it('refuses a second time in the same process, and allows it after closing', async () => {
    const storage = await open()
    await expect(open()).rejects.toMatchObject({ code: 'store-locked', detail: `It is process ${process.pid}.` })
    await storage[Symbol.asyncDispose]()
    await (await open())[Symbol.asyncDispose]()
  })

  it('refuses another program’s database and leaves it as it was', async () => {
    await mkdir(directory)
    const foreign = new Database(join(directory, 'store.db'))
    foreign.exec('CREATE TABLE theirs (a); PRAGMA application_id = 7')
    foreign.close()
    const before = await readFile(join(directory, 'store.db'))
    await expect(open()).rejects.toMatchObject({ code: 'store-foreign' })
    expect(await readFile(join(directory, 'store.db'))).toEqual(before)
    expect(await readdir(directory)).not.toContain('running')
  })

  it('refuses what is no database', async () => {
    await mkdir(directory)
    await writeFile(join(directory, 'store.db'), 'These are notes, and by no means a database.'.repeat(100))
    await expect(open()).rejects.toMatchObject({ code: 'storage-corrupt' })
  })

  it('refuses a newer store', async () => {
    await (await open([...rowMigrations, addColumn(2)]))[Symbol.asyncDispose]()
    await expect(open()).rejects.toMatchObject({ code: 'store-too-new', detail: expect.stringContaining('2') })
  })

  it('refuses a store from before the first step, and leaves it as it is', async () => {
    await (await open([...rowMigrations, addColumn(2)]))[Symbol.asyncDispose]()
    const before = await readFile(join(directory, 'store.db'))
    const later = [{ version: 3, name: 'rows', sql: 'CREATE TABLE row (n INTEGER) STRICT' }, addColumn(4)]
    await expect(open(later)).rejects.toMatchObject({ code: 'store-too-old', detail: expect.stringContaining('version 2') })
    expect((await readFile(join(directory, 'store.db'))).equals(before)).toBe(true)
    expect(await readdir(directory)).not.toContain('backups')
    await rm(directory, { recursive: true })
    await using fresh = await open(later)
    expect((await fresh.facts()).schemaVersion).toBe(4)
  })

  it('makes a directory that others could read its owner’s', async () => {
    await mkdir(directory)
    await chmod(directory, 0o755)
    await (await open())[Symbol.asyncDispose]()
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })
})

describe('migrating a store that holds something', () => {
  const backups = () => readdir(join(directory, 'backups')).then((names) => names.sort())

  it('copies it first, and keeps the last two copies', async () => {
    const first = await open()
    await fill(first, 20)
    await first[Symbol.asyncDispose]()
    const all = [...rowMigrations]
    for (const version of [2, 3, 4]) {
      all.push(addColumn(version))
      await (await open(all))[Symbol.asyncDispose]()
    }
    expect(await backups()).toEqual(['store-before-v3.db', 'store-before-v4.db'])
    const copy = new Database(join(directory, 'backups', 'store-before-v3.db'), { readonly: true })
    expect(copy.pragma('user_version', { simple: true })).toBe(2)
    expect(copy.prepare(count).get()).toEqual({ n: 20 })
    copy.close()
    expect((await stat(join(directory, 'backups', 'store-before-v4.db'))).mode & 0o777).toBe(0o600)
  })

  it('leaves the version before a step that fails, and goes on from there', async () => {
    const first = await open()
    await fill(first, 3)
    await first[Symbol.asyncDispose]()
    const failing: Migration = { version: 3, name: 'failing', sql: 'DELETE FROM row; SELECT wrong' }
    await expect(open([...rowMigrations, addColumn(2), failing])).rejects.toMatchObject({ code: 'internal' })
    const storage = await open([...rowMigrations, addColumn(2), addColumn(3)])
    expect(await storage.get(count)).toEqual({ n: 3 })
    expect((await storage.facts()).schemaVersion).toBe(3)
    await storage[Symbol.asyncDispose]()
    expect(await backups()).toEqual(['store-before-v2.db', 'store-before-v3.db'])
  })

  it('makes no copy of a new store', async () => {
    await (await open([...rowMigrations, addColumn(2)]))[Symbol.asyncDispose]()
    expect(await readdir(directory)).not.toContain('backups')
  })
})

describe('after an unclean end', () => {
  /** Opens the store and waits for both stages of the check in the background. */
  async function found(): Promise<CheckStage[]> {
    const { promise, resolve } = Promise.withResolvers<CheckStage[]>()
    const stages: CheckStage[] = []
    const storage = await open(rowMigrations, (stage) => {
      stages.push(stage)
      if (stage.stage === 'full') resolve(stages)
    })
    expect((await storage.facts()).unclean).toBe(true)
    const all = await promise
    await storage[Symbol.asyncDispose]()
    return all
  }

  it('finds a sound store sound, in the background', async () => {
    const storage = await open()
    await fill(storage, 20)
    await storage[Symbol.asyncDispose]()
    await endUncleanly()
    expect(await found()).toEqual([
      { stage: 'quick', damages: [] },
      { stage: 'full', damages: [] },
    ])
    await using again = await open()
    expect((await again.facts()).unclean).toBe(false)
  })

  it('finds damage', async () => {
    const storage = await open()
    await fill(storage, 200)
    await storage[Symbol.asyncDispose]()
    const path = join(directory, 'store.db')
    const bytes = await readFile(path)
    bytes.fill(0xa5, 8192 * 4, 8192 * 30)
    await writeFile(path, bytes)
    await endUncleanly()
    const stages = await found()
    expect(stages.flatMap((stage) => stage.damages)).not.toEqual([])
    await using again = await open()
    expect((await again.facts()).unclean).toBe(true)
    expect(await again.check()).not.toEqual([])
    await expect(again.all('SELECT bytes FROM row')).rejects.toMatchObject({ code: 'storage-corrupt' })
  })

  it('refuses a file cut short', async () => {
    const storage = await open()
    await fill(storage, 200)
    await storage[Symbol.asyncDispose]()
    await truncate(join(directory, 'store.db'), 8192 * 50)
    await expect(open()).rejects.toMatchObject({ code: 'storage-corrupt' })
  })

  it('may be closed while it still checks', async () => {
    const storage = await open()
    await fill(storage, 500)
    await storage[Symbol.asyncDispose]()
    await endUncleanly()
    const again = await open(rowMigrations, () => {})
    await again[Symbol.asyncDispose]()
    expect(await readdir(directory)).not.toContain('running')
  })
})

describe('a reader beside the writer', () => {
  it('sees what was committed, cannot write, and outlives the writer', async () => {
    const storage = await open()
    await using reader = await openSqliteReader({ directory })
    await fill(storage, 3)
    expect(await reader.get(count)).toEqual({ n: 3 })
    await expect(reader.all('DELETE FROM row RETURNING n')).rejects.toMatchObject({ code: 'internal' })
    await storage[Symbol.asyncDispose]()
    expect(await reader.get(count)).toEqual({ n: 3 })
  })

  it('needs a store', async () => {
    await expect(openSqliteReader({ directory })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('fails a long result that its end cuts short, rather than ending it', async () => {
    await using storage = await open()
    await fill(storage, 3)
    const reader = await openSqliteReader({ directory })
    const rows = reader.iterate('SELECT n FROM row')[Symbol.asyncIterator]()
    expect((await rows.next()).value).toEqual({ n: 0 })
    await reader[Symbol.asyncDispose]()
    await expect(rows.next()).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the write-ahead log', () => {
  it('stays small whatever is written', async () => {
    await using storage = await open()
    for (let batch = 2; batch < 40; batch++) {
      await storage.transaction(async (tx) => {
        for (let n = 0; n < 50; n++) await tx.run(insert, [batch, n, new Uint8Array(16_000)])
      })
    }
    expect((await stat(join(directory, 'store.db'))).size).toBeGreaterThan(20e6)
    expect((await stat(join(directory, 'store.db-wal'))).size).toBeLessThan(8e6)
  })
})

describe('free disk', () => {
  it('is enough for little and not for everything', async () => {
    const free = await freeBytes(parent)
    await ensureFree(parent, 1)
    await expect(ensureFree(parent, free * 2)).rejects.toMatchObject({
      code: 'storage-full',
      detail: expect.stringContaining('MB'),
    })
  })
})
