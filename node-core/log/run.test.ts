/** Runs of one device's events, of which one signature is looked at and kept. */
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Incoming } from './accept-check.ts'
import { isSigned, limits, parseEnvelope } from './envelope.ts'
import { verifyLog } from './verify.ts'

let store: TestStore
beforeEach(async () => {
  store = await testStore()
})
type Other = Awaited<ReturnType<typeof otherDevice>>
const tag = (name: string) => [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }]
const several = (other: Other, count: number): MadeEvent[] =>
  Array.from({ length: count }, (_, n) => other.make('library.tagged', tag(`tag ${n}`)))
/** As it travels where nobody looked at its signature. */
const bare = ({ signed, chunks }: MadeEvent): Incoming => ({ envelope: signed.unsigned, chunks })
/** With a signature that is its device's, but for one bit. */
const spoilt = ({ signed, chunks }: MadeEvent): Incoming => {
  const envelope = Uint8Array.from(signed.bytes)
  const at = Buffer.from(envelope).indexOf(signed.sig)
  envelope[at] = (envelope[at] ?? 0) ^ 1
  return { envelope, chunks }
}
const codes = async (events: readonly Incoming[], to = store) =>
  (await to.writer.accept(to.account.id, events, 'any')).map(({ code, known }) => code ?? (known ? 'known' : 'stored'))
const problems = async (of = store) =>
  (await verifyLog(of.reader, of.account, of.keys.sealer, new AbortController().signal)).problems.map(({ code }) => code)
/** Of the stored events of a device, in order: whether each is signed. */
const signed = async (other: Other, of = store) =>
  (await eventsOf(of))
    .map(({ envelope }) => ({ envelope, device: parseEnvelope(envelope, { inRun: true }).envelope.device }))
    .filter(({ device }) => device === other.did)
    .map(({ envelope }) => isSigned(envelope))

describe('a run', () => {
  it('keeps the signature that was looked at and no other, and goes on to further nodes', async () => {
    const other = await otherDevice(store, 1)
    const third = await secondNode(store, 'third')
    expect(new Set(await codes([other.grant, ...several(other, 5)]))).toEqual(new Set(['stored']))
    // a grant is always looked at
    expect(await signed(other)).toEqual([true, false, false, false, false, true])
    expect(await problems()).toEqual([])
    const second = await secondNode(store, 'second')
    expect(await signed(other, second)).toEqual([true, false, false, false, false, true])
    expect(await problems(second)).toEqual([])
    expect(new Set(await codes(await eventsOf(second), third))).toEqual(new Set(['known', 'stored']))
    expect(await signed(other, third)).toEqual([true, false, false, false, false, true])
    expect(await problems(third)).toEqual([])
  })

  it('is proved by its newest signature, whatever stands in those before, of which nothing is kept', async () => {
    const other = await otherDevice(store, 1)
    const [one, two, three] = several(other, 3) as [MadeEvent, MadeEvent, MadeEvent]
    expect(await codes([other.grant, spoilt(one), bare(two), three])).toEqual(['stored', 'stored', 'stored', 'stored'])
    expect(await signed(other)).toEqual([true, false, false, true])
    expect(await problems()).toEqual([])
  })

  it('is not proved by an end that is not signed, or not by its device', async () => {
    const other = await otherDevice(store, 1)
    const [one, two, three] = several(other, 3) as [MadeEvent, MadeEvent, MadeEvent]
    expect(await codes([other.grant, bare(one), bare(two)])).toEqual(['stored', 'event-signature', 'event-missing-cause'])
    expect(await codes([bare(one), spoilt(two)])).toEqual(['event-signature', 'event-missing-cause'])
    expect(await codes([one, bare(two), spoilt(three)])).toEqual(['stored', 'event-signature', 'event-missing-cause'])
    expect(await signed(other)).toEqual([true, true])
    expect(await codes([bare(two), three])).toEqual(['stored', 'stored'])
    expect(await problems()).toEqual([])
  })

  it('does not prove what its newest event does not name', async () => {
    const other = await otherDevice(store, 1)
    await codes([other.grant])
    const [one] = several(other, 1) as [MadeEvent]
    const forged = other.forge('library.tagged', tag('forged'), {}, other.root)
    const [two, three] = several(other, 2) as [MadeEvent, MadeEvent]
    expect(await codes([one, forged, three])).toEqual(['stored', 'event-signature', 'event-missing-cause'])
    expect(await codes([bare(forged), three])).toEqual(['event-signature', 'event-missing-cause'])
    expect(await codes([two, three])).toEqual(['stored', 'stored'])
    expect(await problems()).toEqual([])
  })

  it('ends before an event that is refused: only what is stored proves', async () => {
    const other = await otherDevice(store, 1)
    const [one, two, three] = several(other, 3) as [MadeEvent, MadeEvent, MadeEvent]
    const ahead = other.make('library.tagged', tag('ahead'), { time: [store.clock.now() + limits.clockAheadMs + 1, 0] })
    const all = [other.grant, bare(one), two, bare(three), ahead]
    expect(await codes(all)).toEqual(['stored', 'stored', 'stored', 'event-signature', 'event-clock-ahead'])
    expect(await signed(other)).toEqual([true, false, true])
    expect(await problems()).toEqual([])
  })

  it('does not prove what says who may sign', async () => {
    const other = await otherDevice(store, 1, ['read', 'write', 'grant'])
    const renamed = () => other.make('device.renamed', [{ device: other.did, name: 'another' }])
    await codes([other.grant])
    const [first, second] = [renamed(), renamed()]
    expect(await codes([spoilt(first), second])).toEqual(['event-signature', 'event-missing-cause'])
    expect(await codes([bare(first), second])).toEqual(['event-signature', 'event-missing-cause'])
    expect(await codes([first, second])).toEqual(['stored', 'stored'])
    expect(await signed(other)).toEqual([true, true, true])
  })

  it('is not cut where it is longer than a transaction, or a page', async () => {
    const other = await otherDevice(store, 1)
    const [run, rest] = [several(other, 700), several(other, 10)]
    const last = run.pop() as MadeEvent
    expect(new Set(await codes([other.grant, ...run.map(bare), last, ...rest]))).toEqual(new Set(['stored']))
    const second = await secondNode(store, 'second')
    expect((await signed(other, second)).length).toBe(711)
    expect(await problems(second)).toEqual([])
  })

  it('is not cut by the clock of who asks', async () => {
    const other = await otherDevice(store, 1)
    await codes([other.grant, ...several(other, 6)])
    const [first] = await eventsOf(store, { [other.did]: 3, [store.account.did]: 1, [store.account.device]: 1 })
    expect(first && parseEnvelope(first.envelope, { inRun: true }).envelope.seq).toBe(4)
  })
})

