import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { search } from '../../node-core/contract/api/search.ts'
import type { ConversationId, MessageId } from '../../node-core/contract/ids.ts'
import { answersOf } from './answers.ts'
import { type Database, openDatabase, removeDatabase } from './database.ts'
import { type Head, type Held, heldOf, type Whole } from './held.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const idOf = (n: number) => `${'abcdefghij'[n]}${'a'.repeat(25)}` as ConversationId
const messageOf = (n: number) => `${idOf(n)}-${'a'.repeat(13)}` as MessageId
const wholeOf = (n: number, fields: Partial<Head> = {}, words = `secret words of ${n}`): Whole => ({
  head: {
    id: idOf(n),
    source: 'chatgpt',
    title: `Title ${n}`,
    created: n,
    updated: n,
    models: ['m'],
    project: null,
    tags: [],
    messages: 1,
    branches: 0,
    starred: false,
    archived: false,
    inferred: false,
    key: `k${n}`,
    kind: null,
    incarnation: 0,
    imports: [],
    leaves: [],
    leavesTotal: 0,
    edited: { title: false, archived: false, starred: false },
    ...fields,
  },
  path: {
    leaf: messageOf(n),
    units: [
      { id: `${messageOf(n)}-0` as never, message: messageOf(n), role: 'user', kind: 'prose', text: words, part: 0, first: true },
    ],
  },
  outline: [],
  notes: [],
  documents: {},
  tags: [],
})

let database: Database
let held: Held
beforeEach(async () => {
  database = await openDatabase(random)
  held = heldOf(database)
})
afterEach(async () => {
  database.close()
  await removeDatabase()
})
const answer = (method: Parameters<ReturnType<typeof answersOf>['get']>[0], input: unknown) =>
  answersOf(held).get(method)?.(input)

describe('what is held', () => {
  it('is read as it was put, by another page as well', async () => {
    await held.put(wholeOf(1), 1)
    const other = await openDatabase(random)
    expect(await heldOf(other).part(idOf(1), 'path')).toEqual(wholeOf(1).path)
    expect(other.fresh).toBe(false)
    other.close()
  })

  it('shows no word in what rests', async () => {
    await held.put(wholeOf(1), 1)
    await held.setGlobal('account', { name: 'secret name' })
    const rows = [...(await database.pieces.toArray()), ...(await database.held.toArray())]
    expect(rows.length).toBeGreaterThan(5)
    for (const row of rows) {
      const sealed = 'sealed' in row ? new TextDecoder('latin1').decode(row.sealed) : ''
      expect(JSON.stringify({ ...row, sealed })).not.toMatch(/secret|Title/)
    }
  })

  it('is on the disk before a write counts as done', async () => {
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const other = await openDatabase(random)
    try {
      await heldOf(other).put(wholeOf(1), 1)
      const writes = begun.mock.calls.filter(([, mode]) => mode === 'readwrite')
      expect(writes.length).toBeGreaterThan(0)
      expect(writes.at(-1)?.[2]).toEqual({ durability: 'strict' })
    } finally {
      other.close()
      begun.mockRestore()
    }
  })

  it('is bound to its place, and not read where it was changed', async () => {
    await held.put(wholeOf(1), 1)
    await held.put(wholeOf(2), 2)
    const one = await database.pieces.get(`c/${idOf(1)}/path`)
    const two = await database.pieces.get(`c/${idOf(2)}/path`)
    if (!one || !two) throw new Error('not there')
    await database.pieces.put({ ...two, sealed: one.sealed })
    expect(await held.part(idOf(2), 'path')).toBeUndefined()
  })

  it('lets go of what was used longest ago, the starred last, and never of what a change waits for', async () => {
    for (const n of [1, 2, 3, 4]) await held.put(wholeOf(n, { starred: n === 1 }), n)
    const [row] = await held.rows()
    const one = row?.size ?? 0
    await held.use(idOf(2), 100)
    expect(await held.makeRoom(one * 2.5, new Set([idOf(3)]))).toEqual([idOf(4), idOf(2)])
    expect(await held.part(idOf(2), 'path')).toBeUndefined()
    expect((await held.rows()).map(({ id }) => id).sort()).toEqual([idOf(1), idOf(3)])
    expect(await held.makeRoom(one * 1.5, new Set())).toEqual([idOf(3)])
  })
})

describe('what is held answers', () => {
  it('listings by filters and page by page, each of them once', async () => {
    for (const n of [1, 2, 3, 4, 5]) await held.put(wholeOf(n, { archived: n === 5, models: [n % 2 ? 'Odd' : 'even'] }), n)
    const all: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = conversations['conversations.list'].output.parse(
        await answer(conversations['conversations.list'], { archived: false, limit: 3, ...(cursor ? { cursor } : {}) }),
      )
      all.push(...page.items.map(({ title }) => title ?? ''))
      cursor = page.next
    }
    expect(all).toEqual(['Title 4', 'Title 3', 'Title 2', 'Title 1'])
    const odd = await answer(conversations['conversations.list'], { model: ['odd'] })
    expect(odd).toMatchObject({ items: [{ title: 'Title 5' }, { title: 'Title 3' }, { title: 'Title 1' }] })
  })

  it('units of the path that is held, and of no other', async () => {
    await held.put(wholeOf(1), 1)
    const units = await answer(conversations['conversations.units'], { conversation: idOf(1), at: 0, limit: 40 })
    expect(units).toMatchObject({ total: 1, offset: 0, next: null, items: [{ text: 'secret words of 1' }] })
    const elsewhere = `${idOf(1)}-${'c'.repeat(13)}`
    await expect(answer(conversations['conversations.units'], { conversation: idOf(1), leaf: elsewhere })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(answer(conversations['conversations.units'], { conversation: idOf(2) })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  it('what is looked for in titles and messages, in the contract’s own shape', async () => {
    for (const n of [1, 2]) await held.put(wholeOf(n, {}, n === 1 ? 'the needle' : 'hay'), n)
    const hits = search['search.find'].output.parse(await answer(search['search.find'], { q: 'need' }))
    expect(hits).toMatchObject({
      total: 1,
      items: [{ kind: 'message', unit: `${messageOf(1)}-0`, snippet: { text: 'the needle' } }],
    })
    const titles = search['search.find'].output.parse(await answer(search['search.find'], { q: 'title', kind: ['title'] }))
    expect(titles.total).toBe(2)
  })
})
