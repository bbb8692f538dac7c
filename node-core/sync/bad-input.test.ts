/**
 * Everything that a forger, a broken program, a bad disk or an old copy may bring about: each has its name, holds nothing
 * else up, and loses nothing that was acknowledged. Given to a node, and fetched by one.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doorOf, outboundOf, rootOf } from '../../tests/kit/in-step.ts'
import { dumpRows } from '../../tests/kit/library-dump.ts'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { idsOf } from '../../tests/kit/sync-simulator.ts'
import type { SignedEvent, SyncAnswer } from '../contract/api/sync.ts'
import type { ErrorCode } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Incoming } from '../log/accept-check.ts'
import { limits } from '../log/envelope.ts'
import { verifyLog } from '../log/verify.ts'
import type { PeerDoor } from '../ports/peer-door.ts'
import { syncOnce, unknownPeer } from './outbound.ts'

type Other = Awaited<ReturnType<typeof otherDevice>>
const signal = new AbortController().signal
let first: TestStore
let second: TestStore
let other: Other
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
  other = await otherDevice(first, 1)
  for (const store of [first, second]) await store.writer.accept(1, [other.grant], 'any')
})
afterEach(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

const tag = (name: string) => [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }]
const forged = (fields: object, parts: unknown[] = tag('x'), type = 'library.tagged') => other.forge(type, parts, fields)
const altered = (made: MadeEvent, change: (bytes: Buffer) => Uint8Array): Incoming => ({
  ...made,
  envelope: Uint8Array.from(change(Buffer.from(made.envelope))),
})
const asSent = ({ envelope, chunks }: Incoming): SignedEvent => ({ envelope, chunks: [...chunks] })
const ask = async (store: TestStore, request: object): Promise<SyncAnswer> => {
  const body = encode({ cursor: null, vectorClock: {}, changes: [], ...request })
  return decode<SyncAnswer>((await doorOf(store).ask('/api/v1/sync', body, signal)).body)
}
/** A node that gives these beside what it holds. */
const giving = (store: TestStore, events: readonly Incoming[]): PeerDoor => ({
  async ask(...call) {
    const answer = await doorOf(store).ask(...call)
    if (!call[0].endsWith('/sync')) return answer
    const message = decode<SyncAnswer>(answer.body)
    return { ...answer, body: encode({ ...message, events: [...message.events, ...events.map(asSent)] }) }
  },
})
const sound = async () => {
  for (const store of [first, second])
    expect((await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems).toEqual([])
}
const same = async () => {
  expect(await rootOf(second)).toBe(await rootOf(first))
  expect(await dumpRows(second)).toEqual(await dumpRows(first))
  await sound()
}

const rows: [what: string, make: () => Incoming, code: ErrorCode][] = [
  ['bytes that are nothing', () => ({ envelope: new Uint8Array(40).fill(7), chunks: [] }), 'event-not-canonical'],
  [
    'an envelope with a byte more',
    () => altered(forged({}), (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
    'event-not-canonical',
  ],
  [
    'a number in more bytes than it takes',
    // behind the map, its version and the name `seq`
    () => altered(forged({}), (bytes) => Buffer.concat([bytes.subarray(0, 8), Buffer.of(0x18), bytes.subarray(8)])),
    'event-not-canonical',
  ],
  [
    'a changed byte',
    () =>
      altered(forged({}), (bytes) => {
        bytes[bytes.indexOf('library.tagged') + 8] = 'T'.charCodeAt(0)
        return bytes
      }),
    'event-signature',
  ],
  ['another’s signature', () => other.forge('library.tagged', tag('x'), {}, other.root), 'event-signature'],
  ['another account', () => forged({ owner: other.did }), 'event-not-granted'],
  ['what its device may not do', () => forged({}, [{ device: other.did, name: 'x' }], 'device.renamed'), 'event-not-granted'],
  ['a gap', () => forged({ seq: 9 }), 'event-missing-cause'],
  ['another predecessor', () => forged({ prev: new Uint8Array(32) }), 'event-fork'],
  ['a clock that goes back', () => forged({ time: [5, 0] }), 'event-sequence'],
  ['a clock that is ahead', () => forged({ time: [first.clock.now() + limits.clockAheadMs + 1, 0] }), 'event-clock-ahead'],
  [
    'a cause that nobody has',
    () => forged({ deps: [{ device: first.account.did, seq: 7, id: new Uint8Array(32) }] }),
    'event-missing-cause',
  ],
  ['a second event of one number that is none otherwise', () => forged({ seq: 1, prev: null }), 'event-fork'],
  ['a forged second event of one number', () => other.forge('x.y', [1], { seq: 1, prev: null }, other.root), 'event-signature'],
  ['a payload of another shape', () => forged({}, [{ tag: 7 }]), 'event-schema'],
  ['another payload', () => ({ ...forged({}), chunks: [Buffer.from('no')] }), 'event-chunks'],
  ['a payload too few', () => ({ ...forged({}), chunks: [] }), 'event-chunks'],
  ['a payload that is too large', () => forged({}, [new Uint8Array(300_000)], 'future.thing'), 'event-too-large'],
  [
    'too many parts',
    () => {
      const made = forged({ chunks: Array.from({ length: 1001 }, (_, n) => Uint8Array.from({ length: 32 }, () => n & 255)) })
      return { ...made, chunks: [] }
    },
    'event-too-large',
  ],
  ['a grant without its bytes', () => ({ ...forged({}, [1], 'device.renamed'), chunks: [null] }), 'event-chunks'],
]

describe.each(rows)('%s', (_, make, code) => {
  it('is refused by a node that is given it, alone', async () => {
    const held = await eventsOf(first)
    const bad = asSent(make())
    const fine = other.make('library.tagged', tag('fine'))
    const { rejected } = await ask(first, { changes: [bad, asSent(fine)] })
    expect(rejected.map((one) => [one.change, one.code])).toEqual([[0, code]])
    expect(await eventsOf(first)).toEqual([...held, asSent(fine)])
    await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)
    await same()
  })

  it('is refused by a node that fetches it, which goes on', async () => {
    await first.writer.append(1, [{ type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }])
    const report = await syncOnce(outboundOf(second, giving(first, [make()])), unknownPeer(), signal)
    expect(new Set(report.refused.map((one) => `${one.by} ${one.code}`))).toEqual(new Set([`here ${code}`]))
    expect(report.equal).toBe(true)
    await same()
  })
})

describe('what a network does', () => {
  const several = () => [1, 2, 3].map((n) => other.make('library.tagged', tag(`t${n}`)))

  it('reordering: what comes too early is asked for again', async () => {
    const [one, two, three] = several().map(asSent)
    const { rejected, vectorClock } = await ask(first, { changes: [three, one, two] })
    expect(rejected).toMatchObject([{ change: 0, code: 'event-missing-cause', retryable: true }])
    expect(vectorClock[other.did]).toBe(3)
    expect((await ask(first, { changes: [three] })).rejected).toEqual([])
  })

  it('repeating: nothing is stored twice', async () => {
    const events = several().map(asSent)
    for (let n = 0; n < 3; n++) expect((await ask(first, { changes: [...events, ...events] })).rejected).toEqual([])
    expect((await ask(first, {})).vectorClock[other.did]).toBe(4)
    await sound()
  })

  it('cutting an answer: it is asked for again', async () => {
    await first.writer.accept(1, several(), 'any')
    for (const part of [0, 0.3, 0.9]) {
      const cut: PeerDoor = {
        async ask(...call) {
          const answer = await doorOf(first).ask(...call)
          return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length * part)) }
        },
      }
      await expect(syncOnce(outboundOf(second, cut), unknownPeer(), signal)).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)).toMatchObject({ equal: true, pulled: 3 })
    await same()
  })

  it('a cursor of another node, or of before a restore: the clock counts', async () => {
    await first.writer.accept(1, several(), 'any')
    const whole = await ask(first, {})
    for (const cursor of [
      { epoch: new Uint8Array(16), seq: whole.newCursor.seq },
      { ...whole.newCursor, seq: 1_000_000 },
    ])
      expect((await ask(first, { cursor })).events).toEqual(whole.events)
  })
})

