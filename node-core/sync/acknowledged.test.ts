import { describe, expect, it } from 'vitest'
import { handlersOf } from '../../tests/kit/in-step.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { SyncScope, VectorClock } from '../contract/api/sync.ts'
import type { SessionId } from '../contract/method.ts'
import { createAcknowledged } from './acknowledged.ts'

const signal = new AbortController().signal

describe('what devices acknowledge', () => {
  const writes: Promise<void>[] = []
  const open = (store: TestStore) =>
    createAcknowledged({
      reader: store.reader,
      clock: store.clock,
      write(queries) {
        const written = store.writer.write(queries)
        writes.push(written)
        return written
      },
    })

  it('is noted by each exchange, and kept', async () => {
    await using store = await testStore()
    const other = await otherDevice(store, 1)
    const acknowledged = open(store)
    const handlers = handlersOf(store, acknowledged)
    const call = {
      caller: 'session' as const,
      account: store.account.did,
      session: 'a'.repeat(26) as SessionId,
      device: other.did,
      capabilities: ['read', 'write'] as const,
      signal,
    }
    const exchange = (vectorClock = {}) => handlers['sync.exchange']({ cursor: null, vectorClock, changes: [] }, call)
    const { vectorClock } = await exchange()
    // what an answer gives is acknowledged by the next question, and not by the answer
    expect(await acknowledged.synced(1)).toEqual(new Map())
    expect(await acknowledged.clockOf(1, other.did)).toEqual({})
    store.clock.advance(1000)
    await exchange(vectorClock)
    expect(await acknowledged.synced(1)).toEqual(new Map([[other.did, store.clock.now()]]))
    expect(await acknowledged.clockOf(1, other.did)).toEqual(vectorClock)
    // written at most once a minute, and at the end
    expect(writes).toHaveLength(1)
    await Promise.all(writes)
    expect(await open(store).clockOf(1, other.did)).toEqual({})
    await acknowledged.close()
    expect(await open(store).clockOf(1, other.did)).toEqual(vectorClock)
    store.clock.advance(60_000)
    await exchange(vectorClock)
    expect(writes).toHaveLength(3)
    await Promise.all(writes)
    expect(await open(store).synced(1)).toEqual(new Map([[other.did, store.clock.now()]]))
  })

  it('is the same where not everything was asked for: every event is held, and what parts it left out is not said', async () => {
    await using store = await testStore()
    const other = await otherDevice(store, 1)
    await store.import([1, 2, 3].map((n) => ({ source: 'chatgpt', key: `c${n}`, title: `${n}`, updated: n, messages: [] })))
    const acknowledged = open(store)
    const handlers = handlersOf(store, acknowledged)
    const call = {
      ...{ caller: 'session' as const, account: store.account.did, session: 'a'.repeat(26) as SessionId, signal },
      ...{ device: other.did, capabilities: ['read', 'write'] as const },
    }
    const exchange = (vectorClock: VectorClock, scope: SyncScope) =>
      handlers['sync.exchange']({ cursor: null, vectorClock, changes: [], scope }, call)
    const first = await exchange({}, { recent: 1 })
    expect(first.more).toBe(false)
    const parts = first.events.flatMap(({ chunks }) => chunks)
    expect(parts.filter((part) => part === null)).toHaveLength(2)
    // not before it was said
    expect(await acknowledged.clockOf(1, other.did)).toEqual({})
    await exchange(first.vectorClock, { recent: 1 })
    expect(await acknowledged.clockOf(1, other.did)).toEqual(first.vectorClock)
    expect(await acknowledged.synced(1)).toEqual(new Map([[other.did, store.clock.now()]]))
    // a narrower scope takes nothing of it back, and a wider one gives nothing again
    const again = await exchange(first.vectorClock, { conversations: [] })
    expect(again.events).toEqual([])
    expect((await exchange(first.vectorClock, { recent: 3 })).events).toEqual([])
    expect(await acknowledged.clockOf(1, other.did)).toEqual(first.vectorClock)
    await acknowledged.close()
  })

  it('is never what a session without a device says', async () => {
    await using store = await testStore()
    const acknowledged = open(store)
    const handlers = handlersOf(store, acknowledged)
    await handlers['sync.exchange'](
      { cursor: null, vectorClock: {}, changes: [] },
      { caller: 'session', account: store.account.did, session: 'a'.repeat(26) as SessionId, capabilities: ['read'], signal },
    )
    await acknowledged.close()
    expect(await store.reader.all('SELECT * FROM acknowledged')).toEqual([])
  })
})
