/**
 * Ed25519 keys, signatures and their did:key form.
 *
 * Invariant: a public key that passes {@link publicKeyOf} is a canonical encoding and not of small order: under such
 * a key one signature would fit many messages.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign as signWith, verify as verifyWith } from 'node:crypto'
import { base58 } from '@scure/base'
import { VivimError } from '../contract/errors.ts'
import { type Did, didPattern } from '../contract/ids.ts'

/** DER around a 32-byte seed (PKCS #8) and around a 32-byte public key (SPKI), RFC 8410. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
/** Multicodec `ed25519-pub`. */
const multicodec = Uint8Array.of(0xed, 0x01)

/** The private key of a 32-byte seed. */
export const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, exactly(seed, 32)]), format: 'der', type: 'pkcs8' })

/** The 32 bytes of a private or public key's public half. */
export function publicBytesOf(key: KeyObject): Uint8Array {
  const half = key.type === 'private' ? createPublicKey(key) : key
  return Uint8Array.from(half.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length))
}

/** `did:key:z6Mk…` of a 32-byte public key, or of a key. */
export function didOf(key: Uint8Array | KeyObject): Did {
  const bytes = key instanceof Uint8Array ? exactly(key, 32) : publicBytesOf(key)
  return `did:key:z${base58.encode(Buffer.concat([multicodec, bytes]))}` as Did
}

/** The 32-byte public key in a DID. Error: `bad-request` where it holds none, or one that proves nothing. */
export function publicKeyOf(did: Did): Uint8Array {
  const bytes = bytesIn(did)
  if (!bytes) throw new VivimError('bad-request', 'That is not the did:key of a usable Ed25519 key.')
  return bytes
}

/** The 64-byte signature. 40 µs. */
export const sign = (bytes: Uint8Array, key: KeyObject): Uint8Array<ArrayBuffer> => Uint8Array.from(signWith(null, bytes, key))

/** True where the signature is the signer's over exactly these bytes; false also for a DID that holds no usable key. 110 µs. */
export function verify(bytes: Uint8Array, signature: Uint8Array, signer: Did): boolean {
  const key = verifyingKey(signer)
  return key !== undefined && signature.length === 64 && verifyWith(null, bytes, key, signature)
}

/** As {@link verify}, by the threads that the runtime keeps for such work. */
export function verifyAside(bytes: Uint8Array, signature: Uint8Array, signer: Did): Promise<boolean> {
  const key = verifyingKey(signer)
  if (key === undefined || signature.length !== 64) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verifyWith(null, bytes, key, signature, (error, holds) => {
      if (error) reject(error)
      else resolve(holds)
    })
  })
}

/** Parsing a key costs a third of verifying with it, and a log has few signers: the last ones stay at hand. */
const known = new Map<Did, KeyObject>()
const KNOWN = 1024

function verifyingKey(did: Did): KeyObject | undefined {
  const seen = known.get(did)
  if (seen) return seen
  const bytes = bytesIn(did)
  if (!bytes) return undefined
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' })
  if (known.size >= KNOWN) known.clear()
  known.set(did, key)
  return key
}

function bytesIn(did: Did): Uint8Array | undefined {
  if (!didPattern.test(did)) return undefined
  const bytes = base58.decode(did.slice('did:key:z'.length))
  if (bytes.length !== 34 || bytes[0] !== multicodec[0] || bytes[1] !== multicodec[1]) return undefined
  const key = bytes.slice(2)
  return usable(key) ? key : undefined
}

/** The y coordinates, little-endian, of the eight points of small order; the sign bit of x is masked off. */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

function usable(key: Uint8Array): boolean {
  const y = Buffer.from(key)
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31)
  // Canonical: below p = 2^255 − 19, whose bytes are ed ff … ff 7f.
  const canonical = y.readUInt8(0) < 0xed || y.readUInt8(31) !== 0x7f || y.subarray(1, 31).some((byte) => byte !== 0xff)
  return canonical && !smallOrder.has(y.toString('hex'))
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes of key, got ${bytes.length}`)
  return bytes
}
