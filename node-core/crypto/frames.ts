/**
 * Large things sealed as a stream of frames that can be read from any position: blobs, staged exports, backups.
 *
 * File: header, then frames of 64 KiB plaintext each (the last shorter), each with its 16-byte tag.
 * Header, 28 bytes: `VIVF`, version 1, log2 of the frame's size, two zeros, key number (4, BE), file id (16 random).
 * Every file has its own AES-256-GCM key: HKDF-SHA256(data key, salt = file id, info = `vivim/v1/frames`); a frame's nonce
 * is its number with a flag on the last. Associated data: the header, and for the last frame also the place.
 *
 * Invariant: a changed bit, a missing, added, moved or foreign frame, a cut or lengthened file, and a file put
 * in another's place fail with `seal-broken`; the length and the place are proved when a file is opened.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { SealerKeys } from './seal.ts'

/** Bytes that can be read from any position; `read` answers fewer only at the end. */
export interface RandomAccess {
  readonly size: number
  read(position: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Plaintext bytes of a frame. */
export const FRAME = 65_536
const TAG = 16
const SEALED = FRAME + TAG
const HEADER = 28
const magic = Buffer.from([0x56, 0x49, 0x56, 0x46, 1, 16, 0, 0])
/** Frames read at once when streaming. */
const AHEAD = 4

export interface FrameSealing {
  readonly keys: SealerKeys
  readonly random: RandomBytes
  /** Names where the file stands; asked for when the last frame is sealed, so that it may depend on the bytes. */
  readonly place: () => string
}

/** The sealed file of `source`, piece by piece. */
export async function* sealFrames(
  source: AsyncIterable<Uint8Array>,
  { keys, random, place }: FrameSealing,
): AsyncGenerator<Uint8Array> {
  const header = new Uint8Array(HEADER)
  header.set(magic)
  new DataView(header.buffer).setUint32(8, keys.current)
  header.set(random(16), 12)
  const key = fileKey(keys, header)
  yield header
  const frame = new Uint8Array(FRAME)
  let filled = 0
  let number = 0
  for await (const piece of source) {
    for (let taken = 0; taken < piece.length; ) {
      // A full frame waits until more comes: only then is it known not to be the last.
      if (filled === FRAME) {
        yield sealFrame(key, header, number++, frame)
        filled = 0
      }
      const part = piece.subarray(taken, taken + FRAME - filled)
      frame.set(part, filled)
      filled += part.length
      taken += part.length
    }
  }
  yield sealFrame(key, header, number, frame.subarray(0, filled), place())
}

/** Bytes of the sealed file of `size` bytes. */
export const sealedSize = (size: number): number => HEADER + size + TAG * frameCount(size)

/** A sealed file, open for reading: itself random access to the plaintext. Closing it closes what is beneath. */
export class FrameReader implements RandomAccess {
  /** Bytes of plaintext. */
  readonly size: number
  readonly #access: RandomAccess
  readonly #key: KeyObject
  readonly #header: Uint8Array
  readonly #place: string
  readonly #count: number
  /** The frame opened last: readers of archives ask for the same one again and again. */
  #recent: { number: number; bytes: Uint8Array } | undefined

  /** Opens and checks header, length, last frame and place; on failure `access` is left to its owner. Error: `seal-broken`. */
  static async open(access: RandomAccess, keys: SealerKeys, place: string): Promise<FrameReader> {
    const header = await access.read(0, HEADER)
    if (header.length !== HEADER || !magic.equals(header.subarray(0, magic.length)))
      broken('This is not a sealed file of this version.')
    const reader = new FrameReader(access, fileKey(keys, header), header, place)
    await reader.#frame(reader.#count - 1)
    return reader
  }

  private constructor(access: RandomAccess, key: KeyObject, header: Uint8Array, place: string) {
    const body = access.size - HEADER
    const count = Math.ceil(body / SEALED)
    const last = body - (count - 1) * SEALED
    if (count < 1 || last < TAG || (last === TAG && count > 1)) broken('The length is wrong.')
    this.size = body - TAG * count
    this.#access = access
    this.#key = key
    this.#header = Uint8Array.from(header)
    this.#place = place
    this.#count = count
  }

  /** Up to `length` bytes from `position`; fewer at the end. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.size, position + length)
    if (end <= position) return new Uint8Array(0)
    const out = new Uint8Array(end - position)
    let filled = 0
    for await (const piece of this.stream(position, end)) {
      out.set(piece, filled)
      filled += piece.length
    }
    return out
  }

  /** The bytes from `start` up to but without `end`. Errors: `range-not-satisfiable`, `seal-broken`, `cancelled`. */
  async *stream(start = 0, end = this.size, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (!(start >= 0 && start <= end && end <= this.size)) throw new VivimError('range-not-satisfiable')
    let number = Math.floor(start / FRAME)
    const until = Math.ceil(end / FRAME)
    while (start < end && number < until) {
      const frames =
        number === this.#recent?.number ? [this.#recent.bytes] : await this.#frames(number, Math.min(AHEAD, until - number))
      for (const bytes of frames) {
        if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
        const from = start - number * FRAME
        yield bytes.slice(from, Math.min(FRAME, end - number * FRAME))
        start = ++number * FRAME
      }
    }
  }

  close(): Promise<void> {
    return this.#access.close()
  }

  async #frame(number: number): Promise<void> {
    await this.#frames(number, 1)
  }

  async #frames(number: number, count: number): Promise<Uint8Array[]> {
    const position = HEADER + number * SEALED
    const length = Math.min(count * SEALED, this.#access.size - position)
    const sealed = await this.#access.read(position, length)
    if (sealed.length !== length) broken('The file has become shorter.')
    const frames: Uint8Array[] = []
    for (let at = 0; at < length; at += SEALED, number++) {
      const bytes = openFrame(
        this.#key,
        this.#header,
        number,
        sealed.subarray(at, at + SEALED),
        number === this.#count - 1 ? this.#place : undefined,
      )
      this.#recent = { number, bytes }
      frames.push(bytes)
    }
    return frames
  }
}

const frameCount = (size: number): number => Math.max(1, Math.ceil(size / FRAME))

function fileKey(keys: SealerKeys, header: Uint8Array): KeyObject {
  const number = new DataView(header.buffer, header.byteOffset).getUint32(8)
  const key = keys.keys.get(number) ?? broken('Sealed with a key that is not here.')
  return createSecretKey(new Uint8Array(hkdfSync('sha256', key, header.subarray(12, HEADER), 'vivim/v1/frames', 32)))
}

/** `place` is given for the last frame, and only for it. */
function sealFrame(key: KeyObject, header: Uint8Array, number: number, plain: Uint8Array, place?: string): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, place !== undefined)).setAAD(aadOf(header, place))
  const sealed = new Uint8Array(plain.length + TAG)
  sealed.set(cipher.update(plain))
  cipher.final()
  sealed.set(cipher.getAuthTag(), plain.length)
  return sealed
}

function openFrame(key: KeyObject, header: Uint8Array, number: number, sealed: Uint8Array, place?: string): Uint8Array {
  const end = sealed.length - TAG
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, place !== undefined), { authTagLength: TAG })
  decipher.setAAD(aadOf(header, place)).setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch (cause) {
    throw new VivimError('seal-broken', undefined, { cause })
  }
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
}

/** Unique under the file's own key: seven zeros, the frame's number, the last one's flag. */
function nonceOf(number: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(7, number)
  nonce[11] = last ? 1 : 0
  return nonce
}
const aadOf = (header: Uint8Array, place?: string): Uint8Array =>
  place === undefined ? header : Buffer.concat([header, Buffer.from(place)])

function broken(detail: string): never {
  throw new VivimError('seal-broken', detail)
}
