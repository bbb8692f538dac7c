/** Two nodes of one person: what they say to each other, over real HTTP too, and what they make of broken answers. */
import { decode, encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDoor } from '../../tests/kit/door.ts'
import { doorOf, handlersOf, outboundOf, rootOf } from '../../tests/kit/in-step.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { httpPeerDoor } from '../adapters/peer-http/door.ts'
import type { SignedEvent, SyncAnswer } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import { createWakeups } from '../log/follow.ts'
import type { PeerDoor } from '../ports/peer-door.ts'
import { followPeer, pace, type SyncReport, syncOnce, unknownPeer } from './outbound.ts'

const signal = new AbortController().signal
let first: TestStore
let second: TestStore
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
})
afterEach(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})
const message = (id: string, text: string) => ({
  id,
  parent: null,
  role: 'user' as const,
  parts: [{ type: 'text' as const, text }],
})
const conversation = (key: string, text = key) => ({
  source: 'chatgpt' as const,
  key,
  title: key,
  messages: [message('m', text)],
})
const exchange = (door: PeerDoor, request: object) =>
  door.ask('/api/v1/sync', encode({ cursor: null, vectorClock: {}, changes: [], ...request }), signal)
const answerOf = async (door: PeerDoor, request: object) => decode<SyncAnswer>((await exchange(door, request)).body)
const same = async () => {
  expect(await rootOf(second)).toBe(await rootOf(first))
  expect(await dumpShown(second)).toEqual(await dumpShown(first))
  expect(await dumpRows(second)).toEqual(await dumpRows(first))
}

