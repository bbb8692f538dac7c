import { expect, it } from 'vitest'
import { formatBytes, formatCount } from './numbers.ts'

it('writes bytes in the largest unit that keeps the number at one or more', () => {
  expect([0, 1, 999, 1000, 1_500_000, 734_003_200, 12_340_000_000, 5e15].map(formatBytes)).toEqual([
    '0 byte',
    '1 byte',
    '999 byte',
    '1 kB',
    '1.5 MB',
    '734 MB',
    '12.3 GB',
    '5,000 TB',
  ])
})

it('groups digits', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567')
})
