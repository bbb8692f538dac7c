import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import type { Conversation } from '../contract/content.ts'
import { type ConversationId, toBase32 } from '../contract/ids.ts'
import { conversationIdFor } from '../library/ids.ts'
import type { PersonalRecord } from '../ports/intake.ts'
import { createIntake } from './intake.ts'

const conversation: Conversation = {
  source: 'claude',
  key: 'one',
  title: 'As imported',
  messages: [{ id: 'm', parent: null, role: 'user', time: 1000, parts: [{ type: 'text', text: 'Hello there' }] }],
}
const record: PersonalRecord = {
  conversation: { source: 'claude', key: 'one' },
  edits: { title: 'From the old export' },
  tags: [{ tag: 'old' }, { message: 'm', unit: 0, tag: 'unit' }],
  notes: [{ id: 'aaaaaaaaaaaaaaaaaaaaaaaaaa', message: 'm', text: 'A note of then' }],
}

async function opened() {
  const store = await testStore()
  await store.import([conversation])
  const id = toBase32(conversationIdFor(store.account.did, 'claude', 'one')) as ConversationId
  const again = async () => {
    const intake = createIntake(store.intakeParts(store.random(16)))
    await intake.personal(record)
    await intake.flush()
  }
  return { store, id, again }
}

describe('what a person had said, imported again', () => {
  it('comes back where nothing was said here', async () => {
    const { store, id, again } = await opened()
    await again()
    const found = await store.call('conversations.get', { conversation: id })
    expect(found).toMatchObject({ title: 'From the old export', tags: ['old'], edited: { title: true } })
    expect((await store.call('notes.list', { target: id })).items.map((note) => note.text)).toEqual(['A note of then'])
    const before = store.commits()
    await again()
    expect(store.commits()).toBe(before)
  })

  it('takes nothing back that was decided since', async () => {
    const { store, id, again } = await opened()
    await again()
    await store.call('conversations.edit', { conversation: id, title: 'Newer' })
    await store.call('tags.remove', { target: id, tag: 'old' })
    const [note] = (await store.call('notes.list', { target: id })).items
    if (!note) throw new Error('no note')
    await store.call('notes.delete', { note: note.id })
    await again()
    expect(await store.call('conversations.get', { conversation: id })).toMatchObject({ title: 'Newer', tags: [] })
    expect((await store.call('notes.list', { target: id })).items).toEqual([])
  })
})
