import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MemoryStorage, openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { VivimError } from '../contract/errors.ts'
import type { SearchDocument } from '../ports/documents.ts'
import type { Reader, Transactor } from '../ports/storage.ts'
import { BlockCache } from './cache.ts'
import { blockPlace } from './format.ts'
import { account, append, random, remove, sealer } from './index.fixture.ts'
import { mergeOnce } from './merge.ts'
import { planMerge, usualPolicy } from './merge-plan.ts'
import { toHex } from './prepare.ts'
import { clearAccount } from './projection.ts'
import { parseQuery } from './query.ts'
import { searchIndex } from './search.ts'
import { searchMigration } from './tables.ts'

const never = new AbortController().signal
const soon = { ...usualPolicy, smallCount: 2 }
let storage: MemoryStorage
beforeEach(async () => {
  storage = await openMemoryStorage({ migrations: [{ version: 1, name: 'search', sql: searchMigration }] })
})
afterEach(() => storage[Symbol.asyncDispose]())

const document = (ordinal: number, text: string): SearchDocument => ({
  conversation: 1,
  ordinal,
  time: 1_600_000_000,
  role: 1,
  text,
})
const appendMany = async (count: number, text = (i: number) => `fugue number${i}`) => {
  for (let i = 0; i < count; i++) await append(storage, [document(i, text(i))])
}
const found = async (text: string, reader: Reader = storage) => {
  const index = searchIndex({ reader, sealer, account, cache: new BlockCache(1 << 20) })
  return (await index.search(parseQuery(text), { limit: 1000 })).hits.map(({ ordinal }) => ordinal).sort((a, b) => a - b)
}
const count = async (table: string) => (await storage.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n
const merge = (on: Transactor = storage, signal = never) => mergeOnce(on, account, sealer, random, soon, signal)
/** The store, but its n-th transaction from now fails as a full disk does. */
function failing(n: number): Transactor {
  let left = n
  return {
    all: (sql, parameters) => storage.all(sql, parameters),
    get: (sql, parameters) => storage.get(sql, parameters),
    iterate: (sql, parameters) => storage.iterate(sql, parameters),
    async transaction(work) {
      if (left-- <= 0) throw new VivimError('storage-full')
      return await storage.transaction(work)
    },
  }
}

describe('a merge', () => {
  it('makes many segments one, and leaves nothing of them', async () => {
    await appendMany(200)
    expect(await merge()).toBe(true)
    expect(await count('search_segment')).toBe(1)
    expect(await count('search_block')).toBe(1)
    expect(await found('fugue')).toHaveLength(200)
    expect(await merge()).toBe(false)
  })

  it('lets others on its thread have their turn between any few steps', async () => {
    await appendMany(400)
    let turn = 0
    let ticking = true
    const tick = (): void => {
      turn++
      if (ticking) setImmediate(tick)
    }
    tick()
    const steps = new Map<number, number>()
    const counted = <T>(work: () => T): T => {
      steps.set(turn, (steps.get(turn) ?? 0) + 1)
      return work()
    }
    await merge({
      all: (sql, parameters) => counted(() => storage.all(sql, parameters)),
      get: (sql, parameters) => counted(() => storage.get(sql, parameters)),
      iterate: (sql, parameters) => counted(() => storage.iterate(sql, parameters)),
      transaction: (work) => counted(() => storage.transaction(work)),
    })
    ticking = false
    expect(Math.max(...steps.values())).toBeLessThan(10)
    expect(await count('search_segment')).toBe(1)
  })

  it('that is cut off anywhere changes nothing; the next one removes what it left', async () => {
    await appendMany(20)
    let cuts = 0
    for (; ; cuts++) {
      try {
        await merge(failing(cuts))
        break
      } catch (error) {
        expect(error).toMatchObject({ code: 'storage-full' })
      }
      expect(await found('fugue')).toHaveLength(20)
      expect(await found('number7')).toContain(7)
    }
    expect(cuts).toBeGreaterThan(2)
    await merge()
    expect(await count('search_segment')).toBe(1)
    expect(await count('search_block')).toBe(1)
  })

  it('ends when it is told to', async () => {
    await appendMany(5)
    await expect(merge(storage, AbortSignal.abort())).rejects.toThrow('aborted')
    expect(await found('fugue')).toHaveLength(5)
  })

  it('gives way to a clearing that comes between', async () => {
    await appendMany(5)
    const clearing: Transactor = {
      ...failing(Number.POSITIVE_INFINITY),
      async transaction(work) {
        const result = await storage.transaction(work)
        // The first transaction announces the merge; the account is cleared right behind it.
        if (clears-- === 0) await storage.transaction((tx) => clearAccount(tx, account))
        return result
      },
    }
    let clears = 0
    await expect(merge(clearing)).rejects.toMatchObject({ code: 'conflict' })
    expect(await found('fugue')).toEqual([])
    expect(await merge()).toBe(false)
    expect(await count('search_segment')).toBe(0)
    expect(await count('search_block')).toBe(0)
  })

  it('does not bring back what is deleted while it runs', async () => {
    await appendMany(5)
    let transactions = 0
    const deleting: Transactor = {
      ...failing(Number.POSITIVE_INFINITY),
      async transaction(work) {
        const result = await storage.transaction(work)
        if (transactions++ === 0) await remove(storage, 1, [3])
        return result
      },
    }
    await merge(deleting)
    expect(await found('fugue')).toEqual([0, 1, 2, 4])
  })

  it('may replace segments under a search, which then begins again', async () => {
    await appendMany(5)
    let merged = false
    const reader: Reader = {
      all: (sql, parameters) => storage.all(sql, parameters),
      iterate: (sql, parameters) => storage.iterate(sql, parameters),
      async get(sql, parameters) {
        if (!merged && sql.includes('search_block')) {
          merged = true
          await merge()
        }
        return await storage.get(sql, parameters)
      },
    }
    expect(await found('fugue', reader)).toEqual([0, 1, 2, 3, 4])
    expect(merged).toBe(true)
  })

  it('takes deleted words off the disk when it is asked to', async () => {
    const words = async () => {
      const rows = await storage.all<{ segment: Uint8Array; n: number; sealed: Uint8Array }>(
        'SELECT segment, n, sealed FROM search_block',
      )
      return rows
        .map(({ segment, n, sealed }) =>
          Buffer.from(sealer.open(blockPlace(account, toHex(segment), n), sealed)).toString('latin1'),
        )
        .join('\n')
    }
    await append(storage, [document(0, 'plain words'), document(1, 'zanzibarsecret'), document(2, 'others')])
    await append(storage, [document(3, 'yonder')])
    expect(await words()).toContain('zanzibarsecret')
    await remove(storage, 1, [1])
    await remove(storage, 9, 'all')
    while (await mergeOnce(storage, account, sealer, random, { purge: true }, never));
    expect(await words()).not.toContain('zanzibar')
    expect(await words()).toContain('yonder')
    expect(await count('search_deleted')).toBe(0)
    await remove(storage, 1, 'all')
    while (await mergeOnce(storage, account, sealer, random, { purge: true }, never));
    expect(await count('search_block')).toBe(0)
    expect(await count('search_deleted')).toBe(0)
  })
})

describe('the plan of merging', () => {
  const rows = (...sizes: number[]) =>
    sizes.map((documents, seq) => ({ id: new Uint8Array(16), seq, documents, bytes: documents * 250 }))
  const sizes = (chosen: { documents: number }[]) => chosen.map(({ documents }) => documents)
  it('waits for enough segments of one size', () => {
    expect(planMerge(rows(...Array.from({ length: 47 }, () => 1)), usualPolicy)).toEqual([])
    expect(planMerge(rows(...Array.from({ length: 48 }, () => 1)), usualPolicy)).toHaveLength(48)
    expect(planMerge(rows(1000, 1001, 1002, 1003, 1004, 1005, 1006), usualPolicy)).toEqual([])
  })
  it('takes the smaller ones along and leaves the larger ones', () => {
    expect(sizes(planMerge(rows(90_000, 1000, 1000, 1000, 7, 1000, 1000, 1000, 1000, 1000), usualPolicy))).toEqual([
      7,
      ...Array.from({ length: 8 }, () => 1000),
    ])
  })
  it('takes no more than fits its memory', () => {
    const chosen = planMerge(rows(...Array.from({ length: 1000 }, () => 5000)), usualPolicy)
    expect(chosen.length).toBeGreaterThan(8)
    expect(chosen.length * 256 * 1024).toBeLessThanOrEqual(32 * 1024 * 1024)
  })
})
