import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import type { Conversation } from '../contract/content.ts'

describe('a conversation as it is shown', () => {
  it('has the provider’s own ids and what it says beside, however much', async () => {
    await using store = await testStore()
    const extra = { gizmo: 'g-1', nested: { safe: ['a'] }, long: 'x'.repeat(400_000) }
    const given: Conversation = {
      source: 'chatgpt',
      key: 'c-1',
      extra,
      messages: [
        { id: 'first one', parent: null, role: 'user', parts: [{ type: 'text', text: 'a' }], extra: { weight: 1 } },
        { id: 'second', parent: 'first one', role: 'assistant', parts: [{ type: 'text', text: 'b' }] },
      ],
    }
    const plain: Conversation = { source: 'grok', key: 'g', messages: [] }
    await store.import([given, plain])
    const id = store.idOf(given)
    expect(await store.call('conversations.get', { conversation: id })).toMatchObject({ key: 'c-1', extra })
    expect(await store.call('conversations.get', { conversation: store.idOf(plain) })).not.toHaveProperty('extra')
    const { items } = await store.call('conversations.messages', { conversation: id })
    expect(items.map(({ key, extra }) => [key, extra])).toEqual([
      ['first one', { weight: 1 }],
      ['second', undefined],
    ])
    expect(await store.call('messages.get', { message: items[1]?.id })).toMatchObject({ key: 'second' })
  })
})
