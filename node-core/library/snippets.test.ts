import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { opened } from '../../tests/kit/exported.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { longestSnippet } from '../contract/api/snippets.ts'
import { toBase32 } from '../contract/ids.ts'
import { exportHandlers } from './export.ts'

let store: TestStore
beforeEach(async () => {
  store = await testStore()
})
afterEach(() => store[Symbol.asyncDispose]())

const textOf = async (conversation: string) => {
  const { items } = await store.call('conversations.messages', { conversation })
  return items.map(({ role, parts }) => ({ role, parts }))
}

describe('a snippet', () => {
  it('is a conversation of one message by the person, found, tagged, listed, and deleted like any other', async () => {
    const text = 'The shuttle needs **new bobbins** before Friday.\n'
    const kept = await store.call('library.capture', { text, title: 'Errands', tags: ['loom', 'shopping'] })
    expect(kept).toMatchObject({
      source: 'vivim',
      title: 'Errands',
      messages: 1,
      tags: ['loom', 'shopping'],
      created: store.clock.now(),
    })
    expect(await textOf(kept.id)).toEqual([{ role: 'user', parts: [{ type: 'text', text }] }])
    const found = await store.call('search.find', { q: 'bobbins' })
    expect(found.items.map(({ conversation }) => conversation?.id)).toEqual([kept.id])
    expect((await store.call('conversations.list', { tag: ['shopping'] })).items.map(({ id }) => id)).toEqual([kept.id])
    // no import brought it
    expect(await store.call('conversations.get', { conversation: kept.id })).toMatchObject({ imports: [], kind: null })
    expect(await store.events()).toEqual([
      'account.created',
      'device.granted',
      'library.conversations-imported',
      'library.tagged',
      'library.tagged',
    ])
    await store.rebuild()
    expect(await store.call('conversations.list', {})).toMatchObject({ items: [{ ...kept, tags: kept.tags }] })
    await store.call('conversations.delete', { conversation: kept.id })
    expect((await store.call('search.find', { q: 'bobbins' })).total).toBe(0)
  })

  it('is kept once, however often it is sent under one key, and not again once it was deleted', async () => {
    const key = toBase32(store.random(16))
    const first = await store.call('library.capture', { text: 'once', key })
    const events = await store.events()
    expect(await store.call('library.capture', { text: 'once', key })).toEqual(first)
    expect(await store.events()).toEqual(events)
    const other = await store.call('library.capture', { text: 'once' })
    expect(other.id).not.toBe(first.id)
    await store.call('conversations.delete', { conversation: first.id })
    await expect(store.call('library.capture', { text: 'once', key })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('goes into an export and comes back as it was', async () => {
    const kept = await store.call('library.capture', { text: 'a *snippet*', title: 'Errands', tags: ['loom'] })
    await store.call('library.capture', { text: 'without a title' })
    const { library, accountOf, blobs, clock, account } = store
    const call = { caller: 'local' as const, account: account.did, capabilities: [], signal: new AbortController().signal }
    const download = await exportHandlers({ library, accountOf, blobs, clock })['export.get']({}, call)
    const pieces: Uint8Array[] = []
    for await (const piece of download.open(undefined, call.signal)) pieces.push(piece)
    const other = await testStore({ seed: 2 })
    const { report } = await other.run(await opened(Buffer.concat(pieces)))
    expect(report.conversations).toMatchObject({ imported: 2, unreadable: [] })
    const shape = async ({ call }: TestStore) =>
      (await call('conversations.list', {})).items.map(({ id: _, ...rest }) => JSON.stringify(rest)).sort()
    expect(await shape(other)).toEqual(await shape(store))
    // here it is there already
    expect((await store.run(await opened(Buffer.concat(pieces)))).report.conversations).toMatchObject({
      imported: 0,
      unchanged: 2,
    })
    expect(kept.title).toBe('Errands')
    await other[Symbol.asyncDispose]()
  })

  it('refuses what is empty or too long', async () => {
    for (const input of [{ text: '' }, { text: ' \n\t' }, { text: 'x'.repeat(longestSnippet + 1) }, { text: 'a', key: 'short' }])
      await expect(store.call('library.capture', input)).rejects.toMatchObject({ code: 'bad-request' })
    // three bytes a character: it still fits
    expect(await store.call('library.capture', { text: '語'.repeat(longestSnippet) })).toMatchObject({ messages: 1 })
  })

  it('says what was written, character by character, whatever that is', async () => {
    const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }).filter((text) => text.trim() !== '')
    await fc.assert(
      fc.asyncProperty(any, fc.option(any, { nil: undefined }), async (text, title) => {
        const kept = await store.call('library.capture', { text, ...(title === undefined ? {} : { title }) })
        expect(await textOf(kept.id)).toEqual([{ role: 'user', parts: [{ type: 'text', text: text.toWellFormed() }] }])
      }),
      { numRuns: 20 },
    )
  })
})
