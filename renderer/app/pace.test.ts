import { expect, it } from 'vitest'
import { rateOf, type Sample, secondsLeft, withSample } from './pace.ts'

it('tells a rate from the last seconds only, and nothing from a moment', () => {
  let samples: readonly Sample[] = []
  const seen = (at: number, bytes: number) => {
    samples = withSample(samples, { at, bytes })
  }
  seen(0, 0)
  expect(rateOf(samples)).toBeNull()
  seen(400, 4000)
  expect([rateOf(samples), secondsLeft(samples, 10_000)]).toEqual([null, null])
  seen(1000, 10_000)
  expect([rateOf(samples), secondsLeft(samples, 30_000), secondsLeft(samples, 5000)]).toEqual([10_000, 2, 0])
  // it gets slower: what was long ago counts no more
  seen(11_000, 20_000)
  seen(13_000, 22_000)
  expect(rateOf(samples)).toBe(1000)
  // nothing moves
  for (let at = 14_000; at <= 30_000; at += 1000) seen(at, 22_000)
  expect([rateOf(samples), secondsLeft(samples, 30_000)]).toEqual([null, null])
})
