import { decode, encode as reference } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { cidOf, digestOf } from './cid.ts'
import { encode } from './dag-cbor.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'grapheme' }),
)
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

describe('DAG-CBOR', () => {
  it('is what the reference writes', () => {
    fc.assert(
      fc.property(value, (any) => {
        expect(Buffer.from(encode(any)).toString('hex')).toBe(Buffer.from(reference(any)).toString('hex'))
      }),
    )
  })

  it('writes links', () => {
    const link = cidOf(digestOf(Uint8Array.of(1)))
    const bytes = encode({ before: [1, 'two'], prev: link })
    expect(bytes).toEqual(reference({ before: [1, 'two'], prev: link }))
    expect(CID.asCID((decode(bytes) as { prev: unknown }).prev)?.equals(link)).toBe(true)
  })

  it.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [{ a: undefined }], [Symbol('x')]])('refuses %s', (bad) => {
    expect(() => encode(bad)).toThrow()
    expect(encode([1])).toEqual(Uint8Array.of(0x81, 1))
  })

  it('writes values larger than what it keeps', () => {
    const large = { text: 'é'.repeat(400_000), more: Array.from({ length: 1000 }, (_, n) => n) }
    expect(Buffer.compare(encode(large), reference(large))).toBe(0)
    expect(encode('after')).toEqual(reference('after'))
  })
})
