import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { type Conversation, longestTag } from '../contract/content.ts'
import { distinctTags, foldedTag } from './taggings.ts'

const conversation = (key: string, tags: string[] = []): Conversation => ({
  source: 'chatgpt',
  key,
  tags,
  messages: [{ id: 'm', parent: null, role: 'user', parts: [{ type: 'text', text: 'words' }] }],
})
async function filled(...given: Conversation[]): Promise<{ store: TestStore; ids: ReturnType<TestStore['idOf']>[] }> {
  const store = await testStore()
  await store.import(given)
  return { store, ids: given.map((one) => store.idOf(one)) }
}

describe('a tag', () => {
  it('is answered with the time that is stored', async () => {
    const { store, ids } = await filled(conversation('a'))
    await using _ = store
    store.clock.advance(1)
    const added = await store.call('tags.add', { target: ids[0], tag: 'fruit' })
    expect((await store.call('tags.list', { target: ids[0] })).items).toEqual([added])
    // the log’s clock never goes back, whatever the machine’s does
    store.clock.advance(-60_000)
    const again = await store.call('tags.add', { target: ids[0], tag: 'fruit' })
    expect(again.time).toBeGreaterThanOrEqual(added.time)
    expect((await store.call('tags.list', {})).items).toEqual([again])
  })

  it('has a name that an event can hold, and no longer one', async () => {
    const { store, ids } = await filled(conversation('a'))
    await using _ = store
    const add = (tag: string) => store.call('tags.add', { target: ids[0], tag })
    expect(await add('x'.repeat(longestTag))).toMatchObject({ tag: 'x'.repeat(longestTag) })
    await expect(add('x'.repeat(longestTag + 1))).rejects.toMatchObject({ code: 'bad-request' })
    await expect(add('  ')).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('is the same in another case, and looks as it was written last', async () => {
    const { store, ids } = await filled(conversation('a'), conversation('b', ['bread', 'Rye']))
    await using _ = store
    const [a, b] = ids
    for (const tag of ['Bread', 'BREAD', 'Cafe\u0301']) await store.call('tags.add', { target: a, tag })
    const tagsOf = async (id: typeof a) => (await store.call('conversations.get', { conversation: id })).tags
    expect(await tagsOf(a)).toEqual(['BREAD', 'Cafe\u0301'])
    await store.call('tags.add', { target: b, tag: 'rye' })
    expect(await tagsOf(b)).toEqual(['bread', 'rye'])

    const listed = async (tag: string) => (await store.call('conversations.list', { tag: [tag] })).items.map(({ id }) => id)
    for (const tag of ['bread', 'Bread', 'bReAD']) {
      expect((await listed(tag)).sort()).toEqual([a, b].sort())
      expect((await store.call('tags.list', { tag })).items.map((one) => one.tag)).toEqual(['BREAD'])
      expect((await store.call('tags.list', { tag, target: a })).items).toHaveLength(1)
      expect((await store.call('search.find', { q: 'words', tag: [tag] })).items).toHaveLength(2)
    }
    expect(await listed('CAFÉ')).toEqual([a])
    expect((await store.call('facets.get', {})).tags).toEqual([
      { value: 'BREAD', count: 2 },
      { value: 'Cafe\u0301', count: 1 },
      { value: 'Rye', count: 1 },
    ])

    await store.call('tags.remove', { target: a, tag: 'bread' })
    expect(await tagsOf(a)).toEqual(['Cafe\u0301'])
    await store.rebuild()
    expect(await tagsOf(a)).toEqual(['Cafe\u0301'])
    expect(await listed('BREAD')).toEqual([b])
  })

  it('is kept once of those that fold alike (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 8 }), (tags) => {
        const kept = distinctTags(tags)
        expect(new Set(kept.map(foldedTag)).size).toBe(kept.length)
        expect(new Set(kept.map(foldedTag))).toEqual(new Set(tags.map(foldedTag)))
        for (const tag of tags) expect(foldedTag(foldedTag(tag))).toBe(foldedTag(tag))
      }),
    )
  })
})
