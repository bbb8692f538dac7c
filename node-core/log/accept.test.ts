/** Events of other devices: everything that a forger, a broken copy or a bad network may send. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Incoming } from './accept-check.ts'
import { limits } from './envelope.ts'
import { verifyLog } from './verify.ts'

let store: TestStore
beforeEach(async () => {
  store = await testStore()
})
type Other = Awaited<ReturnType<typeof otherDevice>>
const tag = (name: string) => [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }]
const tagged = (other: Other, name: string) => other.make('library.tagged', tag(name))
const accept = (events: readonly Incoming[], to = store) => to.writer.accept(to.account.id, events, 'any')
const codes = async (events: readonly Incoming[], to = store) =>
  (await accept(events, to)).map(({ code, known }) => code ?? (known ? 'known' : 'stored'))
const problems = async (of = store) =>
  (await verifyLog(of.reader, of.account, of.keys.sealer, new AbortController().signal)).problems
const count = async () => (await store.events()).length

describe('accepting', () => {
  it('stores what continues, once, and goes on behind it itself', async () => {
    const other = await otherDevice(store, 1)
    const events = [other.grant, tagged(other, 'a'), tagged(other, 'b')]
    expect(await codes(events)).toEqual(['stored', 'stored', 'stored'])
    expect(await codes(events)).toEqual(['known', 'known', 'known'])
    // the node's own next event names what it saw
    await store.writer.append(store.account.id, [{ type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }])
    const own = (await eventsOf(store)).at(-1)
    expect(own && Buffer.from(own.envelope).includes(other.did)).toBe(true)
    expect(await problems()).toEqual([])
  })

  it('stores many in short transactions, in between others write', async () => {
    const other = await otherDevice(store, 1)
    const events = [other.grant, ...Array.from({ length: 600 }, (_, n) => other.make('future.thing', [n]))]
    const done: string[] = []
    const append = store.writer
      .append(store.account.id, [{ type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }])
      .then(() => done.push('append'))
    const outcomes = await accept(events).finally(() => done.push('accept'))
    await append
    expect(outcomes.every(({ code }) => code === undefined)).toBe(true)
    expect(done).toEqual(['append', 'accept'])
    expect(await problems()).toEqual([])
  })

  it('keeps an unknown type and derives nothing from it', async () => {
    const other = await otherDevice(store, 1)
    expect(await codes([other.grant, other.make('future.thing', [{ anything: 1 }])])).toEqual(['stored', 'stored'])
    expect((await store.events()).at(-1)).toBe('future.thing')
    expect(await problems()).toEqual([])
  })

  it.each<[string, (other: Other) => MadeEvent | Incoming, string]>([
    ['bytes that are no envelope', () => ({ envelope: new Uint8Array(9), chunks: [] }), 'event-not-canonical'],
    [
      'a changed byte',
      (other) => {
        const made = other.forge('library.tagged', tag('x'))
        const envelope = Uint8Array.from(made.envelope)
        envelope[Buffer.from(envelope).indexOf('library.tagged') + 8] = 'T'.charCodeAt(0)
        return { ...made, envelope }
      },
      'event-signature',
    ],
    ['another’s signature', (other) => other.forge('library.tagged', tag('x'), {}, other.root), 'event-signature'],
    ['another account', (other) => other.forge('library.tagged', tag('x'), { owner: other.did }), 'event-not-granted'],
    ['a gap', (other) => other.forge('library.tagged', tag('x'), { seq: 9 }), 'event-missing-cause'],
    ['another predecessor', (other) => other.forge('library.tagged', tag('x'), { prev: new Uint8Array(32) }), 'event-fork'],
    ['a clock that goes back', (other) => other.forge('library.tagged', tag('x'), { time: [5, 0] }), 'event-sequence'],
    [
      'a clock that is ahead',
      (other) => other.forge('library.tagged', tag('x'), { time: [store.clock.now() + limits.clockAheadMs + 1, 0] }),
      'event-clock-ahead',
    ],
    [
      'a cause that is not here',
      (other) =>
        other.forge('library.tagged', tag('x'), { deps: [{ device: store.account.did, seq: 1, id: new Uint8Array(32) }] }),
      'event-missing-cause',
    ],
    ['a second event of one number', (other) => other.forge('library.tagged', tag('x'), { seq: 1, prev: null }), 'event-fork'],
    [
      'a forged second event of one number',
      (other) => other.forge('library.tagged', tag('x'), { seq: 1, prev: null }, other.root),
      'event-signature',
    ],
    ['a payload of another shape', (other) => other.forge('library.tagged', [{ tag: 7 }]), 'event-schema'],
    ['another payload', (other) => ({ ...other.forge('library.tagged', tag('x')), chunks: [Buffer.from('no')] }), 'event-chunks'],
    ['a payload too few', (other) => ({ ...other.forge('library.tagged', tag('x')), chunks: [] }), 'event-chunks'],
    [
      'a payload that is too large',
      (other) =>
        other.forge('library.note-written', [{ note: new Uint8Array(16), target: null, update: new Uint8Array(300_000) }]),
      'event-too-large',
    ],
  ])('refuses %s, and leaves nothing of it', async (_, forged, code) => {
    const other = await otherDevice(store, 1)
    await accept([other.grant])
    const before = await count()
    expect(await codes([forged(other)])).toEqual([code])
    expect(await count()).toBe(before)
    // what is right is taken after it
    expect(await codes([tagged(other, 'right')])).toEqual(['stored'])
    expect(await problems()).toEqual([])
  })

  it('takes the neighbours of a bad one, and lets its successors wait', async () => {
    const [one, two] = [await otherDevice(store, 1), await otherDevice(store, 2)]
    const missing = tagged(one, 'missing')
    const after = tagged(one, 'after')
    expect(await codes([one.grant, two.grant, after, tagged(two, 'fine')])).toEqual([
      'stored',
      'stored',
      'event-missing-cause',
      'stored',
    ])
    expect(await codes([missing, after])).toEqual(['stored', 'stored'])
    expect(await problems()).toEqual([])
  })

  it('refuses a device without a grant, or without the capability', async () => {
    const reader = await otherDevice(store, 1, ['read'])
    expect(await codes([reader.grant, tagged(reader, 'x')])).toEqual(['stored', 'event-not-granted'])
    const stranger = await otherDevice(store, 2)
    expect(await codes([stranger.forge('library.tagged', tag('x'), { seq: 1, prev: null })])).toEqual(['event-not-granted'])
  })

  it('takes of a revoked device only what others carry, and lets it have no effect', async () => {
    const other = await otherDevice(store, 1)
    const last = tagged(other, 'counts')
    await accept([other.grant, last])
    const { id, envelope } = last.signed
    const revoked = { type: 'device.revoked' as const, parts: [{ device: other.did, seq: envelope.seq, id }] }
    await store.writer.append(store.account.id, [revoked], { did: store.account.did, key: other.root })
    const late = tagged(other, 'void')
    expect(await codes([late])).toEqual(['event-revoked'])
    expect((await store.writer.accept(1, [late], 'none')).map(({ code }) => code)).toEqual([undefined])
    const shown = async () => (await store.storage.all('SELECT name FROM tagging')).length
    expect(await shown()).toBe(1)
    expect(await store.writer.outdated(1)).toEqual([])
    await store.rebuild()
    expect(await shown()).toBe(1)
    expect(await problems()).toEqual([])
    // on a node that took it in before it knew, it counts until then
    const second = await secondNode(await testStore({ seed: 1 }), 'second')
    const held = await eventsOf(store)
    const order = [...held.filter(({ envelope: bytes }) => !Buffer.from(bytes).includes('device.revoked')), ...held]
    const answers = await second.writer.accept(1, order, 'none')
    expect(answers.filter(({ code }) => code !== undefined && code !== 'event-missing-cause')).toEqual([])
    expect(await second.writer.outdated(1)).toEqual(['library'])
  })

  it('keeps to the quota, and to what was stored before it', async () => {
    const other = await otherDevice(store, 1)
    await accept([other.grant])
    await store.storage.transaction((tx) => tx.run('UPDATE account SET quota = 1'))
    const events = [tagged(other, 'a')]
    await expect(accept(events)).rejects.toMatchObject({ code: 'quota-exceeded' })
    await store.storage.transaction((tx) => tx.run('UPDATE account SET quota = 0'))
    expect(await codes(events)).toEqual(['stored'])
  })

  it('lets a part be missing that was deleted, and finds one that was not', async () => {
    const other = await otherDevice(store, 1)
    const note = new Uint8Array(16).fill(3)
    const written = other.make('library.note-written', [{ note, target: null, update: new Uint8Array([0, 0]) }])
    expect(await codes([other.grant, { ...written, chunks: [null] }])).toEqual(['stored', 'stored'])
    expect((await problems()).map(({ code }) => code)).toEqual(['event-chunks'])
    const deleted = other.make('library.note-deleted', [{ note, chunks: written.signed.envelope.chunks }])
    expect(await codes([deleted])).toEqual(['stored'])
    expect(await problems()).toEqual([])
  })
})

describe('a copy of a store that goes on writing', () => {
  const write = (to: TestStore, name: string) =>
    to.writer.append(to.account.id, [
      { type: 'library.tagged', parts: [{ target: { conversation: new Uint8Array(16) }, tag: name, on: true }] },
    ])
  /** Two stores with one device key, and the same events. */
  const twins = async () => {
    const [second, copy] = [await secondNode(store, 'second'), await secondNode(store, 'second')]
    expect(copy.account.device).toBe(second.account.device)
    const held = await eventsOf(second)
    expect(await eventsOf(copy)).toEqual(held)
    return { second, copy, held }
  }

  it('takes back what its device signed after the copy was made, and goes on behind it', async () => {
    const { second, copy, held } = await twins()
    await write(second, 'later')
    expect(await codes((await eventsOf(second)).slice(held.length), copy)).toEqual(['stored'])
    await write(copy, 'last')
    expect(await codes((await eventsOf(copy)).slice(held.length), second)).toEqual(['known', 'stored'])
    expect(await problems(second)).toEqual([])
  })

  it('is told of the fork where it went on before', async () => {
    const { second, copy, held } = await twins()
    await write(second, 'here')
    await write(copy, 'there')
    expect(await codes((await eventsOf(second)).slice(held.length), copy)).toEqual(['event-fork'])
    // it holds both tails by now, and says so of each
    expect(await codes((await eventsOf(copy)).slice(held.length), second)).toEqual(['event-fork', 'known'])
    expect(await problems(copy)).toEqual([])
    for (const one of [second, copy]) await expect(write(one, 'more')).rejects.toMatchObject({ code: 'event-fork' })
  })
})
