import { expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Conversation } from '../contract/content.ts'
import { toBase32 } from '../contract/ids.ts'

const conversation = (key: string, title: string, text: string): Conversation => ({
  source: 'chatgpt',
  key,
  title,
  updated: 1700000000000,
  messages: [
    { id: `${key}1`, parent: null, role: 'user', time: 1700000000000, parts: [{ type: 'text', text }] },
    { id: `${key}2`, parent: `${key}1`, role: 'assistant', time: 1700000001000, parts: [{ type: 'text', text: `Yes: ${text}` }] },
  ],
})
const found = async (store: TestStore, input: object): Promise<string[]> =>
  (await store.call('search.find', { q: 'quince', ...input })).items
    .map(({ conversation: about, kind, role }) => [about?.title ?? 'alone', role ?? kind].join(' '))
    .sort()

it('finds titles, messages or notes alone, and within what the library filters by', async () => {
  const store = await testStore()
  const first = conversation('a', 'Quince jam', 'How long does quince boil?')
  const { id } = await store.import([first])
  await store.import([conversation('b', 'Medlars', 'Or is it a quince?')])
  await store.call('notes.create', { text: 'Buy quince.' })

  const all = ['Medlars assistant', 'Medlars user', 'Quince jam assistant', 'Quince jam title', 'Quince jam user', 'alone note']
  expect(await found(store, {})).toEqual(all)
  expect(await found(store, { kind: ['title'] })).toEqual(['Quince jam title'])
  expect(await found(store, { kind: ['note', 'title'] })).toEqual(['Quince jam title', 'alone note'])
  expect(await found(store, { role: ['user'] })).toEqual(['Medlars user', 'Quince jam user'])
  expect(await found(store, { kind: ['message', 'note'], role: ['user'] })).toEqual([
    'Medlars user',
    'Quince jam user',
    'alone note',
  ])

  await store.call('conversations.edit', { conversation: store.idOf(first), starred: true })
  const jam = ['Quince jam assistant', 'Quince jam title', 'Quince jam user']
  expect(await found(store, { starred: true })).toEqual(jam)
  expect(await found(store, { archived: true })).toEqual([])
  expect(await found(store, { archived: false, import: toBase32(id) })).toEqual(jam)
})
