/** Single cases of taking in: doubles, races, and what is too large or too deep. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sourceOf } from '../../tests/kit/exports.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Conversation, Json, Message } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import { blobIdOf } from '../crypto/blob-id.ts'
import { verifyLog } from '../log/verify.ts'
import { createIntake } from './intake.ts'

const message = (id: string, text: string, fields: Partial<Message> = {}): Message => ({
  id,
  parent: null,
  role: 'user',
  time: 1700000000000,
  parts: [{ type: 'text', text }],
  ...fields,
})
const conversation = (key: string, messages: Message[], fields: Partial<Conversation> = {}): Conversation => ({
  source: 'chatgpt',
  key,
  title: `About ${key}`,
  updated: 1700000000000,
  messages,
  ...fields,
})
const textsOf = async (store: TestStore, key: string): Promise<string[]> => {
  const tree = await store.library.tree(await store.library.find(store.account, store.idOf({ source: 'chatgpt', key })))
  return (await store.library.messages(tree, tree.entries)).map(({ parts }) => (parts[0]?.type === 'text' ? parts[0].text : ''))
}
const sound = async (store: TestStore): Promise<void> => {
  const { problems } = await verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)
  expect(problems).toEqual([])
  const before = [await dumpRows(store), await dumpShown(store)]
  await store.rebuild()
  expect([await dumpRows(store), await dumpShown(store)]).toEqual(before)
}

describe('taking in', () => {
  it('compares a conversation that comes twice in one export with itself', async () => {
    const store = await testStore()
    const first = conversation('a', [message('1', 'one')])
    const grown = conversation('a', [message('1', 'one'), message('2', 'two', { parent: '1' })], { updated: 1700000001000 })
    const { counts } = await store.import([first, first, grown, first])
    expect(counts).toEqual({ conversations: { imported: 1, updated: 0, unchanged: 0 }, added: 2, documents: 0 })
    expect(await textsOf(store, 'a')).toEqual(['one', 'two'])
    await sound(store)
  })

  it('orders exports that say the same time of change by the moment as of which they speak', async () => {
    const as = (asOf: number, title: string) => conversation('a', [message('1', 'one')], { title, asOf: 1700000000000 + asOf })
    const [first, renamed, back] = [as(1, 'First'), as(2, 'Renamed'), as(3, 'First')]
    for (const order of [
      [first, renamed, back],
      [first, back, renamed],
      [renamed, first, back],
      [renamed, back, first],
      [back, first, renamed],
      [back, renamed, first],
    ]) {
      const store = await testStore()
      for (const one of order) await store.import([one])
      const shown = await store.call('conversations.get', { conversation: store.idOf({ source: 'chatgpt', key: 'a' }) })
      expect(shown).toMatchObject({ title: 'First', updated: 1700000000000 })
      await sound(store)
    }
  })

  it('ends on the text of the latest export where it is that of the earliest again', async () => {
    const at = (second: number, text: string) =>
      conversation('a', [message('1', text)], { updated: 1700000000000 + second * 1000 })
    const [first, changed, back] = [at(1, 'A'), at(2, 'B'), at(3, 'A')]
    // first, back, changed is the order in which nothing says that the latest held the text (PROTOCOL.md, Merging)
    for (const order of [
      [first, changed, back],
      [changed, first, back],
      [changed, back, first],
      [back, first, changed],
      [back, changed, first],
    ]) {
      const store = await testStore()
      for (const one of order) await store.import([one])
      expect(await textsOf(store, 'a')).toEqual(['A'])
      await sound(store)
    }
    // and where the provider says no time, the last import stands
    const store = await testStore()
    for (const text of ['A', 'B', 'A']) await store.import([at(0, text)])
    expect(await textsOf(store, 'a')).toEqual(['A'])
    await sound(store)
  })

  it('compares again what something else changed meanwhile', async () => {
    const store = await testStore()
    const id = store.idOf({ source: 'chatgpt', key: 'a' })
    await store.import([conversation('a', [message('1', 'one')])])
    const parts = store.intakeParts(store.random(16))
    let appends = 0
    const { append } = store.writer
    const intake = createIntake({
      ...parts,
      writer: {
        reserve: parts.writer.reserve,
        async append(account, changes) {
          // between comparing and storing, twice: a person's edit
          if (appends++ < 2) await store.call('conversations.edit', { conversation: id, title: `Edit ${appends}` })
          return append(account, changes)
        },
      },
    })
    await intake.add(conversation('a', [message('1', 'one'), message('2', 'two')], { updated: 1700000002000, title: 'Theirs' }))
    await intake.add(conversation('b', [message('1', 'other')]))
    await intake.flush()
    expect(appends).toBeGreaterThan(2)
    expect(await intake.counts()).toMatchObject({ conversations: { imported: 1, updated: 1 } })
    expect(await textsOf(store, 'a')).toEqual(['one', 'two'])
    expect((await store.call('conversations.get', { conversation: id })).title).toBe('Edit 2')
    expect(await textsOf(store, 'b')).toEqual(['other'])
    await sound(store)
  })

  it('shows again what was undone between looking and vouching', async () => {
    const store = await testStore()
    const one = conversation('a', [message('1', 'one')])
    const first = await store.import([one])
    const intake = createIntake(store.intakeParts(store.random(16)))
    await intake.add(one)
    await store.undo(first.id)
    await expect(textsOf(store, 'a')).rejects.toMatchObject({ code: 'not-found' })
    await intake.flush()
    expect(await textsOf(store, 'a')).toEqual(['one'])
    await sound(store)
  })

  it('leaves nothing shown of an import that was undone before its last batch came', async () => {
    const store = await testStore()
    const importId = store.random(16)
    const intake = createIntake(store.intakeParts(importId))
    await intake.add(conversation('a', [message('1', 'one')]))
    await store.undo(importId)
    await intake.flush()
    await expect(textsOf(store, 'a')).rejects.toMatchObject({ code: 'not-found' })
    expect((await store.call('search.find', { q: 'one' })).items).toEqual([])
    await store.import([conversation('a', [message('1', 'one')])])
    expect(await textsOf(store, 'a')).toEqual(['one'])
    await sound(store)
  })

  it('stops at the first failure that is not a conversation’s', async () => {
    const store = await testStore()
    const parts = store.intakeParts(store.random(16))
    const intake = createIntake({
      ...parts,
      writer: { reserve: parts.writer.reserve, append: () => Promise.reject(new VivimError('storage-full')) },
    })
    await intake.add(conversation('a', [message('1', 'one')]))
    await expect(intake.flush()).rejects.toMatchObject({ code: 'storage-full' })
    await expect(intake.add(conversation('b', []))).rejects.toMatchObject({ code: 'storage-full' })
    await intake.abandon()
  })

  it('keeps messages, fields beside and pictures that are too large for a chunk, whole', async () => {
    const store = await testStore()
    const large = 'quince '.repeat(60_000)
    const pictures = Array.from({ length: 3000 }, (_, n) => ({
      type: 'attachment' as const,
      kind: 'image' as const,
      name: `${n}.png`,
      mime: 'image/png',
      pointer: `file-service://file-${n}-${'x'.repeat(40)}`,
      blob: blobIdOf(createHash('sha256').update(String(n)).digest()),
    }))
    const given = conversation('a', [message('1', large), message('2', 'small'), message('3', 'pictures', { parts: pictures })], {
      extra: { big: 'y'.repeat(50_000) },
    })
    await store.import([given])
    const tree = await store.library.tree(await store.library.find(store.account, store.idOf(given)))
    expect(await store.library.messages(tree, tree.entries)).toEqual(given.messages)
    expect(await store.library.extra(tree)).toEqual(given.extra)
    expect((await store.call('search.find', { q: 'quince' })).items).toHaveLength(1)
    const again = await store.import([given])
    expect(again.counts.conversations).toEqual({ imported: 0, updated: 0, unchanged: 1 })
    await sound(store)
  })

  it('keeps a conversation of more than a thousand parts’ size in one event', async () => {
    const store = await testStore()
    const messages = Array.from({ length: 900 }, (_, n) => message(String(n), `${n} ${'medlar '.repeat(6000)}`))
    const { counts } = await store.import([conversation('a', messages), conversation('b', [message('1', 'one')])])
    expect(counts).toMatchObject({ conversations: { imported: 2 }, added: 901 })
    expect((await textsOf(store, 'a')).length).toBe(900)
    const parts = await store.reader.get<{ parts: number }>('SELECT max(part) + 1 AS parts FROM chunk')
    expect(parts?.parts).toBeLessThanOrEqual(1000)
  })

  it('keeps odd times, numbers and half characters, and calls them unchanged when they come again', async () => {
    const store = await testStore()
    const odd = conversation(
      'a',
      [
        message('1', 'half \ud83d', {
          time: 12.5,
          updated: -3,
          extra: { huge: Number.POSITIVE_INFINITY, __proto__x: 1, ['__proto__']: { a: 1 } },
        }),
      ],
      {
        title: 'cut \ud83d',
        created: -5,
        updated: 1700000000000.7,
        tags: ['t', 't'],
        project: { name: 'n', id: 'i' },
      },
    )
    await store.import([odd])
    const detail = await store.call('conversations.get', { conversation: store.idOf(odd) })
    expect(detail).toMatchObject({ title: 'cut \ufffd', created: null, updated: 1700000000000, tags: ['t'] })
    expect(await textsOf(store, 'a')).toEqual(['half \ufffd'])
    expect((await store.import([odd])).counts.conversations.unchanged).toBe(1)
    await store.rebuild()
    expect((await store.import([odd])).counts.conversations.unchanged).toBe(1)
    await sound(store)
  })
})

describe('an import', () => {
  const nested = (levels: number): Json => {
    let value: Json = 'deep'
    for (let n = 0; n < levels; n++) value = [value]
    return value
  }
  const entry = (id: string, text: string, metadata: Record<string, Json> = {}, parent: string | null = null) => ({
    conversation_id: id,
    title: id,
    create_time: 1700000000,
    update_time: 1700000000,
    mapping: {
      m: {
        id: 'm',
        parent,
        children: [],
        message: {
          id: 'm',
          author: { role: 'user' },
          create_time: 1700000000,
          content: { content_type: 'text', parts: [text] },
          metadata,
        },
      },
    },
  })

  it('reports a conversation that cannot be kept, and goes on', async () => {
    const store = await testStore()
    const { report } = await store.run(
      sourceOf({
        'conversations.json': [
          entry('a', 'one'),
          entry('deep', 'two', { data: nested(3000) }),
          entry('long', 'x', {}),
          entry('b', 'three'),
        ].map((one, n) => (n === 2 ? { ...one, title: 'x'.repeat(400_000) } : one)),
      }),
    )
    expect(report.conversations).toMatchObject({ imported: 2, unreadableTotal: 2 })
    expect(report.conversations.unreadable).toEqual([
      {
        ref: 'conversations.json #2 “deep”',
        reason: 'in its message 1, data nests deeper than 500 levels',
        code: 'message-deep',
        params: { message: 1, levels: 500 },
      },
      {
        ref: expect.stringMatching(/^conversations.json #3 “x+…”$/),
        reason: 'a name or title in it is too long to keep',
        code: 'long-name',
      },
    ])
    expect(report.messages).toMatchObject({ total: 2, added: 2 })
    await sound(store)
  })

  it('says what it put right, and where', async () => {
    const store = await testStore()
    const { report } = await store.run(
      sourceOf({ 'conversations.json': [entry('a', 'one', {}, 'gone'), entry('b', 'two', {}, 'client-created-root')] }),
    )
    expect(report.warnings).toEqual([
      {
        ref: 'conversations.json #1 “a”',
        reason: 'message m answers one that is not there; it begins a thread of its own',
        code: 'orphan',
        params: { message: 'm' },
      },
    ])
    const many = Array.from({ length: 150 }, (_, n) => entry(`c${n}`, 'x', {}, 'gone'))
    expect((await store.run(sourceOf({ 'conversations.json': many }))).report.warnings).toHaveLength(100)
  })
})
