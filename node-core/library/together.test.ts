/** Events that are applied together come to what they come to one by one. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { EventTarget } from '../contract/events.ts'
import type { Incoming } from '../log/accept-check.ts'
import { openNames } from './facets.ts'
import { conversationIdFor } from './ids.ts'
import { distinctTags, foldedTag, openTagging } from './taggings.ts'

const words = ['Bread', 'bread', 'BREAD', 'Rye'] as const
/** One step of a history; `n` is one of two conversations. */
type Step =
  | { do: 'tag'; n: number; message: boolean; tag: string; on: boolean; incarnation: number }
  | { do: 'import'; n: number; message: number; incarnation: number }
  | { do: 'delete'; n: number }
const n = fc.nat({ max: 1 })
const incarnation = fc.constantFrom(0, 0, 0, 1)
const tagStep = fc.record({
  do: fc.constant('tag' as const),
  n,
  message: fc.boolean(),
  tag: fc.constantFrom(...words),
  on: fc.boolean(),
  incarnation,
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: tagStep },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('import' as const), n, message: fc.nat({ max: 5 }), incarnation }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), n }) },
)

async function made(steps: readonly Step[]): Promise<{ store: TestStore; events: Incoming[] }> {
  const store = await testStore()
  const other = await otherDevice(store, 1)
  const owner = store.account.did
  const idOf = (of: number) => conversationIdFor(owner, 'chatgpt', `c${of}`)
  const started = new Uint8Array(16).fill(1)
  const events = steps.map((one) => {
    const conversation = idOf(one.n)
    if (one.do === 'delete') return other.make('library.conversation-deleted', [{ conversation, incarnation: 0, chunks: [] }])
    const later = one.incarnation > 0 ? { incarnation: one.incarnation } : {}
    if (one.do === 'tag') {
      const message = one.message ? { message: new Uint8Array(8).fill(2) } : {}
      const target: EventTarget = { conversation, ...message, ...later }
      return other.make('library.tagged', [{ target, tag: one.tag, on: one.on }])
    }
    const { n: of, message, incarnation: of2 } = one
    const meta = { conversation, incarnation: of2, import: started, source: 'chatgpt', key: `c${of}`, updated: 5 + message }
    const said = { id: `m${message}`, parent: null, role: 'user', parts: [{ type: 'text', text: `words ${message}` }] }
    return other.make('library.conversations-imported', [
      [meta, { fields: { title: `title ${message}` }, messages: [said], orders: [message] }],
    ])
  })
  return { store, events: [other.grant, ...events] }
}

async function shown({ storage, account, keys }: TestStore) {
  const cells = await storage.all<{ conversation: number; own: Uint8Array | null }>('SELECT conversation, own FROM facet')
  const taggings = await storage.all<{ conversation: number; name: Uint8Array; sealed: Uint8Array }>(
    'SELECT conversation, name, sealed FROM tagging WHERE is_on = 1',
  )
  const rows = await storage.all<{ id: number; name: Uint8Array; state: number; incarnation: number; messages: number }>(
    'SELECT id, name, state, incarnation, messages, contributions FROM conversation ORDER BY name',
  )
  return {
    conversations: rows.map(({ id, ...row }) => ({
      ...row,
      tags: cells.flatMap(({ conversation, own }) => (conversation === id && own ? openNames(1, id, 'own', keys, own).tag : [])),
      wanted: distinctTags(
        taggings
          .filter(({ conversation }) => conversation === id)
          .map(({ name, sealed }) => openTagging(account.id, keys, name, sealed).tag)
          .sort(),
      ).sort(),
    })),
    /** What was left of conversations that are no more. */
    stray: cells.filter(({ conversation, own }) => own && !rows.some(({ id }) => id === conversation)).length,
  }
}

it('of whatever history (property)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const [one, all] = [await made(steps), await made(steps)]
      for (const event of one.events) await one.store.writer.accept(1, [event], 'any')
      await all.store.writer.accept(1, all.events, 'any')
      const together = await shown(all.store)
      expect(together).toEqual(await shown(one.store))
      for (const { tags, wanted } of together.conversations) expect(tags).toEqual(wanted)
      for (const { tags } of together.conversations) expect(new Set(tags.map(foldedTag)).size).toBe(tags.length)
      expect(together.stray).toBe(0)
      for (const { store } of [one, all]) await store[Symbol.asyncDispose]()
    }),
    { numRuns: 60 },
  )
})
