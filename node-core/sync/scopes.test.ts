/** Devices that do not want everything: what they get, what they do not, and that nothing is missing once they ask for it. */
import { decode, encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doorOf, fillerOf, fillOf, outboundOf, rootOf, scopesOf } from '../../tests/kit/in-step.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { liveDoor } from '../../tests/kit/live-sync.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { SignedEvent, SyncAnswer, SyncScope } from '../contract/api/sync.ts'
import { toBase32 } from '../contract/ids.ts'
import { valueIn } from '../log/chunk.ts'
import { parseEnvelope } from '../log/envelope.ts'
import type { PeerDoor } from '../ports/peer-door.ts'
import type { Scopes } from '../ports/scopes.ts'
import { fillOnce } from './fill-peer.ts'
import { syncOnce, unknownPeer } from './outbound.ts'
import { syncPeer } from './peer.ts'

const { signal } = new AbortController()
const base = Date.UTC(2026, 0, 1)
const conversation = (key: number, updated: number) => ({
  source: 'chatgpt' as const,
  key: `c${key}`,
  title: `title ${key}`,
  updated: base + updated * 1000,
  messages: [
    {
      id: `m${updated}`,
      parent: null,
      role: 'user' as const,
      parts: [{ type: 'text' as const, text: `text ${key} ${updated}` }],
    },
  ],
})
const idOf = (store: TestStore, key: number): string => store.idOf({ source: 'chatgpt', key: `c${key}` })

/** A door by which everything is asked with a scope, and what came through it. */
function scopedDoor(door: PeerDoor, scope: SyncScope) {
  const events: SignedEvent[] = []
  const scoped: PeerDoor = {
    async ask(path, body, ended) {
      const exchange = path === '/api/v1/sync' && body
      const answer = await door.ask(path, exchange ? encode({ ...decode<object>(body), scope }) : body, ended)
      if (exchange) events.push(...decode<SyncAnswer>(answer.body).events)
      return answer
    },
  }
  return { door: scoped, events }
}
/** Conversations of which events hold parts. */
function conversationsIn(events: readonly SignedEvent[]): Set<string> {
  const found = new Set<string>()
  for (const { envelope, chunks } of events) {
    if (parseEnvelope(envelope).envelope.type !== 'library.conversations-imported') continue
    for (const chunk of chunks) {
      if (!chunk) continue
      const [{ conversation: id }] = valueIn(chunk) as [{ conversation: Uint8Array }]
      found.add(toBase32(id))
    }
  }
  return found
}
/** What lies in a scope, as the lists of the library say it. */
async function expected(store: TestStore, { recent = 0, starred = false, conversations = [] }: SyncScope): Promise<Set<string>> {
  const { items } = await store.call('conversations.list', { limit: 100 })
  const newest = items.toSorted((a, b) => (b.updated ?? 0) - (a.updated ?? 0)).slice(0, recent)
  return new Set(
    [...newest, ...items.filter((one) => starred && one.starred)].map(({ id }) => id as string).concat(conversations),
  )
}
/** Fetches what a scope has and a store lacks. */
async function fillScope(store: TestStore, door: PeerDoor, scope: SyncScope): Promise<void> {
  const digests = new Set<string>()
  for (let after: number | null = null; ; ) {
    const { body } = await door.ask('/api/v1/sync/parts', encode({ scope, after }), signal)
    const page = decode<{ parts: Uint8Array[]; next: number | null }>(body)
    for (const digest of page.parts) digests.add(Buffer.from(digest).toString('hex'))
    after = page.next
    if (after === null) break
  }
  const wanted: Uint8Array[] = []
  for (let after = null as Awaited<ReturnType<ReturnType<typeof fillerOf>['lacking']>>['next']; ; ) {
    const page = await fillerOf(store).lacking(store.account, after)
    wanted.push(...page.wanted.parts.filter((digest) => digests.has(Buffer.from(digest).toString('hex'))))
    after = page.next
    if (after === null) break
  }
  for (let n = 0; n < wanted.length; n += 16) {
    const asked = { given: { parts: [], blobs: [] }, wanted: { parts: wanted.slice(n, n + 16), blobs: [] }, after: null }
    await fillerOf(store).take(store.account, (await syncPeer(door).fill(asked, signal)).given)
  }
}
const unitsOf = (store: TestStore, id: string) => store.call('conversations.units', { conversation: id as never })

const key = fc.nat(5)
const scopes: fc.Arbitrary<SyncScope> = fc.record(
  { recent: fc.nat(4), starred: fc.boolean(), conversations: fc.uniqueArray(key, { maxLength: 2 }) as fc.Arbitrary<never> },
  { requiredKeys: [] },
)
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('import' as const), keys: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('star' as const), key, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sync' as const), scope: scopes }) },
)

