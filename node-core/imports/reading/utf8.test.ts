import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8Check } from './utf8.ts'

/** The check's answer on bytes that come in pieces cut at `cuts`. */
function checked(bytes: Uint8Array, cuts: readonly number[] = []): number | undefined {
  const check = utf8Check()
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [index, from] of places.slice(0, -1).entries()) check.push(bytes.subarray(from, places[index + 1]))
  return check.wrong()
}

describe('utf8Check', () => {
  it('finds nothing wrong in any text, however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        expect(checked(Buffer.from(text), cuts)).toBeUndefined()
      }),
    )
  })

  it('finds the first wrong byte, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom([0xff], [0xc3, 0x28], [0xe9, 0x41], [0xed, 0xa0, 0x80], [0xf8, 0x80], [0x80]),
        fc.array(fc.nat(), { maxLength: 5 }),
        (before, after, wrong, cuts) => {
          const start = Buffer.from(before)
          expect(checked(Buffer.concat([start, Buffer.from(wrong), Buffer.from(after)]), cuts)).toBe(start.length)
        },
      ),
    )
  })

  it('sees a last character that is cut off', () => {
    expect(checked(Buffer.from('ab€').subarray(0, 4))).toBe(2)
    expect(checked(new Uint8Array(0))).toBeUndefined()
  })
})
