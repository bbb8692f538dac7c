import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rootOf } from '../../tests/kit/in-step.ts'
import { dumpRows } from '../../tests/kit/library-dump.ts'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { didOf } from '../crypto/ed25519.ts'
import type { Makers } from './accept.ts'
import { endOfChain, isForked } from './forks.ts'
import { verifyLog } from './verify.ts'

type Other = Awaited<ReturnType<typeof otherDevice>>
let store: TestStore
let second: TestStore
beforeEach(async () => {
  store = await testStore()
  second = await secondNode(store, 'second')
})
afterEach(async () => {
  await second[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const tag = (name: string) => [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }]
const give = async (to: TestStore, events: readonly MadeEvent[], makers: Makers = 'none') =>
  (await to.writer.accept(1, events, makers)).map(({ code, known }) => code ?? (known ? 'known' : 'stored'))
/** A tagging behind an event, or the chain's beginning again. */
const behind = (other: Other, before: MadeEvent | undefined, name: string): MadeEvent => {
  const { envelope, id } = before?.signed ?? {}
  if (!envelope || !id) return other.forge('device.granted', other.grantPart, { seq: 1, prev: null })
  return other.forge('library.tagged', tag(name), { seq: envelope.seq + 1, prev: id, time: [envelope.time[0] + 1, 0] })
}
/** Each part of a device's chain: its first event, the numbers that it goes through, its last event. */
const partsOf = async (of: TestStore, did: string) =>
  await of.reader.all<object>(
    'SELECT hex(part) AS part, first, seq, hex(head) AS head FROM device WHERE account = 1 AND did = ? ORDER BY part',
    [did],
  )
const forksSaid = async (of: TestStore) => (await of.events()).filter((type) => type === 'device.forked').length
const problems = async (of: TestStore) =>
  (await verifyLog(of.reader, of.account, of.keys.sealer, new AbortController().signal)).problems

describe('a chain that was forked', () => {
  it('has the same parts, root and state whatever order its events came in', async () => {
    const tree = fc.array(fc.record({ on: fc.nat(30), last: fc.boolean() }), { minLength: 2, maxLength: 12 })
    const mix = fc.array(fc.nat(), { minLength: 13, maxLength: 13 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(tree, mix, fc.boolean(), async (steps, order, twice) => {
        const other = await otherDevice(store, 100 + run++)
        const events = [other.grant, ...(twice ? [behind(other, undefined, '')] : [])]
        for (const [n, { on, last }] of steps.entries())
          events.push(behind(other, last ? events.at(-1) : events[on % events.length], `t${n % 3}`))
        const mixed = events.map((event, n) => ({ event, key: order[n % order.length] ?? 0 })).sort((x, y) => x.key - y.key)
        // what comes too early comes again
        for (const _ of events)
          await give(
            second,
            mixed.map(({ event }) => event),
          )
        expect(new Set(await give(store, events))).toEqual(new Set(['stored']))
        expect(await partsOf(second, other.did)).toEqual(await partsOf(store, other.did))
      }),
      { numRuns: 25, endOnFailure: true },
    )
    // each said of each fork what it found; these too are exchanged
    for (const [from, to] of [
      [store, second],
      [second, store],
    ] as const)
      await to.writer.accept(1, await eventsOf(from), 'none')
    expect(await rootOf(second)).toBe(await rootOf(store))
    expect(await dumpRows(second)).toEqual(await dumpRows(store))
    for (const one of [store, second]) expect(await problems(one)).toEqual([])
  }, 120_000)

  it('is kept as one event of what its own device gives, which is refused, and whole from others', async () => {
    const other = await otherDevice(store, 1)
    const one = behind(other, other.grant, 'one')
    const tail = [behind(other, other.grant, 'other')]
    tail.push(behind(other, tail[0], 'more'))
    expect(await give(store, [other.grant, one], other.did)).toEqual(['stored', 'stored'])
    expect(await give(store, tail, other.did)).toEqual(['event-fork', 'event-fork'])
    expect(await give(store, tail)).toEqual(['known', 'stored'])
    // neither tail goes on by that key, and no third begins
    expect(await give(store, [behind(other, one, 'late'), behind(other, other.grant, 'third')], other.did)).toEqual([
      'event-fork',
      'event-fork',
    ])
    expect(await isForked(store.reader, 1, other.did)).toBe(true)
    expect((await dumpRows(store)).taggings).toHaveLength(3)
    expect(await problems(store)).toEqual([])
  })

  it('is not taken for one where the other event is a forgery', async () => {
    const other = await otherDevice(store, 1)
    await give(store, [other.grant, behind(other, other.grant, 'one')])
    const { envelope, id } = other.grant.signed
    const forged = other.forge('library.tagged', tag('x'), { seq: 2, prev: id, time: [envelope.time[0] + 1, 0] }, other.root)
    for (const makers of ['none', other.did] as const) expect(await give(store, [forged], makers)).toEqual(['event-signature'])
    expect(await isForked(store.reader, 1, other.did)).toBe(false)
  })

  it('is said once, by the first who finds it, with both tails; and before anything else is', async () => {
    const other = await otherDevice(store, 1)
    const tails = ['one', 'other'].map((name) => behind(other, other.grant, name))
    await give(store, [other.grant, ...tails])
    await give(store, [behind(other, tails[0], 'more')])
    await store.writer.append(1, [{ type: 'library.tagged', parts: [{ ...tag('x')[0], on: true } as never] }])
    expect(await forksSaid(store)).toBe(1)
    await second.writer.accept(1, await eventsOf(store), 'none')
    expect(await forksSaid(second)).toBe(1)
    expect((await second.events()).slice(-3)).toEqual(['device.forked', 'library.tagged', 'library.tagged'])
    await store.writer.accept(1, await eventsOf(second), 'none')
    expect(await rootOf(second)).toBe(await rootOf(store))
  })
})

describe('a word of a fork', () => {
  it('counts where both tails are here, and are tails', async () => {
    const [other, liar] = [await otherDevice(store, 1), await otherDevice(store, 2)]
    const tails = ['one', 'other'].map((name) => behind(other, other.grant, name))
    const [one, two] = tails.map(({ signed: { id, envelope } }) => ({ first: id, seq: envelope.seq, id }))
    await give(store, [other.grant, liar.grant])
    const fork = { device: other.did, seq: 1, id: other.grant.signed.id, tails: [one, two] }
    const said = (part: object) => give(store, [liar.forge('device.forked', [part])])
    expect(await said(fork)).toEqual(['event-missing-cause'])
    await give(store, [tails[0] as MadeEvent])
    expect(await said(fork)).toEqual(['event-missing-cause'])
    // one tail twice; a number that is another's; its own
    expect(await said({ ...fork, tails: [one, one] })).toEqual(['event-not-granted'])
    expect(await said({ ...fork, seq: 0, id: null })).toEqual(['event-not-granted'])
    expect(await said({ ...fork, device: liar.did })).toEqual(['event-not-granted'])
    expect(await said({ ...fork, tails: [one] })).toEqual(['event-schema'])
    expect(await forksSaid(store)).toBe(0)
    await give(store, [tails[1] as MadeEvent])
    expect(await said(fork)).toEqual(['stored'])
  })
})

describe('a device whose chain was forked', () => {
  it('is revoked with both tails standing, also where they are equally long', async () => {
    const other = await otherDevice(store, 1)
    const tails = ['one', 'other'].map((name) => behind(other, other.grant, name))
    await give(store, [other.grant, ...tails])
    const before = (await dumpRows(store)).taggings
    expect(before).toHaveLength(2)
    const end = await endOfChain(store.reader, 1, other.did)
    const root = { did: didOf(other.root), key: other.root }
    await store.writer.append(1, [{ type: 'device.revoked', parts: [{ device: other.did, ...end }] }], root)
    expect(await store.writer.outdated(1)).toEqual([])
    expect((await dumpRows(store)).taggings).toEqual(before)
    // what would follow is void
    expect(await give(store, [behind(other, tails[0], 'late')], other.did)).not.toEqual(['stored'])
    expect(await problems(store)).toEqual([])
  })
})
