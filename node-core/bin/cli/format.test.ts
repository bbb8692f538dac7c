import { describe, expect, it } from 'vitest'
import { dateOf, edgeOf } from './dates.ts'
import { bytes, day, duration, harmless, oneLine, shortened } from './format.ts'
import { sizeOf } from './sizes.ts'

describe('figures', () => {
  it('are as people read them', () => {
    expect([0, 999, 1000, 1_250_000, 999_950, 84_000_000_000].map(bytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '1.3 MB',
      '1.0 MB',
      '84 GB',
    ])
    expect([0.25, 9, 59.4, 60, 125, 7320].map(duration)).toEqual(['0.3 s', '9 s', '59 s', '1 min', '2 min 5 s', '2 h 2 min'])
    expect(['500MB', '20 GB', '1.5t', '7'].map(sizeOf)).toEqual([5e8, 2e10, 1.5e12, 7])
    for (const wrong of ['', 'GB', '-1', '1e9', '5 apples']) expect(() => sizeOf(wrong), wrong).toThrow(/A size is/)
  })
})

describe('text from outside', () => {
  it('cannot move the cursor, colour, ring or answer', () => {
    expect(harmless('a\x1b[2Jb\x07\x00\x9b31m\r\nc\td\x7f')).toBe('a␛[2Jb␇␀\ufffd31m\nc\td\ufffd')
    expect(harmless('over\rwritten')).toBe('over␍written')
    expect(oneLine('  a\n\n b\u2028c ')).toBe('a b c')
  })
  it('is shortened by characters', () => {
    expect(shortened('👩‍🚀abc', 10)).toBe('👩‍🚀abc')
    expect(shortened('abcdef', 4)).toBe('abc…')
  })
})

describe('dates', () => {
  it('are days, months and years of this time zone, the last one whole', () => {
    const edges = (text: string) => {
      const date = dateOf(text)
      return date && [day(edgeOf(date, 'start')), day(edgeOf(date, 'end'))]
    }
    expect(edges('2024-02-29')).toEqual(['2024-02-29', '2024-03-01'])
    expect(edges('2024-12')).toEqual(['2024-12-01', '2025-01-01'])
    expect(edges('2024')).toEqual(['2024-01-01', '2025-01-01'])
  })
  it.each(['', '24', '2024-13', '2024-02-30', '2024-00', '1960', '2024-1-1', 'yesterday', '2024-01-01T00:00'])(
    'are not “%s”',
    (text) => {
      expect(dateOf(text)).toBeUndefined()
    },
  )
})