describe('a scope', () => {
  it('brings every event and of imports its own parts alone; all of it asked for, it is as if there had been none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14 }), async (actions) => {
        await using first = await testStore()
        await using second = await secondNode(first, 'second')
        const there = new Set<number>()
        for (const [n, step] of actions.entries()) {
          if (step.do === 'import') {
            await first.import(step.keys.map((one, m) => conversation(one, n * 10 + m + 1)))
            for (const one of step.keys) there.add(one)
          } else if (step.do === 'sync') {
            const named = ((step.scope.conversations ?? []) as unknown as number[]).map((one) => idOf(first, one))
            const scope = { ...step.scope, conversations: named as never[] }
            const within = await expected(first, scope)
            const { door, events } = scopedDoor(doorOf(first), scope)
            expect(await syncOnce(outboundOf(second, door), unknownPeer(), signal)).toMatchObject({ equal: true, refused: [] })
            for (const id of conversationsIn(events)) expect(within).toContain(id)
            expect(await rootOf(second)).toBe(await rootOf(first))
            await fillScope(second, doorOf(first), scope)
            const shown = (await first.call('conversations.list', { limit: 100 })).items.map(({ id }) => id as string)
            for (const id of within) if (shown.includes(id)) expect(await unitsOf(second, id)).toEqual(await unitsOf(first, id))
          } else if (there.has(step.key)) {
            const id = idOf(first, step.key) as never
            if (step.do === 'star') await first.call('conversations.edit', { conversation: id, starred: step.on })
            else if (step.do === 'note') await first.call('notes.create', { target: id, text: `note ${n}` })
            else {
              await first.call('conversations.delete', { conversation: id })
              there.delete(step.key)
            }
          }
        }
        await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)
        await fillOnce(fillOf(second, doorOf(first)), signal)
        expect(await rootOf(second)).toBe(await rootOf(first))
        expect(await dumpShown(second)).toEqual(await dumpShown(first))
        expect(await dumpRows(second)).toEqual(await dumpRows(first))
        expect(await fillerOf(second).count(second.account.id)).toBe(0)
      }),
      { numRuns: 20 },
    )
  }, 120_000)

  it('is brought at once to who has nothing yet', async () => {
    await using first = await testStore()
    await first.import([conversation(1, 1), conversation(2, 2), conversation(3, 3)])
    await first.call('conversations.edit', { conversation: idOf(first, 1) as never, starred: true })
    const scope = { recent: 1, starred: true }
    const { door, events } = scopedDoor(doorOf(first), scope)
    const { events: all } = await syncPeer(door).exchange({ cursor: null, vectorClock: {}, changes: [] }, signal)
    expect(all.length).toBeGreaterThan(2)
    expect(conversationsIn(events)).toEqual(new Set([idOf(first, 1), idOf(first, 3)]))
    const none = scopedDoor(doorOf(first), {})
    await syncPeer(none.door).exchange({ cursor: null, vectorClock: {}, changes: [] }, signal)
    expect(conversationsIn(none.events)).toEqual(new Set())
  })

  it('holds for what a live connection tells as well', async () => {
    await using first = await testStore()
    await first.import([conversation(1, 5)])
    const node = await liveDoor(first)
    try {
      using live = await node.connect(['read'])
      live.send('sync', { cursor: null, vectorClock: {}, changes: [], scope: { recent: 1 } }, 1)
      await live.next()
      // older than what is there: it is none of the newest
      await first.import([conversation(2, 1)])
      await first.import([conversation(3, 9)])
      node.tell()
      const told: SignedEvent[] = []
      while (conversationsIn(told).size === 0) {
        const { payload } = await live.next()
        for (const { envelope, chunks } of (payload as { events: { envelope: string; chunks: (string | null)[] }[] }).events)
          told.push({
            envelope: Buffer.from(envelope, 'base64url'),
            chunks: chunks.map((chunk) => (chunk === null ? null : Buffer.from(chunk, 'base64url'))),
          })
      }
      expect(conversationsIn(told)).toEqual(new Set([idOf(first, 3)]))
      expect(told.length).toBeGreaterThan(1)
    } finally {
      await node[Symbol.asyncDispose]()
    }
  })

  it('is looked up only where something is lacking', async () => {
    await using first = await testStore()
    await first.import([conversation(1, 5)])
    const { partsIn } = scopesOf(first)
    let asked = 0
    const counted: Scopes = {
      partsIn(account, scope) {
        asked += 1
        return partsIn(account, scope)
      },
    }
    const node = await liveDoor(first, counted)
    try {
      using live = await node.connect(['read'])
      live.send('sync', { cursor: null, vectorClock: {}, changes: [] }, 1)
      const { vectorClock } = (await live.next()).payload as SyncAnswer
      const request = { cursor: null, vectorClock, changes: [], scope: { recent: 1 } }
      live.send('sync', request, 2)
      expect((await live.next()).payload).toMatchObject({ events: [], more: false })
      expect(asked).toBe(0)
      // what is told of it afterwards comes behind the look that found nothing
      await first.import([conversation(2, 9)])
      node.tell()
      expect((await live.next()).payload).toMatchObject({ more: false })
      expect(asked).toBe(1)
    } finally {
      await node[Symbol.asyncDispose]()
    }
  })
})
