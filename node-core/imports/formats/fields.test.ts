import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBlank, keepRest, micros, objects, refOf, rest, time } from './fields.ts'

describe('time', () => {
  const expected = Date.UTC(2023, 10, 14, 22, 13, 20)
  it.each([
    1700000000,
    1700000000.0004,
    1700000000000,
    1700000000000000,
    '1700000000',
    '1700000000.0',
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20.000Z',
    '2023-11-14T23:13:20+01:00',
    '2023-11-14T22:13:20',
    '2023-11-14 22:13:20',
  ])('reads %s', (value) => expect(time(value)).toBe(expected))
  it('keeps milliseconds of float seconds', () => expect(time(1700000000.123)).toBe(expected + 123))
  it.each([null, undefined, '', 'yesterday', 0, Number.NaN, 1e300, '99999999999999999999999999', true, {}])(
    'has nothing to say of %s',
    (value) => {
      expect(time(value)).toBeUndefined()
    },
  )
})

describe('micros', () => {
  it('and time give back every moment that a provider writes to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e15, max: 4e15 }), (moment) => {
        const iso = `${new Date(Math.floor(moment / 1000)).toISOString().slice(0, -1)}${String(moment % 1000).padStart(3, '0')}Z`
        const written = [moment / 1e6, `${Math.floor(moment / 1e6)}.${String(moment % 1e6).padStart(6, '0')}`, moment, iso]
        for (const one of written) expect((time(one) ?? 0) * 1000 + (micros(one) ?? 0)).toBe(moment)
      }),
    )
  })
  it('says nothing of whole milliseconds, and keeps what is finer still', () => {
    for (const one of [1700000000, 1700000000.123, '2023-11-14T22:13:20.120Z', '2023-11-14T22:13:20.123000+01:00', null, 'x', 0])
      expect(micros(one)).toBeUndefined()
    expect(micros('2023-11-14T22:13:20.123456789Z')).toBe(456.789)
  })
})

describe('rest', () => {
  it('keeps what is not known and not blank', () => {
    const source = { id: 1, a: null, b: '', c: [], d: {}, e: false, f: 0, g: [null] }
    expect(rest(source, new Set(['id']))).toEqual({ e: false, f: 0, g: [null] })
    expect(rest({ id: 1 }, new Set(['id']))).toBeUndefined()
    expect(keepRest({ x: 1 }, { y: 2 }, new Set())).toEqual({ x: 1, y: 2 })
  })
  it('tells blanks', () =>
    expect([null, '', [], {}, 0, false, ' '].map(isBlank)).toEqual([true, true, true, true, false, false, false]))
})

describe('objects', () => {
  it('leaves out what is none', () => expect(objects([null, 1, 'a', [1], { b: 2 }])).toEqual([{ b: 2 }]))
})

describe('refOf', () => {
  it('counts from one and shortens titles', () => {
    expect(refOf('a.json', 16, 'T')).toBe('a.json #17 “T”')
    expect(refOf('a.json', 0)).toBe('a.json #1')
    expect(refOf('a.json', 0, 'x'.repeat(200)).length).toBeLessThan(100)
  })
})
