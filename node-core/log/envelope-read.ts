/**
 * Reading an envelope in the one form that it has: no object per token, and nothing encoded again to see whether it is
 * canonical. What is not exactly so is left to the slower way, which says what is wrong with it.
 */
import type { Envelope, Head } from '../contract/envelope.ts'
import { type Did, didPattern } from '../contract/ids.ts'

/** An envelope with the bytes that its signature covers. */
export interface ReadEnvelope {
  envelope: Envelope
  sig: Uint8Array
  unsigned: Uint8Array
}

/** A link: tag 42, 37 bytes: zero, and the CID (version 1, dag-cbor, sha2-256, 32 bytes). */
const link = Buffer.from('d82a58250001711220', 'hex')
const names = Object.fromEntries(
  ['v', 'seq', 'sig', 'deps', 'prev', 'time', 'type', 'owner', 'chunks', 'device'].map((name) => [
    name,
    Buffer.concat([Buffer.of(0x60 + name.length), Buffer.from(name)]),
  ]),
) as Record<string, Buffer>
/** A map of ten entries, and without `sig`. */
const SIGNED = 0xaa
const UNSIGNED = 0xa9
const SIG = 64
const MOST_TYPE = 100
const other = new Error('another form')

/** Undefined where the bytes are not exactly an envelope's, or hold more than `most` links of a kind. */
export function readEnvelope(bytes: Uint8Array, most: number): ReadEnvelope | undefined {
  try {
    return new Reader(bytes).envelope(most)
  } catch (error) {
    if (error === other) return undefined
    throw error
  }
}

class Reader {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  envelope(most: number): ReadEnvelope {
    const signed = this.#bytes[0] === SIGNED
    this.#expect(signed ? SIGNED : UNSIGNED)
    this.#name('v')
    this.#expect(1)
    this.#name('seq')
    const seq = this.#number(0)
    const cutFrom = this.#at
    const sig = signed ? this.#sig() : new Uint8Array(0)
    const cutTo = this.#at
    this.#name('deps')
    const deps = this.#list(most, () => this.#head())
    this.#name('prev')
    const prev = this.#bytes[this.#at] === 0xf6 ? this.#nothing() : this.#link()
    this.#name('time')
    this.#expect(0x82)
    const time = [this.#number(0), this.#number(0)] as const
    this.#name('type')
    const type = this.#text(MOST_TYPE)
    this.#name('owner')
    const owner = this.#did()
    this.#name('chunks')
    const chunks = this.#list(most, () => this.#link())
    this.#name('device')
    const device = this.#did()
    if (this.#at !== this.#bytes.length || seq === 0 || type.length === 0) throw other
    this.#check(deps, device, chunks)
    // the same map without `sig`
    const unsigned = Buffer.concat([Buffer.of(UNSIGNED), this.#bytes.subarray(1, cutFrom), this.#bytes.subarray(cutTo)])
    return { envelope: { owner, device, seq, prev, deps, time, type, chunks }, sig, unsigned }
  }

  /** Causes are of other devices, each once, in order; no part is there twice. */
  #check(deps: readonly Head[], device: Did, chunks: readonly Uint8Array[]): void {
    for (const [n, dep] of deps.entries()) {
      const before = deps[n - 1]
      if (dep.device === device || dep.seq === 0 || (before && before.device >= dep.device)) throw other
    }
    if (chunks.length > 1 && new Set(chunks.map((one) => Buffer.from(one).toString('latin1'))).size < chunks.length) throw other
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw other
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
  #expect(byte: number): void {
    if (this.#bytes[this.#at++] !== byte) throw other
  }
  #name(name: string): void {
    const wanted = names[name] as Buffer
    if (!this.#take(wanted.length).equals(wanted)) throw other
  }
  #sig(): Uint8Array {
    this.#name('sig')
    this.#expect(0x58)
    this.#expect(SIG)
    return new Uint8Array(this.#take(SIG))
  }
  #nothing(): null {
    this.#at++
    return null
  }
  /** A number in the fewest bytes that hold it; `major` is the type's first byte. */
  #number(major: number): number {
    const low = (this.#bytes[this.#at++] ?? 0xff) - major
    if (low >= 0 && low < 24) return low
    if (low < 24 || low > 27) throw other
    const width = 1 << (low - 24)
    const part = this.#take(width)
    const value = width === 8 ? part.readUInt32BE(0) * 0x1_0000_0000 + part.readUInt32BE(4) : part.readUIntBE(0, width)
    const least = width === 1 ? 24 : 2 ** (width * 4)
    if (value < least || value > Number.MAX_SAFE_INTEGER) throw other
    return value
  }
  #text(most: number): string {
    const length = this.#number(0x60)
    if (length > most) throw other
    const part = this.#take(length)
    const text = part.toString('latin1')
    // anything but ASCII is the slower way's
    for (const byte of part) if (byte > 0x7f) throw other
    return text
  }
  #did(): Did {
    const text = this.#text(MOST_TYPE)
    if (!didPattern.test(text)) throw other
    return text as Did
  }
  #link(): Uint8Array {
    if (!this.#take(link.length).equals(link)) throw other
    return new Uint8Array(this.#take(32))
  }
  #head(): Head {
    this.#expect(0x83)
    return { device: this.#did(), seq: this.#number(0), id: this.#link() }
  }
  #list<T>(most: number, read: () => T): T[] {
    const length = this.#number(0x80)
    if (length > most) throw other
    return Array.from({ length }, read)
  }
}
