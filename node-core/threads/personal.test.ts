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

  it('keeps when notes were written, where a file says a time that can be', async () => {
    const { store, id } = await opened()
    const intake = createIntake(store.intakeParts(store.random(16)))
    const now = store.clock.now()
    const of = (letter: string, times: { created?: number; updated?: number }) => ({
      id: letter.repeat(26),
      text: letter,
      ...times,
    })
    await intake.personal({
      conversation: { source: 'claude', key: 'one' },
      tags: [],
      notes: [
        of('a', { created: 1000, updated: 2000 }),
        of('e', { created: now + 1e9, updated: now + 1e9 }),
        of('i', { created: -5, updated: 0.5 }),
        of('m', {}),
      ],
    })
    const times = async () =>
      Object.fromEntries(
        (await store.call('notes.list', { target: id })).items.map(({ text, created, updated }) => [text, [created, updated]]),
      )
    const expected = { a: [1000, 2000], e: [now, now], i: [now, now], m: [now, now] }
    expect(await times()).toEqual(expected)
    await store.rebuild()
    expect(await times()).toEqual(expected)
    store.clock.advance(5000)
    const [note] = (await store.call('notes.list', { target: id })).items.filter(({ text }) => text === 'a')
    if (note) await store.call('notes.update', { note: note.id, text: 'a' })
    expect((await times())['a']).toEqual([1000, store.clock.now()])
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
