/** What rests on disk is sealed by an account's numbered data keys; names that are looked up are keyed hashes. */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { KeyedHash, Sealer } from '../ports/sealer.ts'

/**
 * Data keys by number (0 to 2^32 − 1), 32 bytes each. `current` seals, every one opens. Can be posted to a worker thread as it is.
 */
export interface SealerKeys {
  readonly current: number
  readonly keys: ReadonlyMap<number, KeyObject>
}

/** A key that has sealed this often gives way to the next: far below where random nonces begin to collide. */
export const SEALS_PER_KEY = 2 ** 30

const NUMBER = 4
const NONCE = 12
const TAG = 16
const FRONT = NUMBER + NONCE

export class AesSealer implements Sealer {
  readonly #keys: ReadonlyMap<number, KeyObject>
  readonly #number: number
  readonly #key: KeyObject
  readonly #nonce: (target: Uint8Array, at: number) => void
  #used = 0

  /** `random` must be strong wherever the result is kept: a nonce that comes twice breaks the key. */
  static from(keys: SealerKeys, random: RandomBytes): AesSealer {
    return new AesSealer(keys, random)
  }

  private constructor({ current, keys }: SealerKeys, random: RandomBytes) {
    const key = keys.get(current)
    if (!key) throw new VivimError('keys-missing', `Data key ${current} is not there.`)
    this.#keys = keys
    this.#number = current
    this.#key = key
    this.#nonce = nonces(random)
  }

  /** How often this sealer has sealed with the current key; the owner adds it up and rotates before {@link SEALS_PER_KEY}. */
  get used(): number {
    return this.#used
  }

  seal(place: string, plain: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(FRONT + plain.length + TAG)
    writeNumber(sealed, this.#number)
    this.#nonce(sealed, NUMBER)
    const cipher = createCipheriv('aes-256-gcm', this.#key, sealed.subarray(NUMBER, FRONT))
    cipher.setAAD(Buffer.from(place))
    sealed.set(cipher.update(plain), FRONT)
    cipher.final()
    sealed.set(cipher.getAuthTag(), FRONT + plain.length)
    this.#used++
    return sealed
  }

  open(place: string, sealed: Uint8Array): Uint8Array {
    const end = sealed.length - TAG
    if (end < FRONT) throw new VivimError('seal-broken', 'Too short.')
    const key = this.#keys.get(readNumber(sealed))
    if (!key) throw new VivimError('seal-broken', 'Sealed with a key that is not here.')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(NUMBER, FRONT), { authTagLength: TAG })
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(sealed.subarray(end))
    const plain = decipher.update(sealed.subarray(FRONT, end))
    try {
      decipher.final()
    } catch (cause) {
      throw new VivimError('seal-broken', undefined, { cause })
    }
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
  }
}

/** HMAC-SHA256 over `kind 0x00 text`, first 16 bytes. Kinds are constants of the code and hold no zero. 2 µs. */
export const keyedHash =
  (key: KeyObject): KeyedHash =>
  (kind, text) => {
    const digest = createHmac('sha256', key).update(`${kind}\0`).update(text).digest()
    return new Uint8Array(digest.subarray(0, 16))
  }

/** Nonces out of a pool: asking for twelve bytes at a time costs more than the sealing of a short row. */
function nonces(random: RandomBytes): (target: Uint8Array, at: number) => void {
  let pool = new Uint8Array(0)
  let next = 0
  return (target, at) => {
    if (next === pool.length) {
      pool = Uint8Array.from(random(NONCE * 256))
      next = 0
    }
    for (let i = 0; i < NONCE; i++) target[at + i] = pool[next + i] ?? 0
    next += NONCE
  }
}

function writeNumber(bytes: Uint8Array, number: number): void {
  bytes[0] = number >>> 24
  bytes[1] = number >>> 16
  bytes[2] = number >>> 8
  bytes[3] = number
}
const readNumber = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, NUMBER).getUint32(0)
