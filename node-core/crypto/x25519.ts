/** X25519 keys as raw bytes, both ways. */
import { createPrivateKey, createPublicKey } from 'node:crypto'

/** DER around a 32-byte private key (PKCS #8); a public key's SPKI has a prefix of 12 bytes (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_PREFIX = 12

export interface X25519KeyPair {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

/** The pair of a 32-byte seed; the seed itself is the private key (RFC 7748 clamps it in use). */
export function x25519Of(seed: Uint8Array): X25519KeyPair {
  if (seed.length !== 32) throw new RangeError(`expected 32 bytes of key, got ${seed.length}`)
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' })
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { privateKey: Uint8Array.from(seed), publicKey: Uint8Array.from(der.subarray(SPKI_PREFIX)) }
}