it('a full disk is said, and what was taken before stays and is not asked for again', async () => {
  const pages = async (most: number) => first.storage.transaction((tx) => tx.get(`PRAGMA max_page_count = ${most}`))
  const { page_count: used } = (await first.storage.get<{ page_count: number }>('PRAGMA page_count')) ?? { page_count: 0 }
  await pages(used + 200)
  const events = Array.from({ length: 60 }, () => other.make('future.thing', [first.random(20_000)])).map(asSent)
  const answer = await doorOf(first).ask('/api/v1/sync', encode({ changes: events }), signal)
  expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({ code: 'storage-full', retryable: true })
  const held = (await ask(first, {})).vectorClock[other.did] ?? 0
  expect(held).toBeGreaterThan(1)
  expect(held).toBeLessThan(61)
  await sound()
  await pages(1_000_000)
  expect((await ask(first, { changes: events.slice(held - 1) })).rejected).toEqual([])
  await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)
  await same()
})

it('a device that was revoked and goes on pushing is refused, and nothing else is', async () => {
  const fine = other.make('library.tagged', tag('fine'))
  await first.writer.accept(1, [fine], 'any')
  const { id, envelope } = fine.signed
  const revoked = { type: 'device.revoked' as const, parts: [{ device: other.did, seq: envelope.seq, id }] }
  await first.writer.append(1, [revoked], { did: first.account.did, key: other.root })
  const late = asSent(other.make('library.tagged', tag('late')))
  expect((await ask(first, { changes: [late] })).rejected).toMatchObject([{ code: 'event-revoked', retryable: false }])
  await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)
  expect((await ask(second, { changes: [late] })).rejected).toMatchObject([{ code: 'event-revoked' }])
  await same()
})

