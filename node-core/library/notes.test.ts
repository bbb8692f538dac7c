import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doorOf, outboundOf } from '../../tests/kit/in-step.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { verifyLog } from '../log/verify.ts'
import { syncOnce, unknownPeer } from '../sync/outbound.ts'
import { compactNotes, dropLate } from './compaction.ts'
import { mergeUpdates, rewrite, textIn } from './notes.ts'

const signal = new AbortController().signal
const meet = (one: TestStore, other: TestStore) => syncOnce(outboundOf(one, doorOf(other)), unknownPeer(), signal)

const together = (updates: readonly Uint8Array[]): Uint8Array => updates.reduce((a, b) => mergeUpdates(a, b))

describe('a note written once', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(0xffff_ffff), (text, client) => {
        const [update] = rewrite(undefined, text, client)
        // half a character is none
        expect(textIn(update as Uint8Array)).toBe(Buffer.from(text).toString())
      }),
    )
  })
})

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

describe('a note of many edits', () => {
  const day = 24 * 3600_000
  const chunksOf = async ({ reader, account }: TestStore) =>
    reader.all<{ bytes: number | null }>(
      "SELECT length(k.sealed) AS bytes FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE k.account = ? AND e.type = 'library.note-written'",
      [account.id],
    )

  it('is said again in one part, reads as before, and its log still verifies', async () => {
    const store = await testStore()
    const parts = { reader: store.reader, keysOf: store.keyring.keysOf, append: store.writer.append }
    let note = await store.call('notes.create', { text: 'begin' })
    for (let n = 0; n < 40; n++)
      note = await store.call('notes.update', { note: note.id, text: `${note.text} word${n}`, revision: note.revision })
    expect(await compactNotes(parts, store.account.id, 0, store.clock.now() + day)).toBe(1)
    expect(await store.call('notes.get', { note: note.id })).toEqual(note)
    expect((await chunksOf(store)).filter(({ bytes }) => bytes !== null)).toHaveLength(1)
    expect(await compactNotes(parts, store.account.id, 0, store.clock.now() + day)).toBe(0)
    const verified = async () => verifyLog(store.reader, store.account, store.keys.sealer, signal)
    expect((await verified()).problems).toEqual([])

    await store.rebuild()
    expect(await store.call('notes.get', { note: note.id })).toEqual(note)
    // what was read before may still be changed by one who read it before
    const text = `${note.text} end`
    expect((await store.call('notes.update', { note: note.id, text, revision: note.revision })).text).toBe(text)
    await store.call('notes.delete', { note: note.id })
    expect((await chunksOf(store)).filter(({ bytes }) => bytes !== null)).toEqual([])
    expect((await verified()).problems).toEqual([])
  })

  it('that another device made one part of while this one wrote on holds both', async () => {
    const first = await testStore({ seed: 'one' })
    const note = await first.call('notes.create', { text: 'a' })
    for (let n = 0; n < 40; n++) await first.call('notes.update', { note: note.id, text: `a${'b'.repeat(n + 1)}` })
    const second = await secondNode(first, 'two', first.clock)
    await meet(second, first)
    await second.call('notes.update', { note: note.id, text: `here: a${'b'.repeat(40)}` })
    await compactNotes(
      { reader: first.reader, keysOf: first.keyring.keysOf, append: first.writer.append },
      first.account.id,
      0,
      1e15,
    )
    for (let n = 0; n < 2; n++) await meet(second, first)
    for (const store of [first, second]) {
      expect((await store.call('notes.get', { note: note.id })).text).toBe(`here: a${'b'.repeat(40)}`)
      expect((await chunksOf(store)).filter(({ bytes }) => bytes !== null)).toHaveLength(2)
    }
    expect(await second.call('notes.get', { note: note.id })).toEqual(await first.call('notes.get', { note: note.id }))
  })

  it('leaves nothing where it was deleted on one device while another wrote', async () => {
    const first = await testStore({ seed: 'one' })
    const note = await first.call('notes.create', { text: 'secret' })
    const second = await secondNode(first, 'two', first.clock)
    await meet(second, first)
    await second.call('notes.update', { note: note.id, text: 'secret and more' })
    await first.call('notes.delete', { note: note.id })
    await meet(second, first)
    await meet(second, first)
    for (const store of [first, second])
      await dropLate({ reader: store.reader, keysOf: store.keyring.keysOf, append: store.writer.append }, store.account.id)
    await meet(second, first)
    await meet(second, first)
    for (const store of [first, second]) {
      expect((await chunksOf(store)).filter(({ bytes }) => bytes !== null)).toEqual([])
      await dropLate({ reader: store.reader, keysOf: store.keyring.keysOf, append: store.writer.append }, store.account.id)
      expect((await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems).toEqual([])
    }
    expect((await first.events()).filter((type) => type === 'library.note-deleted').length).toBeLessThanOrEqual(3)
  })
})

describe('a revision', () => {
  it('tells what its writer had read, with deletions before and after it', async () => {
    const store = await testStore()
    const one = await store.call('notes.create', { text: 'abc' })
    const two = await store.call('notes.update', { note: one.id, text: 'aXc', revision: one.revision })
    await store.call('notes.update', { note: one.id, text: 'aX', revision: two.revision })
    expect((await store.call('notes.update', { note: one.id, text: 'zaXc', revision: two.revision })).text).toBe('zaX')
  })

  it('fits into the interface after any number of writers', async () => {
    const store = await testStore()
    let note = await store.call('notes.create', { text: '0' })
    for (let n = 1; n < 200; n++)
      note = await store.call('notes.update', { note: note.id, text: `${n}`, revision: note.revision })
    expect(note.text).toBe('199')
  })
})
