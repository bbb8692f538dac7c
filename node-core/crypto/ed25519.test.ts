import { randomBytes } from 'node:crypto'
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { base58 } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf, publicBytesOf, publicKeyOf, sign, verify } from './ed25519.ts'
import { signFor, verifyFor } from './signing.ts'

const didWith = (bytes: Uint8Array): Did => `did:key:z${base58.encode(bytes)}` as Did
const message = new TextEncoder().encode('message')

describe('Ed25519', () => {
  it('signs the same bytes as another implementation, and verifies what that signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 200 }), (seed, data) => {
        const key = privateKeyOf(seed)
        expect(publicBytesOf(key)).toEqual(ed25519.getPublicKey(seed))
        const signature = sign(data, key)
        expect(signature).toEqual(ed25519.sign(data, seed))
        expect(verify(data, signature, didOf(key))).toBe(true)
        expect(publicKeyOf(didOf(key))).toEqual(publicBytesOf(key))
      }),
      { numRuns: 15 },
    )
  })

  it('refuses a changed bit anywhere in message or signature', () => {
    const key = privateKeyOf(randomBytes(32))
    const signature = sign(message, key)
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(verify(message, changed, didOf(key))).toBe(false)
    }
    expect(verify(Uint8Array.of(...message, 0), signature, didOf(key))).toBe(false)
    expect(verify(message, signature.subarray(1), didOf(key))).toBe(false)
    expect(verify(message, signature, didOf(privateKeyOf(randomBytes(32))))).toBe(false)
  })

  it('refuses keys of small order and encodings that are not canonical', () => {
    expect(ED25519_TORSION_SUBGROUP).toHaveLength(8)
    for (const point of ED25519_TORSION_SUBGROUP) {
      for (const sign of [0, 0x80]) {
        const key = Buffer.from(point, 'hex')
        key.writeUInt8((key.readUInt8(31) & 0x7f) | sign, 31)
        expect(() => publicKeyOf(didOf(key))).toThrow(/Ed25519/)
      }
    }
    // p + 1, another way to write 1; and p + 3, another way to write 3.
    for (const low of [0xee, 0xf0])
      expect(() => publicKeyOf(didOf(Uint8Array.of(low, ...Array(30).fill(0xff), 0x7f)))).toThrow(/Ed25519/)
  })

  it('verifies nothing under a DID that holds no Ed25519 key', () => {
    const key = privateKeyOf(randomBytes(32))
    const signature = sign(message, key)
    const others = [
      didWith(Uint8Array.of(0xec, 1, ...publicBytesOf(key))),
      didWith(Uint8Array.of(0xed, 1, ...publicBytesOf(key), 0)),
      'did:web:x' as Did,
    ]
    for (const did of others) {
      expect(verify(message, signature, did)).toBe(false)
      expect(() => publicKeyOf(did)).toThrow(/Ed25519/)
    }
    expect(() => privateKeyOf(new Uint8Array(31))).toThrow(RangeError)
  })

  it('binds a signature to its purpose', () => {
    const key = privateKeyOf(randomBytes(32))
    const signature = signFor('event', message, key)
    expect(verifyFor('event', message, signature, didOf(key))).toBe(true)
    expect(verifyFor('grant', message, signature, didOf(key))).toBe(false)
    expect(verify(message, signature, didOf(key))).toBe(false)
  })
})
