/** A key kept under another key: AES-256-GCM, bound to the place where it is kept. */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'

const NONCE = 12
const TAG = 16

/** `[nonce, 12][ciphertext][tag, 16]` of `key` under the 32-byte key `kek`; `place` is authenticated with it. */
export function wrapKey(kek: KeyObject, place: string, key: Uint8Array, random: RandomBytes): Uint8Array {
  const nonce = random(NONCE)
  const cipher = createCipheriv('aes-256-gcm', kek, nonce).setAAD(aadOf(place))
  return new Uint8Array(Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]))
}

/** The inverse of {@link wrapKey}. Error: `seal-broken`, for another `kek` or place too. */
export function unwrapKey(kek: KeyObject, place: string, wrapped: Uint8Array): Uint8Array {
  if (wrapped.length < NONCE + TAG) throw new VivimError('seal-broken', 'Too short.')
  const end = wrapped.length - TAG
  const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, NONCE), { authTagLength: TAG }).setAAD(aadOf(place))
  decipher.setAuthTag(wrapped.subarray(end))
  const key = decipher.update(wrapped.subarray(NONCE, end))
  try {
    decipher.final()
  } catch (cause) {
    throw new VivimError('seal-broken', undefined, { cause })
  }
  return Uint8Array.from(key)
}

const aadOf = (place: string): Uint8Array => Buffer.from(`vivim/v1/wrap\0${place}`)
