import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NumberSet } from './number-set.ts'

const numbers = fc.array(fc.nat({ max: 5000 }), { maxLength: 60 })
const setOf = (list: readonly number[]): NumberSet => {
  const set = new NumberSet()
  for (const number of list) set.add(number)
  return set
}

describe('NumberSet', () => {
  it('holds what a Set holds, in order', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (added, removed, others) => {
        const model = new Set(added)
        const set = setOf(added)
        for (const number of removed) {
          model.delete(number)
          set.delete(number)
        }
        expect([...set]).toEqual([...model].sort((a, b) => a - b))
        const other = new Set(others)
        expect(set.countIn(setOf(others))).toBe([...model].filter((number) => other.has(number)).length)
        set.addAll(setOf(others))
        expect([...set]).toEqual([...model.union(other)].sort((a, b) => a - b))
      }),
    )
  })
})
