import { describe, expect, it } from 'vitest'
import { isBlank, keepRest, objects, refOf, rest, time } from './fields.ts'

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
