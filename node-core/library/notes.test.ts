import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { mergeUpdates, rewrite, textIn } from './notes.ts'

const together = (updates: readonly Uint8Array[]): Uint8Array => updates.reduce((a, b) => mergeUpdates(a, b))

describe('a long note', () => {
  it('is written in updates that each fit into a part, and comes back whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'é', '語', '👩‍💻', '\ud83d\udd25'), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 3 }),
        (letters, shift) => {
          const text = `${'x'.repeat(shift)}${letters.join('').repeat(Math.ceil(100_000 / letters.join('').length))}`
          const updates = rewrite(undefined, text, 7)
          for (const update of updates) expect(update.length).toBeLessThan(250 * 1024)
          expect(textIn(together(updates))).toBe(text)
          const before = together(updates)
          const changed = `start ${[...text].slice(10).join('')} end`
          expect(textIn(together([before, ...rewrite(before, changed, 8)]))).toBe(changed)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('of the longest kind is taken in any script, changed, and found', async () => {
    const store = await testStore()
    const text = `${'語'.repeat(99_990)}薔薇園`
    const note = await store.call('notes.create', { text })
    expect(note.text).toBe(text)
    const changed = `${'木'.repeat(99_990)}向日葵`
    expect((await store.call('notes.update', { note: note.id, text: changed, revision: note.revision })).text).toBe(changed)
    const found = async (q: string) => (await store.call('search.find', { q })).items.map((item) => item.note)
    expect(await found('向日葵')).toEqual([note.id])
    expect(await found('薔薇園')).toEqual([])
    await store.rebuild()
    expect((await store.call('notes.get', { note: note.id })).text).toBe(changed)
    await store.call('notes.delete', { note: note.id })
    expect(await found('向日葵')).toEqual([])
  })
})
