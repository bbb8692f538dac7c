import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { liveDoor } from '../../tests/kit/live-sync.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Incoming } from '../log/accept-check.ts'

const conversation = (key: string, text = key) => ({
  source: 'chatgpt' as const,
  key,
  title: key,
  messages: [{ id: 'm', parent: null, role: 'user' as const, parts: [{ type: 'text' as const, text }] }],
})
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const asJson = ({ envelope, chunks }: Incoming) => ({ envelope: text(envelope), chunks: chunks.map((one) => one && text(one)) })

let store: TestStore
let node: Awaited<ReturnType<typeof liveDoor>>
beforeEach(async () => {
  store = await testStore()
  node = await liveDoor(store)
})
afterEach(async () => {
  expect(node.faults).toEqual([])
  await node[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

describe('sync over a live connection', () => {
  it('answers an exchange, and then says what is new, once each', async () => {
    using live = await node.connect()
    live.send('sync', {}, 1)
    const first = await live.next()
    expect(first).toMatchObject({ type: 'sync', id: 1, payload: { more: false, rejected: [] } })
    expect(first.payload.events.length).toBeGreaterThan(0)

    const said: number[] = []
    for (const key of ['a', 'b']) {
      await store.import([conversation(key)])
      node.tell()
      for (;;) {
        const { type, id, payload } = await live.next()
        expect([type, id]).toEqual(['sync', undefined])
        said.push(payload.events.length)
        // what came is all that the node holds: it counts as the node's clock does
        const own = store.account.device
        const before = first.payload.vectorClock[own] ?? 0
        if (before + said.reduce((sum, one) => sum + one, 0) === payload.vectorClock[own] && !payload.more) break
      }
    }
    node.tell()
    live.send('sync', { vectorClock: {}, cursor: null }, 2)
    expect(await live.next()).toMatchObject({ id: 2 })
  })

  it('does not give back what it was given, and takes it from who may write alone', async () => {
    const other = await otherDevice(store, 1)
    const changes = [other.grant, other.make('future.thing', ['x'])].map(asJson)
    using reader = await node.connect(['read'])
    reader.send('sync', { changes }, 1)
    expect(await reader.next()).toMatchObject({ type: 'error', id: 1, payload: { code: 'forbidden' } })

    using live = await node.connect()
    const start = { vectorClock: { [other.did]: 2 } }
    live.send('sync', { ...start, changes }, 2)
    const { payload } = await live.next()
    expect(payload.vectorClock[other.did]).toBe(2)
    node.tell()
    await store.writer.accept(1, [other.make('future.thing', ['y'])], 'any')
    node.tell()
    const pushed = await live.next()
    expect(pushed.payload.events).toHaveLength(1)
    expect(pushed.payload.vectorClock[other.did]).toBe(3)
  })

  it('pushes nothing to who is far behind, until it has asked for everything', async () => {
    for (let n = 0; n < 30; n++) await store.import([conversation(`c${n}`, `${n} `.repeat(30_000))])
    using live = await node.connect()
    live.send('sync', {}, 0)
    let answer = await live.next()
    expect(answer.payload.more).toBe(true)
    node.tell()
    for (let id = 1; answer.payload.more; id++) {
      live.send('sync', { cursor: answer.payload.newCursor }, id)
      answer = await live.next()
      // an answer, never a push in between
      expect(answer.id).toBe(id)
    }
    await store.import([conversation('new')])
    node.tell()
    expect((await live.next()).payload.events.length).toBeGreaterThan(0)
  })

  it('says of what is too large for a message only that it is there', async () => {
    using live = await node.connect()
    live.send('sync', {}, 1)
    await live.next()
    const other = await otherDevice(store, 1)
    const large = other.make(
      'future.thing',
      Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(200_000, '.')),
    )
    await store.writer.accept(1, [other.grant, large], 'any')
    node.tell()
    const { payload } = await live.next()
    expect(payload).toMatchObject({ events: [], more: true })
    expect(payload.vectorClock[other.did]).toBe(2)
    live.send('sync', { cursor: payload.newCursor, vectorClock: payload.vectorClock }, 2)
    expect(await live.next()).toMatchObject({ id: 2, payload: { more: false } })
    // and what is asked for by a message that cannot hold it is asked for by a request
    live.send('sync', { cursor: payload.newCursor, vectorClock: { ...payload.vectorClock, [other.did]: 1 } }, 3)
    expect(await live.next()).toMatchObject({ id: 3, payload: { code: 'too-large' } })
  })

  it('refuses what is no exchange', async () => {
    using live = await node.connect()
    for (const payload of [null, 'x', { cursor: 1 }, { vectorClock: { x: 1 } }, { changes: [{}] }, { more: 1 }]) {
      live.send('sync', payload, 1)
      expect(await live.next()).toMatchObject({ type: 'error', payload: { code: 'bad-request' } })
    }
  })
})
