import { encode, decode as reference } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { cidOf, digestOf } from './cid.ts'
import { decode } from './dag-cbor-read.ts'

const byteOrderMark = '\ufeff'
const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme' }))
  .filter((one) => !one.startsWith(byteOrderMark))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -300, max: 70_000 }),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(text, tie('value'), { maxKeys: 40 }),
  ),
}))
const outcome = (work: () => unknown): unknown => {
  try {
    return { value: work() }
  } catch (error) {
    return { message: (error as Error).message }
  }
}

describe('reading DAG-CBOR', () => {
  it('reads what the reference reads', () => {
    fc.assert(
      fc.property(value, (any) => {
        const bytes = encode(any)
        expect(decode(bytes)).toEqual(reference(bytes))
      }),
    )
  })

  it('reads or refuses damaged bytes as the reference does', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat(255), fc.nat(), (any, place, byte, cut) => {
        const bytes = encode([any])
        bytes[place % bytes.length] = byte
        const damaged = bytes.subarray(0, bytes.length - (cut % 3))
        // the reference drops a byte order mark
        fc.pre(!Buffer.from(damaged).includes(byteOrderMark))
        expect(outcome(() => decode(damaged))).toEqual(outcome(() => reference(damaged)))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a number in more bytes than it needs', '1805'],
    ['an endless array', '9f01ff'],
    ['a number as a key', 'a10102'],
    ['a key twice', 'a2616101616102'],
    ['a key twice, out of order', 'a3616201616102616203'],
    ['a short float', 'f93c00'],
    ['no number', 'fb7ff8000000000000'],
    ['an undefined value', 'f7'],
    ['something after the end', '0000'],
    ['too few bytes', '5818aa'],
    ['more entries than bytes', '9affffffff00'],
    ['nothing', ''],
  ])('treats %s as the reference does', (_, hex) => {
    const bytes = Buffer.from(hex, 'hex')
    expect(outcome(() => decode(bytes))).toEqual(outcome(() => reference(bytes)))
    expect(decode(Uint8Array.of(0x81, 1))).toEqual([1])
  })

  it('reads links', () => {
    const link = cidOf(digestOf(Uint8Array.of(1)))
    expect(CID.asCID(decode<{ prev: unknown }>(encode({ prev: link })).prev)?.equals(link)).toBe(true)
  })

  it('makes no prototype of a key', () => {
    const read = decode<object>(encode(JSON.parse('{"__proto__": {"a": 1}}')))
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.hasOwn(read, '__proto__')).toBe(true)
  })

  it('keeps a byte order mark', () => {
    expect(decode(encode(`${byteOrderMark}text`))).toBe(`${byteOrderMark}text`)
  })
})
