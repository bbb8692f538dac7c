import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Contribution,
  type ConversationState,
  type Edits,
  emptyState,
  type IncomingEntry,
  mergeContribution,
  mergeEdit,
  type Stamp,
} from './rules.ts'
import { viewOf } from './view.ts'

const hex = (n: number): string => n.toString(16).padStart(16, '0')
const entry: fc.Arbitrary<IncomingEntry> = fc
  .record({
    id: fc.nat(4),
    hash: fc.nat(2),
    updated: fc.nat(3),
    order: fc.nat(3),
    time: fc.option(fc.nat(3), { nil: undefined }),
  })
  .map(({ id, hash, updated, order, time }) => ({
    id: hex(id),
    parent: id === 0 ? null : hex((id - 1) >> 1),
    role: 'user',
    // what a message says of itself goes with its hash
    time: hash === 0 ? time : hash,
    updated,
    hash: hash === 0 ? hex(100 + (time ?? 9)) : hex(hash),
    index: 0,
    units: 1,
    order,
    model: undefined,
    hidden: false,
    folded: false,
  }))
const said = fc.record({
  updated: fc.nat(3),
  device: fc.constantFrom('a', 'b'),
  fields: fc.record(
    {
      title: fc.constantFrom('x', 'y'),
      archived: fc.boolean(),
      tags: fc.array(fc.constantFrom('t', 'u'), { maxLength: 2 }),
      current: fc.nat(4).map(hex),
    },
    { requiredKeys: [] },
  ),
  blobs: fc.dictionary(fc.constantFrom('p', 'q'), fc.constantFrom('b1', 'b2')),
  entries: fc.uniqueArray(entry, { maxLength: 4, selector: ({ id }) => id }),
})
/** Contributions with stamps of their own, as a log gives them. */
const contributions: fc.Arbitrary<Contribution[]> = fc.array(said, { minLength: 1, maxLength: 6 }).map((all) =>
  all.map(({ updated, device, ...rest }, n) => ({
    n,
    stamp: { updated, time: [Math.floor(n / 2), n % 2], device } satisfies Stamp,
    ...rest,
  })),
)
const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length })

function fold(all: readonly Contribution[]): ConversationState {
  const state = emptyState(new Uint8Array(16), 'chatgpt', 'k')
  const stamps = new Map(all.map((one) => [one.n, one.stamp]))
  for (const one of all) mergeContribution(state, one, (n) => stamps.get(n) as Stamp)
  return state
}
/** A state without what is local: ordinals, and the order in which things came. */
const essence = (state: ConversationState) => ({
  registers: state.registers,
  blobs: state.blobs,
  entries: state.entries.map(({ ordinal: _o, ...rest }) => rest).sort((a, b) => (a.id < b.id ? -1 : 1)),
})

