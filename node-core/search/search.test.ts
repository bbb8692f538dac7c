import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MemoryStorage, openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import type { SearchDocument } from '../ports/documents.ts'
import { BlockCache } from './cache.ts'
import { account, append, arbitraries, countingBytes, random, remove, scan, sealer } from './index.fixture.ts'
import { mergeOnce } from './merge.ts'
import { usualPolicy } from './merge-plan.ts'
import { clearAccount } from './projection.ts'
import { parseQuery } from './query.ts'
import { type SearchIndex, type SearchOptions, searchIndex } from './search.ts'
import { searchMigration } from './tables.ts'

const { anyDocuments, anyQuery } = arbitraries(fc)

const open = () => openMemoryStorage({ migrations: [{ version: 1, name: 'search', sql: searchMigration }] })
const never = new AbortController().signal
let storage: MemoryStorage
let index: SearchIndex
beforeEach(async () => {
  storage = await open()
  index = searchIndex({ reader: storage, sealer, account, cache: new BlockCache(1 << 20) })
})
afterEach(() => storage[Symbol.asyncDispose]())

const search = (text: string, options: Partial<SearchOptions> = {}) =>
  index.search(parseQuery(text), { limit: 10_000, ...options })
const names = (hits: readonly { conversation: number; ordinal: number }[]) =>
  hits.map((hit) => `${hit.conversation}/${hit.ordinal}`)
const document = (conversation: number, ordinal: number, text: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  conversation,
  ordinal,
  time: 1_600_000_000,
  role: 1,
  text,
  ...more,
})
/** Cuts documents into segments of the given sizes, then the rest. */
function cut<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = []
  let at = 0
  for (const size of sizes) {
    parts.push(items.slice(at, at + size))
    at += size
  }
  return [...parts, items.slice(at)].filter((part) => part.length > 0)
}
const anySizes = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 })
const anyFilter = fc.record(
  {
    roles: fc.uniqueArray(fc.integer({ min: 0, max: 5 })).map((roles) => new Set(roles)),
    models: fc.constantFrom(new Set(['model-0']), new Set(['model-1', 'other'])),
    from: fc.integer({ min: 1_600_000_000, max: 1_600_000_008 }),
    to: fc.integer({ min: 1_600_000_000, max: 1_600_000_008 }),
    conversation: fc.constantFrom(
      (id: number) => id % 2 === 0,
      () => true,
    ),
  },
  { requiredKeys: [] },
)
const eachInNewStore = (work: () => Promise<void>) => async () => {
  await storage.transaction((tx) => clearAccount(tx, account))
  await work()
}

