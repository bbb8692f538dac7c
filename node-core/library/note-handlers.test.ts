import { expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { type ConversationId, toBase32, unitIdOf } from '../contract/ids.ts'
import { conversationIdFor } from './ids.ts'

it('lists the tags of one target, and with “within” those inside it', async () => {
  const store = await testStore()
  await store.import([
    {
      source: 'claude',
      key: 'one',
      messages: [
        { id: 'a', parent: null, role: 'user', time: 1000, parts: [{ type: 'text', text: 'One\n\nTwo' }] },
        { id: 'b', parent: 'a', role: 'assistant', time: 2000, parts: [{ type: 'text', text: 'Three' }] },
      ],
    },
  ])
  const conversation = toBase32(conversationIdFor(store.account.did, 'claude', 'one')) as ConversationId
  const [first, , third] = (await store.call('conversations.units', { conversation, limit: 10 })).items
  if (!first || !third) throw new Error('The units are missing.')
  const tagged = { conversation, message: first.message, unit: unitIdOf(first.message, 1), other: third.id }
  for (const [tag, target] of Object.entries(tagged)) await store.call('tags.add', { target, tag })
  const tags = async (input: { target: (typeof tagged)[keyof typeof tagged]; within?: boolean; tag?: string }) =>
    (await store.call('tags.list', { limit: 100, ...input })).items.map(({ tag }) => tag).sort()

  expect(await tags({ target: conversation })).toEqual(['conversation'])
  expect(await tags({ target: conversation, within: true })).toEqual(['conversation', 'message', 'other', 'unit'])
  expect(await tags({ target: first.message, within: true })).toEqual(['message', 'unit'])
  expect(await tags({ target: first.message })).toEqual(['message'])
  expect(await tags({ target: conversation, within: true, tag: 'unit' })).toEqual(['unit'])
})
