import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doorOf, outboundOf } from '../../tests/kit/in-step.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { ConversationId, UnitId } from '../contract/ids.ts'
import { carried } from '../contract/text-carry.ts'
import { syncOnce, unknownPeer } from '../sync/outbound.ts'
import { createIntake } from '../threads/intake.ts'

const signal = new AbortController().signal
const meet = async (one: TestStore, other: TestStore): Promise<void> => {
  for (let n = 0; n < 2; n++) await syncOnce(outboundOf(one, doorOf(other)), unknownPeer(), signal)
}
const talk = (text: string, updated = 1000) => ({
  source: 'claude' as const,
  key: 'one',
  updated,
  messages: [
    { id: 'a', parent: null, role: 'user' as const, time: 1000, updated, parts: [{ type: 'text' as const, text }] },
    { id: 'b', parent: 'a', role: 'tool' as const, time: 2000, parts: [{ type: 'tool-result' as const, text: 'result' }] },
  ],
})
async function opened(store: TestStore): Promise<{ conversation: ConversationId; unit: UnitId; tool: UnitId }> {
  const conversation = store.idOf(talk(''))
  const { items } = await store.call('conversations.units', { conversation, limit: 10 })
  const [unit, tool] = items
  if (!unit || !tool) throw new Error('no unit')
  return { conversation, unit: unit.id, tool: tool.id }
}
const versions = async (store: TestStore, target: UnitId) => (await store.call('notes.list', { target })).items

describe('a person’s version of a unit', () => {
  it('begins as what is shown, is found, is changed, and gives the original back when it is deleted', async () => {
    const store = await testStore()
    await store.import([talk('Use less yeast.')])
    const { unit, tool } = await opened(store)
    const begun = await store.call('units.edit', { unit })
    expect(begun).toMatchObject({ target: unit, text: 'Use less yeast.', edits: { original: 'Use less yeast.' } })
    const edited = await store.call('units.edit', { unit, text: 'Use less sourdough.' })
    expect(edited).toMatchObject({ id: begun.id, text: 'Use less sourdough.', edits: begun.edits })
    expect((await store.call('search.find', { q: 'sourdough' })).items.map(({ note }) => note)).toEqual([edited.id])
    await store.rebuild()
    expect(await versions(store, unit)).toEqual([edited])
    await store.call('notes.delete', { note: edited.id })
    expect(await versions(store, unit)).toEqual([])
    // it may be changed again
    expect((await store.call('units.edit', { unit, text: 'Again.' })).id).not.toBe(edited.id)
    await expect(store.call('units.edit', { unit: tool, text: 'x' })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('is one text where two devices begin it without each other', async () => {
    const first = await testStore({ seed: 'one' })
    await first.import([talk('Use less yeast.')])
    const second = await secondNode(first, 'two', first.clock)
    const { unit } = await opened(first)
    const one = await first.call('units.edit', { unit, text: 'Now: Use less yeast.' })
    const two = await second.call('units.edit', { unit, text: 'Use less yeast. Really.' })
    expect(one.id).toBe(two.id)
    await meet(second, first)
    for (const store of [first, second])
      expect((await versions(store, unit)).map(({ text }) => text)).toEqual(['Now: Use less yeast. Really.'])
  })

  it('is carried over to a text that an import changed', async () => {
    const store = await testStore()
    await store.import([talk('Use less yeast in it.')])
    const { unit } = await opened(store)
    await store.call('units.edit', { unit, text: 'Use less yeast and salt in it.' })
    await store.import([talk('Always use less yeast in it.', 5000)])
    const { text, edits } = await store.call('units.edit', { unit })
    expect(edits).toEqual({ original: 'Always use less yeast in it.' })
    expect(text).toBe('Always use less yeast and salt in it.')
  })
})

describe('an export', () => {
  it('keeps a person’s version, which is gone on with where it is imported', async () => {
    const store = await testStore()
    await store.import([talk('Use less yeast.')])
    const { unit } = await opened(store)
    const intake = createIntake(store.intakeParts(store.random(16)))
    const edits = { original: 'Use less yeast.' }
    const note = { id: 'a'.repeat(26), message: 'a', unit: 0, text: 'Use no yeast.', edits }
    await intake.personal({ conversation: { source: 'claude', key: 'one' }, tags: [], notes: [note] })
    await intake.flush()
    expect(await versions(store, unit)).toMatchObject([{ id: note.id, text: note.text, edits }])
    expect(await store.call('units.edit', { unit, text: 'Use yeast.' })).toMatchObject({ id: note.id, text: 'Use yeast.', edits })
  })
})

describe('carrying a change over', () => {
  it('keeps both changes where they are apart, and the person’s where they are not', () => {
    expect(carried('one two three', 'one 2 three', 'one two three four')).toBe('one 2 three four')
    expect(carried('one two three', 'one two 3', 'zero one two three')).toBe('zero one two 3')
    expect(carried('one two three', 'one 2 three', 'one TWO three')).toBe('one 2 three')
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '👩‍💻', '語'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, text, (original, edited, now) => {
        expect(carried(original, edited, original)).toBe(edited)
        expect(carried(original, original, now)).toBe(now)
        expect(carried(original, edited, now).isWellFormed()).toBe(true)
      }),
    )
  })
})
