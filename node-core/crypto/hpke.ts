/**
 * Sealing a few bytes to the holder of an X25519 key: RFC 9180 base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM, single shot, `info = "vivim/v1/<purpose>"`. About 1 ms each way.
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { VivimError } from '../contract/errors.ts'

/**
 * What is sealed to a public key: `data-key` is an account's data key for its recovery key, `backup` a backup's own key
 * for the recovery key of each account in it.
 */
export type HpkePurpose = 'data-key' | 'backup'

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
/** Bytes of the encapsulated key at the front. */
const ENC = 32

/**
 * `[encapsulated key, 32][ciphertext][tag, 16]`: 48 bytes more than `plain`. `place` is authenticated with it.
 * Error: `bad-request` where `publicKey` is no X25519 key.
 */
export async function hpkeSeal(
  purpose: HpkePurpose,
  place: string,
  plain: Uint8Array,
  publicKey: Uint8Array,
): Promise<Uint8Array> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(own(publicKey))
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: infoOf(purpose) }, own(plain), utf8(place))
    return new Uint8Array(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]))
  } catch (cause) {
    throw new VivimError('bad-request', 'That is not a usable X25519 key.', { cause })
  }
}

/** The inverse of {@link hpkeSeal}, with the 32-byte private key. Error: `seal-broken`. */
export async function hpkeOpen(
  purpose: HpkePurpose,
  place: string,
  sealed: Uint8Array,
  privateKey: Uint8Array,
): Promise<Uint8Array> {
  try {
    const recipientKey = await suite.kem.importKey('raw', own(privateKey), false)
    const enc = own(sealed.subarray(0, ENC))
    return new Uint8Array(await suite.open({ recipientKey, enc, info: infoOf(purpose) }, own(sealed.subarray(ENC)), utf8(place)))
  } catch (cause) {
    throw new VivimError('seal-broken', undefined, { cause })
  }
}

/** The library takes whole ArrayBuffers. */
const own = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer
const utf8 = (text: string): ArrayBuffer => own(new TextEncoder().encode(text))
const infoOf = (purpose: HpkePurpose): ArrayBuffer => utf8(`vivim/v1/${purpose}`)
