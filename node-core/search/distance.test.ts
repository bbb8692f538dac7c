import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Distances, distance } from './distance.ts'

/** Optimal string alignment by the book. */
function plainDistance(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number) => table[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      const row = table[i]
      if (row) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped)
    }
  }
  return at(a.length, b.length)
}
const codes = (word: readonly string[]) => word.map((letter) => letter.charCodeAt(0))
const anyWord = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9, size: 'max' })

describe('the distance of two words', () => {
  it('is exact up to its limit', () => {
    fc.assert(
      fc.property(anyWord, anyWord, fc.integer({ min: 1, max: 3 }), (a, b, limit) => {
        expect(distance(codes(a), a.length, codes(b), b.length, limit)).toBe(Math.min(limit + 1, plainDistance(a, b)))
      }),
      { numRuns: 2000 },
    )
  })

  it('is the same for a word after word', () => {
    fc.assert(
      fc.property(anyWord, fc.array(anyWord, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (word, others, limit) => {
        const distances = new Distances(codes(word), limit)
        let before: number[] = []
        for (const other of others.map(codes).sort((a, b) => (a.join() < b.join() ? -1 : 1))) {
          const shared = before.findIndex((letter, i) => letter !== other[i])
          const found = distances.of(other, other.length, shared === -1 ? before.length : shared)
          expect(found).toBe(distance(other, other.length, codes(word), word.length, limit))
          before = other
        }
      }),
      { numRuns: 1000 },
    )
  })
})