describe('two nodes', () => {
  it('come to the same state from changes on both sides, and then have nothing to say', async () => {
    await first.import([conversation('a', 'apples'), conversation('b')])
    await second.import([conversation('b', 'pears'), conversation('c')])
    await first.call('conversations.edit', { conversation: first.idOf({ source: 'chatgpt', key: 'b' }), title: 'Mine' })
    const state = unknownPeer()
    const parts = outboundOf(second, doorOf(first))
    const report = await syncOnce(parts, state, signal)
    expect(report).toMatchObject({ equal: true, refused: [] })
    expect(report.pulled).toBeGreaterThan(0)
    expect(report.pushed).toBeGreaterThan(0)
    await same()
    expect(await syncOnce(parts, state, signal)).toEqual({ pulled: 0, pushed: 0, refused: [], equal: true, lacks: 0 })
    // found on both
    expect((await second.call('search.find', { q: 'apples' })).items).toHaveLength(1)
  })

  it('sync over HTTP, page by page', async () => {
    await using door = await openDoor({ handlers: handlersOf(first), accounts: [first.account.did], checkOutputs: false })
    const { accessToken } = await door.signIn(first.account.did)
    const large = Array.from({ length: 40 }, (_, n) => conversation(`c${n}`, `${n} `.repeat(30_000)))
    for (const one of large) await first.import([one])
    await second.import([conversation('own')])
    const asked: number[] = []
    const http = httpPeerDoor(`http://127.0.0.1:${door.port}`, async () => accessToken)
    const counted: PeerDoor = {
      async ask(...call) {
        const answer = await http.ask(...call)
        asked.push(answer.body.length)
        return answer
      },
    }
    expect(await syncOnce(outboundOf(second, counted), unknownPeer(), signal)).toMatchObject({ equal: true, refused: [] })
    await same()
    expect(asked.length).toBeGreaterThan(3)
    // one event more than a page holds, at most
    expect(Math.max(...asked)).toBeLessThan(2_500_000)
  })

  it('speak JSON as well', async () => {
    await using door = await openDoor({ handlers: handlersOf(first), accounts: [first.account.did] })
    const { accessToken: token } = await door.signIn(first.account.did)
    const [event] = await eventsOf(first)
    const asJson = await door.ask('/api/v1/sync', { method: 'POST', token, body: '{}' })
    expect(asJson.status).toBe(200)
    const { events, newCursor, vectorClock, merkleRoot, more, rejected } = asJson.json()
    expect(Buffer.from(events[0].envelope, 'base64url')).toEqual(Buffer.from(event?.envelope ?? []))
    expect(newCursor).toMatchObject({ seq: 2, epoch: expect.stringMatching(/^[\w-]{22}$/) })
    expect({ vectorClock, more, rejected }).toEqual({
      vectorClock: { [first.account.did]: 1, [first.account.device]: 1 },
      more: false,
      rejected: [],
    })
    expect(Buffer.from(merkleRoot, 'base64url').toString('hex')).toBe(await rootOf(first))
    // what came as JSON goes back as JSON, and is known
    const back = await door.ask('/api/v1/sync', {
      method: 'POST',
      token,
      body: JSON.stringify({ changes: events, cursor: newCursor }),
    })
    expect(back.json()).toMatchObject({ rejected: [], events: [] })
    for (const body of [
      '[1]',
      '{"changes":[{"envelope":"*","chunks":[]}]}',
      '{"cursor":{"epoch":"AA","seq":1}}',
      '{"vectorClock":{"x":1}}',
    ])
      expect((await door.ask('/api/v1/sync', { method: 'POST', token, body })).status, body).toBe(400)
    const cbor = await door.ask('/api/v1/sync', {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/cbor' },
      body: new Uint8Array([0xff]),
    })
    expect(cbor.status).toBe(400)
  })

  it('show the same where one undid an import that the other found again', async () => {
    const parts = outboundOf(second, doorOf(first))
    const { id } = await first.import([conversation('a', 'apples')])
    await first.import([{ ...conversation('a'), messages: [message('other', 'pears')] }])
    await syncOnce(parts, unknownPeer(), signal)
    await second.import([conversation('a', 'apples')])
    await first.undo(id)
    expect(await syncOnce(parts, unknownPeer(), signal)).toMatchObject({ equal: true })
    await same()
    expect((await first.call('search.find', { q: 'apples' })).items).toHaveLength(1)
  })

  it('take pushes only from who may write', async () => {
    await second.import([conversation('own')])
    const report = syncOnce(outboundOf(second, doorOf(first, ['read'])), unknownPeer(), signal)
    await expect(report).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a node asked', () => {
  it('goes by the clock where the cursor is another node’s, or from the future', async () => {
    await first.import([conversation('a')])
    const door = doorOf(first)
    const whole = await answerOf(door, {})
    expect(whole.events.length).toBeGreaterThan(2)
    const { vectorClock, newCursor } = whole
    expect((await answerOf(door, { cursor: newCursor })).events).toEqual([])
    expect((await answerOf(door, { vectorClock })).events).toEqual([])
    for (const cursor of [
      { epoch: new Uint8Array(16), seq: newCursor.seq },
      { ...newCursor, seq: newCursor.seq + 1 },
    ]) {
      expect((await answerOf(door, { cursor })).events).toEqual(whole.events)
      expect((await answerOf(door, { cursor, vectorClock })).events).toEqual([])
    }
    const partly = { ...vectorClock, [first.account.device]: 1 }
    expect((await answerOf(door, { vectorClock: partly })).events).toEqual(whole.events.slice(2))
  })

  it('gives causes first, whatever of it is named already', async () => {
    const other = await otherDevice(first, 1)
    await first.writer.accept(1, [other.grant], 'any')
    for (let n = 0; n < 300; n++) {
      await first.writer.append(1, [{ type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }])
      if (n % 3 === 0) await first.writer.accept(1, [other.make('future.thing', [n])], 'any')
    }
    const all = await eventsOf(first)
    expect((await second.writer.accept(1, all, 'none')).filter(({ code }) => code)).toEqual([])
    expect(all).toHaveLength((await first.events()).length)
    // a client that holds some of one chain and nothing of the other
    const some = await eventsOf(first, { [first.account.did]: 1, [first.account.device]: 150 })
    expect(some).toHaveLength(all.length - 151)
    // the same events with the same parts, in the same order, whatever stands between them
    const told = (events: readonly SignedEvent[]) =>
      events.map(({ envelope, chunks }) =>
        [envelope, ...chunks].map((bytes) => bytes && Buffer.from(bytes).toString('hex')).join(),
      )
    const wanted = new Set(told(some))
    expect(told(some)).toEqual(told(all).filter((one) => wanted.has(one)))
  })

  it('answers for each change', async () => {
    const other = await otherDevice(first, 1)
    const fine = other.make('future.thing', [1])
    const changes = [
      { envelope: other.grant.envelope, chunks: [...other.grant.chunks] },
      { envelope: fine.envelope, chunks: [new Uint8Array(3)] },
      { envelope: new Uint8Array(3), chunks: [] },
    ]
    const { rejected } = await answerOf(doorOf(first), { changes })
    expect(rejected).toMatchObject([
      { change: 1, code: 'event-chunks', retryable: false },
      { change: 2, event: null, code: 'event-not-canonical', retryable: false },
    ])
  })
})

describe('a sync that goes wrong', () => {
  it('goes on where a broken answer left it, and loses nothing that was taken', async () => {
    await second.import([conversation('a')])
    await first.import([conversation('b')])
    const whole = doorOf(first)
    let calls = 0
    const broken: PeerDoor = {
      async ask(...call) {
        const answer = await whole.ask(...call)
        return ++calls % 2 === 0 ? { ...answer, body: answer.body.subarray(0, answer.body.length >> 1) } : answer
      },
    }
    const state = unknownPeer()
    await expect(syncOnce(outboundOf(second, broken), state, signal)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await syncOnce(outboundOf(second, doorOf(first)), state, signal)).toMatchObject({ equal: true })
    await same()
  })

  it('asks again for what it could not take yet', async () => {
    const other = await otherDevice(first, 1)
    await first.writer.accept(1, [other.grant], 'any')
    first.clock.advance(200_000)
    const ahead = other.make('future.thing', [1], { time: [first.clock.now() + 200_000, 0] })
    await first.writer.accept(1, [ahead], 'any')
    first.clock.advance(-200_000)
    const state = unknownPeer()
    const parts = outboundOf(second, doorOf(first))
    const early = await syncOnce(parts, state, signal)
    expect(early.refused).toMatchObject([{ by: 'here', code: 'event-clock-ahead' }])
    expect(early.equal).toBe(false)
    first.clock.advance(200_000)
    expect(await syncOnce(parts, state, signal)).toMatchObject({ equal: true, pulled: 1, refused: [] })
  })

  it('names the device and the number where two chains part, and brings both tails to both', async () => {
    const other = await otherDevice(first, 1)
    const shared = [other.grant, ...[1, 2, 3, 4].map((n) => other.make('future.thing', [n]))]
    for (const store of [first, second]) await store.writer.accept(1, shared, 'any')
    const next = { seq: 6, prev: shared.at(-1)?.signed.id ?? null }
    const [here, there] = [other.forge('future.thing', ['here'], next), other.forge('future.thing', ['there'], next)]
    await first.writer.accept(1, [here], 'any')
    await second.writer.accept(1, [there], 'any')
    const report = await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)
    expect(report).toMatchObject({ equal: true, fork: { device: other.did, seq: 6 } })
  })
})

describe('following another node', () => {
  it('waits ever longer while it cannot be reached, and syncs at each change once it can', async () => {
    const wakeups = createWakeups()
    const ended = new AbortController()
    const waits: number[] = []
    const reports: SyncReport[] = []
    const whole = doorOf(first)
    let failing = 12
    const door: PeerDoor = {
      async ask(...call) {
        if (failing > 0) throw new VivimError('unavailable')
        return whole.ask(...call)
      },
    }
    await followPeer(
      outboundOf(second, door),
      {
        changed: (signal) => wakeups.next(1, signal),
        chance: () => 0,
        wait: (milliseconds, signal) =>
          new Promise((resolve) => {
            if (milliseconds === pace.idle) {
              // nothing new: until something is
              signal.addEventListener('abort', () => resolve(), { once: true })
              return
            }
            waits.push(milliseconds)
            failing--
            resolve()
          }),
        onReport(report) {
          reports.push(report)
          if (reports.length === 1) void second.import([conversation('new')]).then(() => wakeups.wake(1))
          else ended.abort()
        },
      },
      ended.signal,
    )
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
    expect(waits).toHaveLength(12)
    expect(Math.max(...waits)).toBe(pace.most / 2)
    expect(reports.map(({ equal }) => equal)).toEqual([true, true])
    expect(reports[1]?.pushed).toBeGreaterThan(0)
    await same()
  })
})
