import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageId, UnitId } from '../../../node-core/contract/ids.ts'
import type { Unit } from '../../queries/units.ts'
import { type Row, rowsOf } from './rows.ts'

interface Said {
  role?: Unit['role']
  units?: number
  folded?: boolean
  hidden?: boolean
  author?: string
  text?: string
}
const messageId = (number: number) => `m-${number}` as MessageId

/** The units of messages, one after the other. */
const talk = (...said: Said[]): Unit[] =>
  said.flatMap(({ role = 'assistant', units = 1, folded, hidden, author, text = 'Words' }, number) =>
    Array.from({ length: units }, (_, index) => ({
      id: `${messageId(number)}-${index}` as UnitId,
      message: messageId(number),
      role,
      kind: 'prose' as const,
      text,
      part: 0,
      ...(index === 0
        ? { first: true, ...(folded ? { folded } : {}), ...(hidden ? { hidden } : {}), ...(author ? { author } : {}) }
        : {}),
    })),
  )
const rowsFor = (units: (Unit | undefined)[], opened: MessageId[] = [], showHidden = false) =>
  rowsOf({ total: units.length, at: (index) => units[index] }, { opened: new Set(opened), showHidden })
const kinds = (units: (Unit | undefined)[], ...rest: [MessageId[]?, boolean?]) => {
  const rows = rowsFor(units, ...rest)
  return units.map((_, index) => rows.at(index).kind)
}

describe('rows', () => {
  const units = talk(
    { role: 'user', units: 2 },
    { folded: true, units: 2, author: 'python' },
    { hidden: true },
    { folded: true },
    {},
  )

  it('puts folded messages that stand in a row into one line, hidden ones between them or not', () => {
    expect(kinds(units)).toEqual(['unit', 'unit', 'fold', 'none', 'none', 'none', 'unit'])
    const row = rowsFor(units).at(2)
    expect(row.kind === 'fold' && row.fold).toMatchObject({
      messages: ['m-1', 'm-3'],
      names: ['python'],
      system: false,
      open: false,
    })
  })
  it('counts the headings that a heading stands under in its message, whatever their marks', () => {
    const headings = ['## a', 'words', '#### b', 'c\n---', '### d', '###### e', '# f', '## g']
    const said: Unit[] = headings.map((text, index) => ({
      id: `m-1-${index}` as UnitId,
      message: messageId(1),
      role: 'assistant',
      kind: text === 'words' ? 'prose' : 'heading',
      text,
      part: 0,
      ...(index === 0 ? { first: true } : {}),
    }))
    const rows = rowsFor([...talk({ role: 'user' }), ...said])
    const under = headings.map((_, index) => {
      const row = rows.at(index + 1)
      return row.kind === 'unit' && row.under
    })
    expect(under).toEqual([0, 0, 1, 0, 1, 2, 0, 1])
  })
  it('shows all of them once one is opened', () => {
    expect(kinds(units, [messageId(3)])).toEqual(['unit', 'unit', 'unit', 'unit', 'none', 'unit', 'unit'])
    const rows = rowsFor(units, [messageId(3)])
    const lines = units.map((_, index) => rows.at(index)).map((row) => row.kind === 'unit' && row.fold !== undefined)
    expect(lines).toEqual([false, false, true, false, false, false, false])
  })
  it('shows hidden messages where they are asked for', () => {
    expect(kinds(units, [], true)).toEqual(['unit', 'unit', 'fold', 'none', 'unit', 'fold', 'unit'])
  })
  it('holds a place for what is not loaded', () => {
    expect(kinds([units[0], undefined, ...units.slice(2)])).toEqual(['unit', 'missing', 'fold', 'none', 'none', 'none', 'unit'])
  })
  it('names a speaker once while the same one goes on, and says where a message ends', () => {
    const rows = rowsFor(talk({ role: 'user' }, { units: 2 }, {}, { role: 'user' }))
    const told = [0, 1, 2, 3, 4].map((index) => rows.at(index)).map((row) => row.kind === 'unit' && [row.named, row.last])
    expect(told).toEqual([
      [true, true],
      [true, false],
      [false, true],
      [false, true],
      [true, true],
    ])
  })
  it('gives a unit the definitions of its message', () => {
    const [first, second] = talk({ text: 'See [the notes][1]' }, { text: '[1]: https://example.org' })
    if (!first || !second) throw new Error('There are two.')
    const other = { ...second, id: `${first.message}-1` as UnitId, message: first.message, first: false }
    const around = (units: Unit[]) => {
      const row = rowsFor(units).at(0)
      return row.kind === 'unit' ? row.around : undefined
    }
    expect(around([first, other])).toEqual([other])
    expect(around([first, second])).toBeUndefined()
  })

  it('says of every unit the same, however the rows are asked, and leaves out no message of a fold', () => {
    const said = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const, 'tool' as const),
      units: fc.integer({ min: 1, max: 3 }),
      folded: fc.boolean(),
      hidden: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 12 }), fc.boolean(), fc.infiniteStream(fc.nat()), (messages, showHidden, order) => {
        const units = talk(...messages)
        const forwards = rowsFor(units, [], showHidden)
        const there = units.map((_, index) => forwards.at(index))
        const mixed = rowsFor(units, [], showHidden)
        for (let n = 0; n < units.length; n++) mixed.at((order.next().value ?? 0) % units.length)
        expect(units.map((_, index) => mixed.at(index))).toEqual(there)
        const shown = new Set(
          there.flatMap((row: Row) => (row.kind === 'unit' ? [row.unit.message] : row.kind === 'fold' ? row.fold.messages : [])),
        )
        const wanted = messages.flatMap(({ hidden }, number) => (hidden && !showHidden ? [] : [messageId(number)]))
        expect([...shown].sort()).toEqual([...wanted].sort())
      }),
    )
  })
})
