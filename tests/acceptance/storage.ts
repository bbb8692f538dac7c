/** What every adapter of the storage port must do. A test file of the adapter calls {@link storageAcceptance}. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Migration, Storage } from '../../node-core/ports/storage.ts'

const schema: Migration[] = [
  {
    version: 1,
    name: 'things',
    sql: `CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes BLOB) STRICT;
          CREATE TABLE part (thing INTEGER NOT NULL REFERENCES thing (id), n INTEGER NOT NULL) STRICT`,
  },
  {
    version: 2,
    name: 'first thing',
    run: async (tx) => {
      await tx.run('INSERT INTO thing (id, name) VALUES (?, ?)', [1, 'first'])
    },
  },
]

const insert = 'INSERT INTO thing (name, bytes) VALUES (?, ?)'
const names = 'SELECT name FROM thing ORDER BY id'

/** @param open makes an empty store, of its own for each call, with the given schema */
export function storageAcceptance(adapter: string, open: (migrations: readonly Migration[]) => Promise<Storage>): void {
  describe(`${adapter}: storage`, () => {
    let storage: Storage
    beforeEach(async () => {
      storage = await open(schema)
    })
    afterEach(() => storage[Symbol.asyncDispose]())

    const namesNow = async () => (await storage.all<{ name: string }>(names)).map((row) => row.name)
    const add = (name: string) => storage.transaction((tx) => tx.run(insert, [name, null]))

    describe('migrations', () => {
      it('run in order, as SQL and as code, and give their number', async () => {
        expect(await namesNow()).toEqual(['first'])
        expect((await storage.facts()).schemaVersion).toBe(2)
      })

      it('refuse a table that is not STRICT, and wrong numbers', async () => {
        const loose: Migration = { version: 1, name: 'loose', sql: 'CREATE TABLE loose (id INTEGER)' }
        await expect(open([loose])).rejects.toMatchObject({ code: 'internal', detail: expect.stringContaining('loose') })
        await expect(open([{ ...loose, version: 2 }])).rejects.toMatchObject({ code: 'internal' })
      })

      it('refuse a step that breaks a reference', async () => {
        const broken: Migration = { version: 3, name: 'broken', sql: 'INSERT INTO part VALUES (99, 1)' }
        await expect(open([...schema, broken])).rejects.toMatchObject({ code: 'internal' })
      })
    })

    describe('values', () => {
      it('come back as they went in, whole numbers beyond a number’s reach as bigint', async () => {
        const select = 'SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e'
        const values = [null, 1.5, 'text – ☃', new Uint8Array([0, 1, 255]), 2n ** 60n] as const
        const row = await storage.get<{ d: Uint8Array }>(select, values)
        expect(row).toMatchObject({ a: null, b: 1.5, c: 'text – ☃', e: 2n ** 60n })
        expect(Uint8Array.from(row?.d ?? [])).toEqual(values[3])
      })

      it('are numbers where that is exact, by every way of reading', async () => {
        const bounds = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0.5, 1]
        const sql = 'SELECT column1 AS n FROM (VALUES (?), (?), (?), (?))'
        const wanted = bounds.map((n) => ({ n }))
        expect(await storage.all(sql, bounds)).toEqual(wanted)
        expect(await storage.get(sql, bounds)).toEqual(wanted[0])
        expect(await collect(storage.iterate(sql, bounds))).toEqual(wanted)
        const beyond = 'SELECT column1 AS n FROM (VALUES (9007199254740993), (1))'
        expect(await storage.all(beyond)).toEqual([{ n: 9007199254740993n }, { n: 1 }])
        expect(await collect(storage.iterate(beyond))).toEqual([{ n: 9007199254740993n }, { n: 1 }])
        expect(await storage.get('SELECT 9007199254740993 AS n')).toEqual({ n: 9007199254740993n })
        expect(await storage.get('SELECT 9007199254740993 AS n')).toEqual({ n: 9007199254740993n })
      })

      it('are exact also in what a writing statement answers, which runs once', async () => {
        const sql = 'INSERT INTO part VALUES (1, ?) RETURNING n'
        const rows = await storage.transaction((tx) => tx.all(sql, [2n ** 60n]))
        expect(rows).toEqual([{ n: 2n ** 60n }])
        expect(await storage.all('SELECT n FROM part')).toEqual(rows)
      })
    })

    describe('transactions', () => {
      it('see their own writes and answer counts and keys', async () => {
        const answer = await storage.transaction(async (tx) => {
          const one = await tx.run(insert, ['one', new Uint8Array([7])])
          const both = await tx.run('UPDATE thing SET bytes = NULL')
          const seen = await tx.all<{ name: string }>(names)
          return { one, changed: both.changes, seen: seen.length, got: await tx.get('SELECT count(*) AS n FROM thing') }
        })
        expect(answer).toEqual({ one: { changes: 1, lastId: 2 }, changed: 2, seen: 2, got: { n: 2 } })
      })

      it('leave nothing when the work throws, and throw just that', async () => {
        const own = new Error('own')
        const failing = storage.transaction(async (tx) => {
          await tx.run(insert, ['gone', null])
          throw own
        })
        await expect(failing).rejects.toBe(own)
        await add('kept')
        expect(await namesNow()).toEqual(['first', 'kept'])
      })

      it('leave nothing when a statement fails, and the store goes on', async () => {
        const failing = storage.transaction(async (tx) => {
          await tx.run(insert, ['gone', null])
          await tx.run(insert, ['first', null])
        })
        await expect(failing).rejects.toSatisfy((error) => error instanceof VivimError && error.code === 'internal')
        await expect(failing).rejects.toMatchObject({ cause: { code: 'SQLITE_CONSTRAINT_UNIQUE' } })
        await add('kept')
        expect(await namesNow()).toEqual(['first', 'kept'])
      })

      it('refuse broken references and wrong types', async () => {
        const orphan = storage.transaction((tx) => tx.run('INSERT INTO part VALUES (99, 1)'))
        await expect(orphan).rejects.toMatchObject({ code: 'internal' })
        const wrong = storage.transaction((tx) => tx.run('INSERT INTO part VALUES (1, ?)', ['x']))
        await expect(wrong).rejects.toMatchObject({ code: 'internal' })
      })

      it('run one at a time in the order asked for, whatever becomes of those before', async () => {
        const order: number[] = []
        const asked = [0, 1, 2, 3, 4].map((n) =>
          storage.transaction(async (tx) => {
            order.push(n)
            await tx.run(insert, [`n${n}`, null])
            for (let turn = 0; turn < 5 - n; turn++) await tx.get('SELECT 1')
            order.push(n)
            if (n === 2) throw new Error('two')
            return n
          }),
        )
        const results = await Promise.allSettled(asked)
        expect(order).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
        expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
        expect(await namesNow()).toEqual(['first', 'n0', 'n1', 'n3', 'n4'])
      })

      it('are unseen from outside until they end', async () => {
        let outside: Promise<string[]> | undefined
        await storage.transaction(async (tx) => {
          await tx.run(insert, ['half', null])
          outside = namesNow()
          await tx.get('SELECT 1')
          await tx.run('DELETE FROM thing WHERE name = ?', ['half'])
          await tx.run(insert, ['whole', null])
        })
        expect(await outside).not.toContain('half')
        expect(await namesNow()).toEqual(['first', 'whole'])
      })

      it('cannot be used after their end', async () => {
        const leaked = await storage.transaction(async (tx) => [tx] as const)
        await expect(leaked[0].run(insert, ['late', null])).rejects.toMatchObject({ code: 'internal' })
        await storage.transaction(async () => {
          await expect(leaked[0].run(insert, ['late', null])).rejects.toMatchObject({ code: 'internal' })
        })
        expect(await namesNow()).toEqual(['first'])
      })

      it('are the only way to write', async () => {
        await expect(storage.all(insert, ['sly', null])).rejects.toMatchObject({ code: 'internal' })
        await expect(storage.get(`${insert} RETURNING id`, ['sly', null])).rejects.toMatchObject({ code: 'internal' })
        await expect(collect(storage.iterate(`${insert} RETURNING id`, ['sly', null]))).rejects.toMatchObject({
          code: 'internal',
        })
        expect(await namesNow()).toEqual(['first'])
      })
    })

    describe('long results', () => {
      it('keep their moment while others write, and read beside each other', async () => {
        for (let n = 0; n < 20; n++) await add(`a${n}`)
        const seen: string[] = []
        for await (const { name } of storage.iterate<{ name: string }>(names)) {
          seen.push(name)
          await add(`b${seen.length}`)
          if (seen.length === 3) expect(await collect(storage.iterate(names))).toHaveLength(21 + 3)
          expect(await namesNow()).toHaveLength(21 + seen.length)
        }
        expect(seen).toEqual(['first', ...Array.from({ length: 20 }, (_, n) => `a${n}`)])
      })

      it('inside a transaction go on while it writes', async () => {
        for (let n = 0; n < 5; n++) await add(`a${n}`)
        const seen = await storage.transaction(async (tx) => {
          const rows: string[] = []
          for await (const { name } of tx.iterate<{ name: string }>(names)) {
            rows.push(name)
            await tx.run(insert, [`of ${name}`, null])
          }
          return rows
        })
        expect(seen).toEqual(['first', 'a0', 'a1', 'a2', 'a3', 'a4'])
        expect(await namesNow()).toHaveLength(12)
      })

      it('may be left early', async () => {
        for (let n = 0; n < 5; n++) await add(`a${n}`)
        for (let round = 0; round < 5; round++) for await (const _ of storage.iterate(names)) break
        await add('after')
        expect(await namesNow()).toHaveLength(7)
      })

      it('fail where the statement is wrong', async () => {
        await expect(collect(storage.iterate('SELECT nothing FROM nowhere'))).rejects.toMatchObject({ code: 'internal' })
      })
    })

    describe('upkeep', () => {
      let directory: string
      beforeEach(async () => {
        directory = await mkdtemp(join(tmpdir(), 'vivim-storage-'))
      })
      afterEach(() => rm(directory, { recursive: true }))

      it('finds a sound store sound', async () => {
        expect(await storage.check()).toEqual([])
      })

      it('shrinks after much was deleted', async () => {
        await fill(storage, 200)
        const full = (await storage.facts()).bytes
        await storage.transaction((tx) => tx.run('DELETE FROM thing WHERE id > 1'))
        await storage.shrink()
        expect((await storage.facts()).bytes).toBeLessThan(full / 4)
        expect(await namesNow()).toEqual(['first'])
      })

      it('copies itself to a new file while it is in use', async () => {
        await fill(storage, 50)
        const path = join(directory, 'copy.db')
        const copying = storage.copyTo(path)
        for (let n = 0; n < 10; n++) await add(`meanwhile${n}`)
        await copying
        await expect(storage.copyTo(path)).rejects.toMatchObject({ code: 'bad-request' })
        const copy = new Database(path, { readonly: true })
        const rows = copy.prepare(names).pluck().all()
        const all = await namesNow()
        expect(rows.length).toBeGreaterThanOrEqual(51)
        expect(rows).toEqual(all.slice(0, rows.length))
        expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
        copy.close()
      })

      it('stops when told', async () => {
        const signal = AbortSignal.abort()
        await expect(storage.check(signal)).rejects.toMatchObject({ code: 'cancelled' })
        await expect(storage.shrink(signal)).rejects.toMatchObject({ code: 'cancelled' })
        await expect(storage.copyTo(join(directory, 'copy.db'), signal)).rejects.toMatchObject({ code: 'cancelled' })
      })
    })

    it('finishes what was asked for when it closes, and takes nothing more', async () => {
      const asked = [add('one'), add('two')]
      await storage[Symbol.asyncDispose]()
      expect(await Promise.all(asked)).toHaveLength(2)
      await expect(add('three')).rejects.toMatchObject({ code: 'unavailable' })
      await expect(storage.all(names)).rejects.toMatchObject({ code: 'unavailable' })
      await storage[Symbol.asyncDispose]()
    })

    it('says when the disk is full, keeps what it has, and goes on', async () => {
      const tight = await open([...schema, { version: 3, name: 'tight', sql: 'PRAGMA max_page_count = 30' }])
      await expect(fill(tight, 100)).rejects.toMatchObject({ code: 'storage-full', retryable: true })
      const swallowing = tight.transaction(async (tx) => {
        await tx.run(insert, ['big', new Uint8Array(1 << 20)]).catch(() => {})
        await tx.run(insert, ['small', null])
      })
      await expect(swallowing).rejects.toMatchObject({ code: 'internal' })
      await tight.transaction((tx) => tx.run(insert, ['fits', null]))
      expect(await tight.all(names)).toEqual([{ name: 'first' }, { name: 'fits' }])
      await tight[Symbol.asyncDispose]()
    })
  })
}

const fill = (storage: Storage, rows: number) =>
  storage.transaction(async (tx) => {
    for (let n = 0; n < rows; n++) await tx.run(insert, [`fill${n}`, new Uint8Array(8000).fill(n)])
  })

async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}