it('of any events, whatever their signatures are, those are stored that one of their run proves that is stored', async () => {
  const kinds = ['fine', 'bare', 'spoilt'] as const
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(...kinds)), { minLength: 1, maxLength: 12 }),
      async (drawn) => {
        const to = await testStore()
        const others = [await otherDevice(to, 1), await otherDevice(to, 2)]
        await codes(
          others.map(({ grant }) => grant),
          to,
        )
        const events = drawn.map(([who, kind]) => {
          const made = (others[who] as Other).make('future.thing', [who])
          return { who, kind, incoming: kind === 'fine' ? made : kind === 'bare' ? bare(made) : spoilt(made) }
        })
        const expected = events.map(({ who }, at) => {
          const lasts = events.findLastIndex((one) => one.who === who && one.kind === 'fine')
          if (at <= lasts) return 'stored'
          const first = events.findIndex((one, n) => n > lasts && one.who === who)
          return at === first ? 'event-signature' : 'event-missing-cause'
        })
        expect(
          await codes(
            events.map(({ incoming }) => incoming),
            to,
          ),
        ).toEqual(expected)
        expect(await problems(to)).toEqual([])
        for (const other of others) expect((await signed(other, to)).at(-1)).toBe(true)
        await to[Symbol.asyncDispose]()
      },
    ),
    { numRuns: 40 },
  )
})

describe('the verification of a log', () => {
  const strip = async (where: string) => {
    const rows = await store.storage.all<{ position: number; envelope: Uint8Array }>(
      `SELECT position, envelope FROM event WHERE ${where}`,
    )
    for (const { position, envelope } of rows)
      await store.storage.transaction((tx) =>
        tx.run('UPDATE event SET envelope = ? WHERE position = ?', [parseEnvelope(envelope).unsigned, position]),
      )
    expect(rows.length).toBe(1)
  }

  it('finds events that no signature proves', async () => {
    const other = await otherDevice(store, 1)
    await codes([other.grant, ...several(other, 3)])
    await strip(`position = (SELECT max(position) FROM event)`)
    expect(await problems()).toEqual(['event-signature'])
  })

  it('finds a grant without its own', async () => {
    const other = await otherDevice(store, 1)
    await codes([other.grant, ...several(other, 3)])
    await strip(`type = 'device.granted' AND device = (SELECT id FROM device WHERE did = '${other.did}')`)
    expect(await problems()).toContain('event-signature')
  })
})
