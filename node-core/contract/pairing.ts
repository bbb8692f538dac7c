/** What both sides of a pairing make the same of: the number that people compare, and the code that they type. */
import { sha256 } from '@noble/hashes/sha2.js'

const number = 10n ** 12n

/**
 * The number of a device, shown on both screens: twelve digits, from its two public keys (its DID, and its X25519 key in
 * base64url). Whoever wants another device with the same number has to make some 10^12 keys.
 */
export function fingerprintOf(device: string, encryption: string): string {
  const digest = sha256(new TextEncoder().encode(`vivim/v1/fingerprint\0${device}\0${encryption}`))
  const digits = (new DataView(digest.buffer, digest.byteOffset).getBigUint64(0) % number).toString().padStart(12, '0')
  return digits.replaceAll(/(\d{4})(?!$)/g, '$1 ')
}

/** Whether a device of a kind may be let in with everything: nodes, at which further devices are paired. */
export const mayBeFull = (kind: string): boolean => kind === 'desktop' || kind === 'server'

/** A code: eight characters of base32, 40 bits. */
export const pairingCode = /^[a-z2-7]{8}$/
/** As it is shown: “ABCD-EFGH”. */
export const showCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`.toUpperCase()
/** The code that somebody typed, however they wrote it; undefined where it is none. Base32 has neither 0, 1 nor 8: they are o, i and b. */
export function readCode(typed: string): string | undefined {
  const code = typed
    .toLowerCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
    .replaceAll('8', 'b')
  return pairingCode.test(code) ? code : undefined
}