it('a second event of one number: it is told so, is no more than a proof, and others’ events go on', async () => {
  const one = other.forge('library.tagged', tag('one'))
  const [first1, second1] = [one, other.forge('library.tagged', tag('another'))]
  expect((await ask(first, { changes: [asSent(first1)] })).rejected).toEqual([])
  const more = other.forge('library.tagged', tag('more'), { seq: 3, prev: second1.signed.id, time: [first.clock.now() + 9, 0] })
  const { rejected } = await ask(first, { changes: [asSent(second1), asSent(more)] })
  expect(rejected).toMatchObject([
    { code: 'event-fork', retryable: false },
    { code: 'event-fork', retryable: false },
  ])
  expect(await first.events()).toContain('device.forked')
  await syncOnce(outboundOf(second, doorOf(first, undefined, second.account.device)), unknownPeer(), signal)
  await same()
  expect((await ask(second, { changes: [asSent(more)] })).rejected).toMatchObject([{ code: 'event-fork' }])
  await second.writer.append(1, [{ type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }])
  await syncOnce(outboundOf(second, doorOf(first, undefined, second.account.device)), unknownPeer(), signal)
  await same()
})

it('a store of an old backup that goes on with the old key is told of the fork; both tails are on both sides, and others go on', async () => {
  const copy = await secondNode(first, 'second')
  const write = (to: TestStore, name: string) =>
    to.writer.append(1, [
      { type: 'library.tagged', parts: [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }] },
    ])
  await write(second, 'here')
  for (const name of ['there', 'and there']) await write(copy, name)
  await copy.writer.accept(1, [other.grant], 'any')
  const [ours, theirs] = [await idsOf(second), await idsOf(copy)]
  await second.writer.accept(1, [other.make('library.tagged', tag('of another'))], 'any')
  const as = (device?: Did) => outboundOf(copy, doorOf(second, undefined, device))
  // under its own key it is told so, and what it gave is no more than the proof
  const report = await syncOnce(as(copy.account.device), unknownPeer(), signal)
  expect(report).toMatchObject({ equal: false, fork: { device: copy.account.device } })
  expect(new Set(report.refused.map(({ by, code }) => `${by} ${code}`))).toContain('there event-fork')
  for (const store of [second, copy]) await expect(write(store, 'more')).rejects.toMatchObject({ code: 'event-fork' })
  // another device carries it all
  expect(await syncOnce(as(other.did), unknownPeer(), signal)).toMatchObject({ equal: true })
  expect(await rootOf(copy)).toBe(await rootOf(second))
  expect(await dumpRows(copy)).toEqual(await dumpRows(second))
  for (const store of [second, copy]) expect(await idsOf(store)).toEqual(expect.arrayContaining([...ours, ...theirs]))
  // what other devices said comes through
  expect((await ask(copy, {})).vectorClock[other.did]).toBe(2)
  await copy[Symbol.asyncDispose]()
})
