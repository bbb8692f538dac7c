/** Events as they come from an owner's other devices: in whatever order, the library becomes the same. */
import { decode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../tests/kit/clock.ts'
import { conversationOf } from '../../tests/kit/histories.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { EventType, PartOf } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { chunkOf, encodeValue, sealChunk } from '../log/chunk.ts'
import { chunkAt } from '../log/chunk-place.ts'
import { digestOf } from '../log/cid.ts'
import type { StoredEvent } from '../log/projection.ts'
import { documentIndex } from '../threads/documents.ts'
import { encodeConversation } from './encode.ts'
import { conversationIdFor } from './ids.ts'
import { rewrite } from './notes.ts'
import { encodeParts } from './pack.ts'
import { libraryProjection } from './projection.ts'

interface Foreign {
  type: EventType
  time: readonly [number, number]
  device: Did
  parts: PartOf<EventType>[]
  /** Of things that it comes after, in every order. */
  after?: number[]
}
const devices = ['did:key:phone', 'did:key:tablet'] as unknown as [Did, Did]
const importOf = (n: number): Uint8Array => new Uint8Array(16).fill(n + 1)

/** Stores a verified event of another device and applies it. */
async function arrive(store: TestStore, event: Foreign): Promise<void> {
  const { account, keys, random } = store
  const projection = libraryProjection({
    keysOf: () => keys,
    documents: documentIndex(() => store.keyring.searchSealer(account.id), random),
    readBlob: store.readBlob,
  })
  await store.storage.transaction(async (tx) => {
    const last = await tx.get<{ position: number }>('SELECT max(position) AS position FROM event')
    const position = (last?.position ?? 0) + 1
    const id = digestOf(Buffer.from(JSON.stringify([event.type, event.time, event.device])))
    await tx.run(
      'INSERT INTO event (account, position, id, device, seq, milliseconds, counter, type, envelope) VALUES (?, ?, ?, 99, ?, ?, ?, ?, ?)',
      [account.id, position, id, position, ...event.time, event.type, new Uint8Array()],
    )
    const parts: StoredEvent['parts'][number][] = []
    for (const [part, value] of event.parts.entries()) {
      const sealed = sealChunk(
        account.id,
        chunkOf(encodeValue(value), seededRandom(`${event.type} ${event.time} ${part}`)),
        keys.sealer,
      )
      const chunk = chunkAt(account.id, position, part)
      await tx.run('INSERT INTO chunk (id, digest, size, sealed) VALUES (?, ?, 0, ?)', [chunk, sealed.digest, sealed.sealed])
      parts.push({ chunk, digest: sealed.digest, value: () => value })
    }
    await projection.apply(tx, {
      account: account.id,
      owner: account.did,
      position,
      id,
      device: event.device,
      seq: position,
      time: event.time,
      type: event.type,
      parts,
    })
  })
}

const key = 0
const step = fc.oneof(
  fc.record({
    do: fc.constant('import' as const),
    by: fc.nat(2),
    incarnation: fc.nat(1),
    updated: fc.nat(3),
    title: fc.option(fc.constantFrom('x', 'y')),
    messages: fc.uniqueArray(fc.nat(3), { maxLength: 4 }).map((ids) => ids.sort()),
    tag: fc.option(fc.constantFrom('red', 'blue')),
  }),
  fc.record({ do: fc.constant('edit' as const), incarnation: fc.nat(1), title: fc.option(fc.constantFrom('mine', 'yours')) }),
  fc.record({
    do: fc.constant('tag' as const),
    incarnation: fc.nat(1),
    tag: fc.constantFrom('red', 'blue', 'Red'),
    on: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('note' as const),
    incarnation: fc.nat(1),
    which: fc.nat(1),
    text: fc.constantFrom('walnut', 'hazel'),
  }),
  fc.record({ do: fc.constant('delete-note' as const), which: fc.nat(1) }),
  fc.record({ do: fc.constant('delete' as const), incarnation: fc.nat(1) }),
  fc.record({ do: fc.constant('undo' as const), by: fc.nat(2) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** An import's parts are made for an owner: the store's. */
async function eventsOf(owner: Did, steps: readonly Step[]): Promise<Foreign[]> {
  const conversation = conversationIdFor(owner, 'chatgpt', `c${key}`)
  const events: Foreign[] = []
  for (const [n, one] of steps.entries()) {
    const time = [1000 + (n >> 1), n & 1] as const
    const device = n % 3 === 0 ? devices[0] : devices[1]
    const add = <T extends EventType>(type: T, part: PartOf<T>): void => void events.push({ type, time, device, parts: [part] })
    const target =
      'incarnation' in one ? { conversation, ...(one.incarnation > 0 ? { incarnation: one.incarnation } : {}) } : { conversation }
    switch (one.do) {
      case 'import': {
        const { title, messages, tag, updated } = one
        const encoded = await encodeConversation(
          conversationOf({ key, updated, title, archived: null, tag, project: null, extra: null, messages, picture: false }, ''),
          async () => '',
        )
        const meta = {
          conversation,
          incarnation: one.incarnation,
          import: importOf(one.by),
          source: 'chatgpt',
          key: `c${key}`,
          updated: encoded.updated,
        }
        for (const { value } of encodeParts(meta, encoded)) add('library.conversations-imported', decode(value))
        break
      }
      case 'edit':
        add('library.conversation-edited', { conversation, incarnation: one.incarnation, title: one.title })
        break
      case 'tag':
        add('library.tagged', { target, tag: one.tag, on: one.on })
        break
      case 'note':
        // each writer has a note of its own incarnation: a note never moves
        for (const update of rewrite(undefined, one.text, n + 1))
          add('library.note-written', { note: importOf(10 + one.which + 2 * one.incarnation), target, update })
        break
      case 'delete-note':
        add('library.note-deleted', { note: importOf(10 + one.which), chunks: [] })
        break
      case 'delete':
        add('library.conversation-deleted', { conversation, incarnation: one.incarnation, chunks: [] })
        break
      case 'undo':
        add('imports.undone', { import: importOf(one.by) })
        break
    }
  }
  return events
}

async function outcomeOf(steps: readonly Step[], order: readonly number[]) {
  const store = await testStore()
  const events = await eventsOf(store.account.did, steps)
  for (const n of order) {
    const event = events[n]
    if (event) await arrive(store, event)
  }
  const { items: _i, said: _s, ...rows } = await dumpRows(store)
  const shown = await dumpShown(store)
  await store[Symbol.asyncDispose]()
  return { rows, shown }
}

describe('events of other devices', () => {
  it('give the same library in any order', async () => {
    const histories = fc.array(step, { minLength: 2, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(
        histories.chain((steps) => {
          const order = steps.map((_, n) => n)
          return fc.tuple(fc.constant(steps), fc.shuffledSubarray(order, { minLength: order.length, maxLength: order.length }))
        }),
        async ([steps, order]) => {
          const inTime = await outcomeOf(
            steps,
            steps.map((_, n) => n),
          )
          expect(await outcomeOf(steps, order)).toEqual(inTime)
        },
      ),
      { numRuns: Number(process.env['FC_RUNS'] ?? 50) },
    )
  })
})