describe('a search', () => {
  it('finds emoji: alone, in sequences, and begun', async () => {
    await append(storage, [
      document(1, 0, 'All tests green 🎉🎉'),
      document(2, 0, 'Pair with 👩🏽‍💻 on it, ❤️'),
      document(3, 0, 'Two women: 👩 and 👩'),
    ])
    expect(names((await search('🎉')).hits)).toEqual(['1/0'])
    expect(names((await search('"green 🎉"')).hits)).toEqual(['1/0'])
    expect(names((await search('👩🏿‍💻')).hits)).toEqual(['2/0'])
    expect(names((await search('❤')).hits)).toEqual(['2/0'])
    expect(names((await search('👩')).hits)).toEqual(['3/0'])
    expect(names((await search('👩*')).hits).sort()).toEqual(['2/0', '3/0'])
    expect(names((await search('-🎉 tests')).hits)).toEqual([])
    expect((await search('🐛')).hits).toEqual([])
  })

  it('finds what a scan of every document finds, in the same order, however the documents are cut into segments', async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, anySizes, anyQuery, anyFilter, fc.boolean(), (documents, sizes, text, filter, typing) =>
        eachInNewStore(async () => {
          for (const part of cut(documents, sizes)) await append(storage, part)
          const query = parseQuery(text, { lastIsPrefix: typing })
          const expected = scan(documents, query, filter)
          const result = await index.search(query, { limit: 10_000, ...filter })
          expect(result).toEqual({ hits: expected, more: false, estimatedTotal: expected.length })
        })(),
      ),
      { numRuns: 300 },
    )
  })

  it('pages through the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anySizes,
        anyQuery,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('best' as const, 'newest' as const),
        (documents, sizes, text, limit, order) =>
          eachInNewStore(async () => {
            for (const part of cut(documents, sizes)) await append(storage, part)
            const whole = await search(text, { order })
            const paged = []
            for (
              let page = await search(text, { order, limit });
              ;
              page = await search(text, { order, limit, after: paged.at(-1) })
            ) {
              expect(page.hits.length).toBeLessThanOrEqual(limit)
              paged.push(...page.hits)
              if (!page.more) break
            }
            expect(paged).toEqual(whole.hits)
          })(),
      ),
      { numRuns: 100 },
    )
  })

  it('puts the newest first when asked', async () => {
    await append(storage, [document(1, 0, 'fugue', { time: 5 }), document(1, 1, 'fugue', { time: 9 })])
    await append(storage, [document(2, 0, 'fugue', { time: 7 })])
    const { hits } = await search('fugue', { order: 'newest' })
    expect(hits.map(({ time, score }) => [time, score])).toEqual([
      [9, 9],
      [7, 7],
      [5, 5],
    ])
  })

  it('never shows what was deleted, before and after merging, and shows what was put in its place', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anySizes,
        anyQuery,
        fc.array(fc.nat({ max: 39 }), { maxLength: 12 }),
        fc.option(fc.integer({ min: 1, max: 6 })),
        (documents, sizes, text, picks, conversation) =>
          eachInNewStore(async () => {
            for (const part of cut(documents, sizes)) await append(storage, part)
            await search(text)
            const gone = new Set(picks.map((pick) => documents[pick]).filter((one) => one !== undefined))
            for (const one of gone) await remove(storage, one.conversation, [one.ordinal])
            if (conversation !== null) await remove(storage, conversation, 'all')
            const again = documents.filter((one) => gone.has(one)).slice(0, 2)
            if (again.length > 0) await append(storage, again)
            const left = [...documents.filter((one) => !gone.has(one) && one.conversation !== conversation), ...again]
            const plain = parseQuery(text.replaceAll('databse', 'database'))
            for (const clause of plain.required) if (clause.kind === 'word') clause.typos = 0
            const shown = await index.search(plain, { limit: 10_000 })
            expect(names(shown.hits).sort()).toEqual(names(scan(left, plain)).sort())
            while (await mergeOnce(storage, account, sealer, random, { purge: true }, never));
            expect((await index.search(plain, { limit: 10_000 })).hits).toEqual(scan(left, plain))
            expect(await storage.all('SELECT * FROM search_deleted')).toEqual([])
          })(),
      ),
      { numRuns: 200 },
    )
  })

  it('finds the same after merges in any grouping', async () => {
    await fc.assert(
      fc.asyncProperty(anyDocuments, anySizes, anyQuery, fc.integer({ min: 2, max: 6 }), (documents, sizes, text, smallCount) =>
        eachInNewStore(async () => {
          for (const part of cut(documents, sizes)) {
            await append(storage, part)
            await mergeOnce(storage, account, sealer, random, { ...usualPolicy, smallCount }, never)
          }
          const query = parseQuery(text)
          expect((await index.search(query, { limit: 10_000 })).hits).toEqual(scan(documents, query))
        })(),
      ),
      { numRuns: 150 },
    )
  })

  it('finds the same in segments of many blocks, shifted, mixed and thinned out by merges', async () => {
    const next = countingBytes()
    const number = (below: number) => new DataView(next(4).buffer).getUint32(0) % below
    // Frequent and rare words alike: the smaller, the likelier.
    const word = () => `w${number(1 + number(4000)).toString(36)}`
    const all = Array.from({ length: 5600 }, (_, i) =>
      document(1 + Math.floor(i / 40) * 10, i % 40, Array.from({ length: 30 }, word).join(' '), {
        time: 1_500_000_000 + number(1e8),
        role: i % 4,
      }),
    )
    const queries = ['w1', 'w1 w2', '"w1 w2"', 'w3*', 'w2 w4 -w5', '"w1 w2*"', 'w9 w1zz', 'w', 'w*', '"w1 w*"'].map((text) =>
      parseQuery(text),
    )
    const check = async (left: SearchDocument[]) => {
      for (const query of queries) {
        for (const filter of [{}, { roles: new Set([2]), from: 1_520_000_000 }]) {
          const { hits } = await index.search(query, { limit: 10_000, ...filter })
          expect(hits).toEqual(scan(left, query, filter))
        }
      }
    }
    // Four segments behind one another, and two that lie between the first's documents.
    for (let at = 0; at < 4800; at += 1200) await append(storage, all.slice(at, at + 1200))
    const between = (offset: number) =>
      all.slice(4800 + offset, 5200 + offset).map((one, i) => ({ ...one, conversation: 2 + i * 3, ordinal: offset + i }))
    const mixed = [...between(0), ...between(400)]
    await append(storage, mixed.slice(0, 400))
    await append(storage, mixed.slice(400))
    const whole = [...all.slice(0, 4800), ...mixed]
    await check(whole)
    const { n: before } = (await storage.get<{ n: number }>('SELECT count(*) AS n FROM search_segment')) ?? { n: 0 }
    expect(before).toBe(6)
    while (await mergeOnce(storage, account, sealer, random, { factor: 2, smallDocuments: 10_000, smallCount: 2 }, never));
    expect(await storage.all('SELECT documents, state FROM search_segment')).toEqual([{ documents: 5600, state: 1 }])
    await check(whole)
    await remove(storage, 11, 'all')
    await remove(storage, 2, [0])
    const left = whole.filter(({ conversation, ordinal }) => conversation !== 11 && !(conversation === 2 && ordinal === 0))
    while (await mergeOnce(storage, account, sealer, random, { purge: true }, never));
    await check(left)
  })

  it('forgives slips of typing, below what is spelt as asked', async () => {
    await append(storage, [
      document(1, 0, 'The sourdough rises'),
      document(1, 1, 'sourdouhg sourdouhg'),
      document(1, 2, 'photosynthesis'),
    ])
    expect(names((await search('sourdough')).hits)).toEqual(['1/0', '1/1'])
    expect(names((await search('fotosynthesis')).hits)).toEqual([])
    expect(names((await search('photosintesis')).hits)).toEqual(['1/2'])
    expect(names((await search('sourd0ugh')).hits)).toEqual([])
  })

  it('sees an append at once, and nothing of other accounts', async () => {
    expect((await search('fugue')).hits).toEqual([])
    await append(storage, [document(1, 0, 'a fugue')])
    expect(names((await search('fugue')).hits)).toEqual(['1/0'])
    const other = searchIndex({ reader: storage, sealer, account: 2, cache: new BlockCache(1 << 20) })
    expect((await other.search(parseQuery('fugue'), { limit: 5 })).hits).toEqual([])
  })

  it('finds again after its memory was let go', async () => {
    await append(storage, [document(1, 0, 'a fugue'), document(1, 1, 'a sonnet')])
    await remove(storage, 1, [0])
    expect(names((await search('a')).hits)).toEqual(['1/1'])
    index.release()
    expect(names((await search('a')).hits)).toEqual(['1/1'])
  })

  it('ends when it is told to', async () => {
    await append(storage, [document(1, 0, 'a fugue')])
    await expect(index.search(parseQuery('fugue'), { limit: 5 }, AbortSignal.abort())).rejects.toThrow('aborted')
  })
})

