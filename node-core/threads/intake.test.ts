import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { makeExport, readAll } from '../../tests/kit/exports.ts'
import { dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { detectFormat } from '../imports/formats/index.ts'
import { verifyLog } from '../log/verify.ts'

const formats = [
  'chatgpt',
  'chatgpt-sharded',
  'chatgpt-json',
  'chatgpt-nested',
  'claude',
  'claude-parts',
  'gemini',
  'gemini-html',
  'claude-code',
  'codex',
  'openwebui',
  'librechat',
  'deepseek',
  'grok',
  'copilot',
  'lechat',
  'lmstudio',
  'jan',
]
const kept = async (store: TestStore) => (await store.events()).filter((type) => type.startsWith('library.'))

describe.each(formats)('%s', (name) => {
  it.each([1, 2, 3])('is reported as it is, again as unchanged, later as what changed; seed %i', async (seed) => {
    const store = await testStore()
    const { source, truth } = await makeExport(name, { seed, conversations: 8 })
    const format = await detectFormat(source)
    const first = (await store.run(source)).report
    const inside = name.startsWith('chatgpt') && name !== 'chatgpt-json'
    const read = await readAll(format, source)
    const conversations = truth.conversations ?? read.conversations.length
    expect(first.conversations).toMatchObject({
      imported: conversations,
      updated: 0,
      unchanged: 0,
      unreadableTotal: truth.unreadableConversations,
    })
    expect(first.conversations.unreadable).toHaveLength(truth.unreadableConversations)
    expect(first.messages).toEqual({
      total: truth.messages,
      added: truth.messages,
      alreadyHad: 0,
      branches: truth.branchMessages,
      hidden: truth.hiddenMessages,
      unknownTypes: 0,
    })
    expect(first.attachments).toEqual(inside ? { stored: truth.images, missing: 0 } : { stored: 0, missing: truth.images })
    expect(first.documents).toBe(read.documents.length)
    expect(first.warnings).toEqual([])
    // what is stored is what was read
    for (const conversation of [...read.conversations, ...read.documents]) {
      const shown = await store.library.tree(await store.library.find(store.account, store.idOf(conversation)))
      const messages = await store.library.messages(shown, shown.entries)
      const plain = (one: object) => JSON.parse(JSON.stringify(one).replaceAll(/"blob":"[^"]*"/g, '"blob":"b"'))
      expect(messages.map(plain)).toEqual(conversation.messages.map(plain))
      expect(await store.library.extra(shown)).toEqual(conversation.extra)
    }

    const events = await kept(store)
    const again = (await store.run(source)).report
    expect(again.conversations).toMatchObject({ imported: 0, updated: 0, unchanged: conversations })
    expect(again.messages).toMatchObject({ total: truth.messages, added: 0, alreadyHad: truth.messages })
    expect(await kept(store)).toEqual(events)

    const later = await makeExport(name, { seed, conversations: 8, revise: true })
    const earlier = new Map(read.conversations.map((one) => [one.key, one]))
    const expected = { imported: 0, updated: 0, unchanged: 0 }
    // renamed in a format that says no time: nothing tells which of two exports is the later one
    let undecided = 0
    for (const one of (await readAll(format, later.source)).conversations) {
      const before = earlier.get(one.key)
      const same = before !== undefined && isDeepStrictEqual(before, one)
      expected[!before ? 'imported' : same ? 'unchanged' : 'updated']++
      if (before && !same && one.updated === undefined && one.messages.length === before.messages.length) undecided++
    }
    const revised = (await store.run(later.source)).report
    expect(revised.conversations).toMatchObject(expected)
    expect(revised.messages.total).toBe(later.truth.messages)
    const shown = await dumpShown(store)
    const old = (await store.run(source)).report
    expect(old.conversations).toMatchObject({ imported: 0, updated: undecided, unchanged: conversations - undecided })
    expect(old.messages.added).toBe(0)
    const brought = <T extends { shown: { detail: { imports: unknown } }[] }>(dump: T): T => ({
      ...dump,
      shown: dump.shown.map((one) => ({ ...one, detail: { ...one.detail, imports: [] } })),
    })
    if (undecided === 0) expect(brought(await dumpShown(store))).toEqual(brought(shown))
    // and what is said again is not said a third time
    const said = await kept(store)
    await store.run(source)
    expect(await kept(store)).toEqual(said)
    expect((await verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)).problems).toEqual([])
    await store[Symbol.asyncDispose]()
  })
})
