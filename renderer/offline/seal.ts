/**
 * Seals what this browser holds: AES-256-GCM by a key that no script can export, each value bound to its place. It keeps
 * words out of the files of the browser's profile; whoever has the unlocked profile has the key as well.
 */

const nonceBytes = 12

export interface Sealer {
  seal(place: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
  /** Undefined where the bytes are not what was sealed for this place. */
  open(place: string, sealed: Uint8Array): Promise<Uint8Array | undefined>
}

/** A new key, for IndexedDB to keep: it takes keys without showing them. */
export const newSealingKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

/** @param random as many random bytes as asked for */
export function sealerOf(key: CryptoKey, random: (length: number) => Uint8Array<ArrayBuffer>): Sealer {
  const how = (place: string, iv: Uint8Array<ArrayBuffer>) => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(place),
  })
  return {
    async seal(place, bytes) {
      const nonce = random(nonceBytes)
      const sealed = new Uint8Array(await crypto.subtle.encrypt(how(place, nonce), key, Uint8Array.from(bytes)))
      const whole = new Uint8Array(nonceBytes + sealed.length)
      whole.set(nonce)
      whole.set(sealed, nonceBytes)
      return whole
    },
    async open(place, sealed) {
      const own = Uint8Array.from(sealed)
      try {
        return new Uint8Array(await crypto.subtle.decrypt(how(place, own.slice(0, nonceBytes)), key, own.subarray(nonceBytes)))
      } catch {
        return undefined
      }
    },
  }
}
