import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Best } from './rank.ts'

describe('the best of many', () => {
  it('are the first of all in order, equal scores by document', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 12 }),
        (scores, size) => {
          const best = new Best(size)
          for (const [document, score] of scores.entries()) best.offer(score, document)
          const all = scores
            .map((score, document) => ({ score, document }))
            .sort((a, b) => b.score - a.score || a.document - b.document)
          expect(best.sorted()).toEqual(all.slice(0, size))
        },
      ),
    )
  })
})
