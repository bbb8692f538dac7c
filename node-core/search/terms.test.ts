import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TermTable } from './terms.ts'
import { termHash } from './tokenize.ts'

const anyTerm = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'é', '東'), { minLength: 1, maxLength: 12 }).map((letters) => letters.join('')),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdefghij0123456789') }),
)

describe('a table of terms', () => {
  it('numbers equal terms alike, counts them, and sorts them by their bytes', () => {
    fc.assert(
      fc.property(fc.array(anyTerm, { maxLength: 400, size: 'max' }), (terms) => {
        const table = new TermTable()
        const ids = new Map<string, number>()
        for (const term of terms) {
          const bytes = new TextEncoder().encode(`..${term}`)
          const id = table.intern(bytes, 2, bytes.length, termHash(bytes, 2, bytes.length))
          expect(ids.get(term) ?? id).toBe(id)
          ids.set(term, id)
        }
        const name = (id: number) => new TextDecoder().decode(table.arena.subarray(table.starts[id], table.starts[id + 1]))
        const expected = [...ids.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        expect(Array.from(table.sorted(), name)).toEqual(expected)
        for (const [term, id] of ids) expect(table.uses[id]).toBe(terms.filter((other) => other === term).length)
      }),
    )
  })
})