describe('what lies on the disk', () => {
  it('is refused when any bit of it is another', async () => {
    await append(storage, [document(1, 0, 'a fugue for two'), document(1, 1, 'counterpoint')])
    const row = await storage.get<{ sealed: Uint8Array }>('SELECT sealed FROM search_block')
    const sealed = row?.sealed ?? new Uint8Array()
    expect(sealed.length).toBeGreaterThan(60)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bent = Uint8Array.from(sealed)
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
      await storage.transaction((tx) => tx.run('UPDATE search_block SET sealed = ?', [bent]))
      index.release()
      await expect(search('fugue')).rejects.toMatchObject({ code: 'seal-broken' })
    }
  })

  it('is refused when a block stands in for another', async () => {
    await append(storage, [document(1, 0, 'fugue')])
    await append(storage, [document(1, 1, 'sonnet')])
    const [first] = await storage.all<{ sealed: Uint8Array }>('SELECT sealed FROM search_block')
    await storage.transaction((tx) => tx.run('UPDATE search_block SET sealed = ?', [first?.sealed ?? null]))
    await expect(search('fugue')).rejects.toMatchObject({ code: 'seal-broken' })
  })

  it('is reported where a block is missing', async () => {
    await append(storage, [document(1, 0, 'fugue')])
    await storage.transaction((tx) => tx.run('DELETE FROM search_block'))
    await expect(search('fugue')).rejects.toMatchObject({ code: 'storage-corrupt' })
  })
})
