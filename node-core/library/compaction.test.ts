/** Notes on devices that write, delete and tidy up without each other: whatever happened where, they end alike. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { doorOf, outboundOf } from '../../tests/kit/in-step.ts'
import { dumpRows } from '../../tests/kit/library-dump.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { verifyLog } from '../log/verify.ts'
import { syncOnce, unknownPeer } from '../sync/outbound.ts'
import { compactNotes, dropLate } from './compaction.ts'

const signal = new AbortController().signal
const step = fc.record({
  who: fc.nat(1),
  what: fc.constantFrom('write', 'write', 'write', 'compact', 'meet', 'delete', 'drop', 'rebuild'),
  at: fc.nat(60),
  text: fc.constantFrom('a', 'word ', '語', '👩‍💻', ''),
})
const partsOf = ({ reader, keyring, writer }: TestStore) => ({ reader, keysOf: keyring.keysOf, append: writer.append })
const meet = (one: TestStore, other: TestStore) => syncOnce(outboundOf(one, doorOf(other)), unknownPeer(), signal)

async function act(
  store: TestStore,
  other: TestStore,
  { what, at, text }: typeof step extends fc.Arbitrary<infer S> ? S : never,
) {
  const [note] = (await store.call('notes.list', {})).items
  if (what === 'meet') await meet(store, other)
  else if (what === 'compact') await compactNotes(partsOf(store), store.account.id, 0, Number.MAX_SAFE_INTEGER, 2)
  else if (what === 'drop') await dropLate(partsOf(store), store.account.id)
  else if (what === 'rebuild') await store.rebuild()
  else if (note && what === 'delete' && at % 4 === 0) await store.call('notes.delete', { note: note.id })
  else if (note && what === 'write') {
    const letters = [...note.text]
    letters.splice(at % (letters.length + 1), text === '' ? 2 : 0, text)
    await store.call('notes.update', { note: note.id, text: letters.join('') || '.', revision: note.revision })
  }
}

it('end alike, keep what was written, and verify, whatever was compacted where', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const first = await testStore({ seed: 'one' })
      await first.call('notes.create', { text: 'begin' })
      const second = await secondNode(first, 'two', first.clock)
      const stores = [first, second] as const
      for (const one of steps) {
        first.clock.advance(1000)
        await act(stores[one.who] ?? first, stores[1 - one.who] ?? second, one)
      }
      for (let n = 0; n < 3; n++) {
        await meet(second, first)
        for (const store of stores) await dropLate(partsOf(store), store.account.id)
      }
      await meet(second, first)
      const seen = async (store: TestStore) => {
        const { notes, said } = await dumpRows(store)
        return { listed: (await store.call('notes.list', {})).items, notes, said }
      }
      const ended = await seen(first)
      expect(await seen(second)).toEqual(ended)
      for (const store of stores) {
        expect((await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems).toEqual([])
        await store.rebuild()
        expect(await seen(store)).toEqual(ended)
      }
      // of a note that is gone nothing is left
      if (ended.listed.length === 0) expect(ended.said).toEqual([])
      await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()))
    }),
    { numRuns: 25 },
  )
})
