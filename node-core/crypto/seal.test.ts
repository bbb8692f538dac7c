import { createSecretKey, randomBytes } from 'node:crypto'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AesSealer, keyedHash, type SealerKeys } from './seal.ts'
import { unwrapKey, wrapKey } from './wrap.ts'

const first = createSecretKey(randomBytes(32))
const second = createSecretKey(randomBytes(32))
const keys: SealerKeys = { current: 1, keys: new Map([[1, first]]) }
const rotated: SealerKeys = {
  current: 0xfffffffe,
  keys: new Map([
    [1, first],
    [0xfffffffe, second],
  ]),
}
const broken = expect.objectContaining({ code: 'seal-broken' })

describe('AesSealer', () => {
  it('opens what it sealed, in its place only', () => {
    const sealer = AesSealer.from(keys, randomBytes)
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.uint8Array({ maxLength: 3000 }), (place, other, plain) => {
        const sealed = sealer.seal(place, plain)
        expect(sealed).toHaveLength(plain.length + 32)
        expect(sealer.open(place, sealed)).toEqual(plain)
        if (!Buffer.from(place).equals(Buffer.from(other))) expect(() => sealer.open(other, sealed)).toThrow(broken)
      }),
      { numRuns: 50 },
    )
  })

  it('fails closed for every changed bit and every cut', () => {
    const sealer = AesSealer.from(keys, randomBytes)
    const sealed = sealer.seal('t/1/c', Uint8Array.of(1, 2, 3))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => sealer.open('t/1/c', changed)).toThrow(broken)
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => sealer.open('t/1/c', sealed.subarray(0, length))).toThrow(broken)
  })

  it('opens the old key’s work after a rotation, seals with the new one and counts', () => {
    const old = AesSealer.from(keys, randomBytes).seal('p', Uint8Array.of(9))
    const sealer = AesSealer.from(rotated, randomBytes)
    expect(sealer.open('p', old)).toEqual(Uint8Array.of(9))
    const sealed = sealer.seal('p', Uint8Array.of(9))
    expect(() => AesSealer.from(keys, randomBytes).open('p', sealed)).toThrow(broken)
    expect(sealer.open('p', sealed)).toEqual(Uint8Array.of(9))
    expect(sealer.used).toBe(1)
  })

  it('never seals twice with one nonce, over many refills of its pool', () => {
    const sealer = AesSealer.from(keys, randomBytes)
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) seen.add(Buffer.from(sealer.seal('p', new Uint8Array(0)).subarray(4, 16)).toString('hex'))
    expect(seen.size).toBe(2000)
  })

  it('works with keys that were posted to another thread', () => {
    const { port1, port2 } = new MessageChannel()
    port1.postMessage(rotated)
    const received: SealerKeys = receiveMessageOnPort(port2)?.message
    port1.close()
    const sealed = AesSealer.from(rotated, randomBytes).seal('p', Uint8Array.of(5))
    expect(AesSealer.from(received, randomBytes).open('p', sealed)).toEqual(Uint8Array.of(5))
  })

  it('refuses to start without its current key', () => {
    expect(() => AesSealer.from({ current: 2, keys: keys.keys }, randomBytes)).toThrow(
      expect.objectContaining({ code: 'keys-missing' }),
    )
  })
})

describe('keyedHash', () => {
  it('gives 16 bytes that depend on key, kind and text', () => {
    const hash = keyedHash(first)
    expect(hash('tag', 'garden')).toHaveLength(16)
    expect(hash('tag', 'garden')).toEqual(hash('tag', new TextEncoder().encode('garden')))
    const others = [hash('model', 'garden'), hash('tag', 'gardens'), hash('tagg', 'arden'), keyedHash(second)('tag', 'garden')]
    for (const other of others) expect(other).not.toEqual(hash('tag', 'garden'))
  })
})

describe('a wrapped key', () => {
  it('opens with its key at its place only', () => {
    const key = Uint8Array.from(randomBytes(32))
    const wrapped = wrapKey(first, 'store/1', key, randomBytes)
    expect(wrapped).toHaveLength(60)
    expect(unwrapKey(first, 'store/1', wrapped)).toEqual(key)
    expect(() => unwrapKey(second, 'store/1', wrapped)).toThrow(broken)
    expect(() => unwrapKey(first, 'store/2', wrapped)).toThrow(broken)
    for (let byte = 0; byte < wrapped.length; byte++) {
      const changed = wrapped.slice()
      changed[byte] = (changed[byte] ?? 0) ^ 0x10
      expect(() => unwrapKey(first, 'store/1', changed)).toThrow(broken)
    }
    expect(() => unwrapKey(first, 'store/1', wrapped.subarray(0, 20))).toThrow(broken)
  })
})
