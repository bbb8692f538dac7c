import { expect, it } from 'vitest'
import { timeLeft } from './time-left.ts'

it('is told in steps that a person would use', () => {
  const said = [0, 7.9, 8, 12, 54, 55, 89, 95, 3600, 5999, 6000, 40_000]
    .map(timeLeft)
    .map(({ unit, count }) => `${count} ${unit}`)
  expect(said).toEqual([
    '0 moment',
    '0 moment',
    '10 seconds',
    '20 seconds',
    '60 seconds',
    '1 minutes',
    '1 minutes',
    '2 minutes',
    '60 minutes',
    '2 hours',
    '2 hours',
    '11 hours',
  ])
})
