/**
 * This browser as a device of the account: an Ed25519 key that signs its events and an X25519 key to seal things for it.
 * Neither private key can leave WebCrypto, for this page or any script in it.
 */
import { base58 } from '@scure/base'
import type { Did } from '../../node-core/contract/ids.ts'
import { toBase64url } from '../base64url.ts'

/** What a device signs: a signature for one purpose is worth nothing for another (PROTOCOL.md, Identity and keys). */
export type Purpose = 'event' | 'challenge' | 'pairing'

/** As it is kept in IndexedDB. */
export interface DeviceKeys {
  readonly did: Did
  readonly signing: CryptoKey
  readonly agreement: CryptoKey
  /** The X25519 public key, 32 bytes in base64url. */
  readonly encryption: string
}

/** A device that the account let in. */
export interface PairedDevice extends DeviceKeys {
  readonly name: string
  readonly account: Did
  /** The node that it was paired with: challenges of any other are not signed. */
  readonly instance: Did
  /** The signed grant, DAG-CBOR in base64url: its first event holds it. Undefined where it did not come: the log has it too. */
  readonly grant: string | undefined
  /** A node said that the key was in use twice: nothing more is taken under it. */
  readonly forked?: boolean
}

/** Makes a device's keys; undefined where the browser has no Ed25519 or X25519, or the page is no secure context. */
export async function makeDeviceKeys(crypto: Crypto): Promise<DeviceKeys | undefined> {
  // Browsers show `subtle` to secure contexts alone, and refuse the algorithms that they do not know.
  const subtle: SubtleCrypto | undefined = crypto.subtle
  const made = await Promise.all([
    subtle?.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']),
    subtle?.generateKey({ name: 'X25519' }, false, ['deriveBits']),
  ]).catch(() => [])
  const [signing, agreement] = made
  if (!isPair(signing) || !isPair(agreement)) return undefined
  const [verifying, encryption] = await Promise.all([
    subtle.exportKey('raw', signing.publicKey),
    subtle.exportKey('raw', agreement.publicKey),
  ])
  return {
    did: didOf(new Uint8Array(verifying)),
    signing: signing.privateKey,
    agreement: agreement.privateKey,
    encryption: toBase64url(new Uint8Array(encryption)),
  }
}

/** The 64-byte Ed25519 signature of `bytes` for `purpose`. */
export async function sign(device: DeviceKeys, purpose: Purpose, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const prefix = new TextEncoder().encode(`vivim/v1/${purpose}\0`)
  const framed = new Uint8Array(prefix.length + bytes.length)
  framed.set(prefix)
  framed.set(bytes, prefix.length)
  return new Uint8Array(await crypto.subtle.sign('Ed25519', device.signing, framed))
}

/** `did:key` of an Ed25519 public key: multicodec 0xed01 before it, in base58btc. */
const didOf = (key: Uint8Array): Did => `did:key:z${base58.encode(Uint8Array.of(0xed, 0x01, ...key))}` as Did
const isPair = (made: CryptoKey | CryptoKeyPair | undefined): made is CryptoKeyPair => made !== undefined && 'privateKey' in made