describe('merging contributions', () => {
  it('gives the same in any order, and however often one comes', () => {
    fc.assert(
      fc.property(
        contributions.chain((all) => fc.tuple(fc.constant(all), shuffled([...all, ...all.slice(0, 2)]))),
        ([all, other]) => {
          expect(essence(fold(other))).toEqual(essence(fold(all)))
          const [a, b] = [viewOf(fold(all)), viewOf(fold(other))]
          expect({ ...b, leaf: b.leaf?.id }).toEqual({ ...a, leaf: a.leaf?.id })
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never lets what is older take anything back, nor what is absent', () => {
    fc.assert(
      fc.property(contributions, (all) => {
        const newest = all.reduce((best, one) => (one.stamp.updated >= best.stamp.updated ? one : best))
        const state = fold([...all.filter((one) => one !== newest), newest])
        const shown = new Map(state.entries.map((one) => [one.id, one]))
        for (const [name, value] of Object.entries(newest.fields)) expect(state.registers[name as 'title']?.[0]).toEqual(value)
        for (const { id, hash, updated } of newest.entries) {
          const one = shown.get(id)
          expect(one && (one.hash === hash || one.updated >= updated)).toBe(true)
        }
        for (const { entries, fields, blobs } of all) {
          for (const { id } of entries) expect(shown.has(id)).toBe(true)
          for (const name of Object.keys(fields)) expect(state.registers).toHaveProperty(name)
          for (const pointer of Object.keys(blobs)) expect(state.blobs).toHaveProperty([pointer])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('numbers documents anew only for what changed, and says which are no longer true', () => {
    fc.assert(
      fc.property(contributions, (all) => {
        const state = emptyState(new Uint8Array(16), 'chatgpt', 'k')
        const stamps = new Map(all.map((one) => [one.n, one.stamp]))
        const living = new Map<number, string>()
        let highest = 0
        for (const one of all) {
          const { changed, dead } = mergeContribution(state, one, (n) => stamps.get(n) as Stamp)
          for (const ordinal of dead) expect(living.delete(ordinal)).toBe(true)
          for (const { ordinal, id, hash } of changed) {
            expect(ordinal).toBeGreaterThan(highest)
            highest = ordinal
            living.set(ordinal, `${id} ${hash}`)
          }
        }
        expect([...living]).toEqual(
          expect.arrayContaining(state.entries.map(({ ordinal, id, hash }) => [ordinal, `${id} ${hash}`])),
        )
        expect(living.size).toBe(state.entries.length)
      }),
      { numRuns: 300 },
    )
  })

  it('takes the first of two messages of one id in one contribution', () => {
    const one: IncomingEntry = {
      id: hex(1),
      parent: null,
      role: 'user',
      time: 1,
      updated: 1,
      hash: hex(1),
      index: 0,
      units: 1,
      order: 0,
      model: undefined,
      hidden: false,
      folded: false,
    }
    const state = fold([
      {
        n: 0,
        stamp: { updated: 1, time: [1, 0], device: 'a' },
        fields: {},
        blobs: {},
        entries: [one, { ...one, hash: hex(2), index: 1 }],
      },
    ])
    expect(state.entries.map(({ hash }) => hash)).toEqual([hex(1)])
  })
})

describe('merging edits', () => {
  const edit = fc.record({
    edits: fc.record(
      { title: fc.option(fc.constantFrom('x', 'y')), archived: fc.option(fc.boolean()), starred: fc.option(fc.boolean()) },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Edits>,
    device: fc.constantFrom('a', 'b'),
  })
  const edits = fc
    .array(edit, { minLength: 1, maxLength: 6 })
    .map((all) => all.map((one, n) => ({ ...one, time: [Math.floor(n / 3), n % 3] as [number, number] })))
  const foldEdits = (all: readonly { edits: Edits; time: [number, number]; device: string }[]) => {
    const state = emptyState(new Uint8Array(16), 'chatgpt', 'k')
    for (const { edits: some, time, device } of all) mergeEdit(state, some, time, device)
    return state.edits
  }
  it('gives the last word of each field, in any order and however often it comes', () => {
    fc.assert(
      fc.property(
        edits.chain((all) => fc.tuple(fc.constant(all), shuffled([...all, ...all]))),
        ([all, other]) => {
          expect(foldEdits(other)).toEqual(foldEdits(all))
          for (const name of ['title', 'archived', 'starred'] as const) {
            const last = all.findLast(({ edits: some }) => some[name] !== undefined)
            expect(foldEdits(all)[name]?.value).toEqual(last?.edits[name])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('shows a person’s value over the imported one, and gives it back', () => {
    const state = fold([
      { n: 0, stamp: { updated: 9, time: [1, 0], device: 'a' }, fields: { title: 'theirs' }, blobs: {}, entries: [] },
    ])
    mergeEdit(state, { title: 'mine', archived: true }, [2, 0], 'a')
    expect(viewOf(state)).toMatchObject({ title: 'mine', archived: true })
    mergeEdit(state, { title: null, archived: null }, [3, 0], 'a')
    expect(viewOf(state)).toMatchObject({ title: 'theirs', archived: false })
  })
})

describe('two things said at once by one device', () => {
  it('come to the same whichever came first', () => {
    const time = [5, 0] as const
    const edits = [
      { title: 'a', starred: true },
      { title: 'b', starred: false },
    ]
    const edited = (all: typeof edits) => {
      const state = emptyState(new Uint8Array(16), 'chatgpt', 'k')
      for (const one of all) mergeEdit(state, one, time, 'did:key:x')
      return state.edits
    }
    expect(edited(edits)).toEqual(edited([...edits].reverse()))
    const stamp: Stamp = { updated: 1, time, device: 'did:key:x' }
    const entry = { id: '0000000000000001', parent: null, updated: 1 } as unknown as Contribution['entries'][number]
    const contributions = ['aa', 'bb'].map((hash, n): Contribution => {
      return { n: n + 1, stamp, fields: { title: hash }, blobs: {}, entries: [{ ...entry, hash }] }
    })
    expect(essence(fold(contributions))).toEqual(essence(fold([...contributions].reverse())))
  })
})
