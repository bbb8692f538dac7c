/**
 * Signatures bound to what they are for: each covers `"vivim/v1/<purpose>" 0x00` and then the canonical bytes, so
 * that a signature over one kind of thing is worth nothing as another.
 */
import type { KeyObject } from 'node:crypto'
import type { Did } from '../contract/ids.ts'
import { sign, verify, verifyAside } from './ed25519.ts'

/** Every kind of thing that is signed. A new kind gets a new name; a name never changes its meaning. */
export const signingPurposes = ['event', 'grant', 'succession', 'revocation', 'challenge', 'pairing', 'account-record'] as const
export type SigningPurpose = (typeof signingPurposes)[number]

/** The 64-byte Ed25519 signature of `bytes` for `purpose`. */
export const signFor = (purpose: SigningPurpose, bytes: Uint8Array, key: KeyObject): Uint8Array<ArrayBuffer> =>
  sign(framed(purpose, bytes), key)

/** True where `signer` signed exactly these bytes for this purpose. */
export const verifyFor = (purpose: SigningPurpose, bytes: Uint8Array, signature: Uint8Array, signer: Did): boolean =>
  verify(framed(purpose, bytes), signature, signer)

/** The same off this thread: several are worked out at once. */
export const verifyAsideFor = (
  purpose: SigningPurpose,
  bytes: Uint8Array,
  signature: Uint8Array,
  signer: Did,
): Promise<boolean> => verifyAside(framed(purpose, bytes), signature, signer)

const framed = (purpose: SigningPurpose, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`vivim/v1/${purpose}\0`), bytes])
