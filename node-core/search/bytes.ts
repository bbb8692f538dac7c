// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Growing bytes, and the variable-length integers of the index: seven bits a byte, least first, the top bit for “more”. */

/** Compares `a[from..to]` with `b[from..to]` byte by byte. */
export function compareBytes(a: Uint8Array, aFrom: number, aTo: number, b: Uint8Array, bFrom: number, bTo: number): number {
  const common = Math.min(aTo - aFrom, bTo - bFrom)
  for (let i = 0; i < common; i++) {
    const difference = a[aFrom + i]! - b[bFrom + i]!
    if (difference !== 0) return difference
  }
  return aTo - aFrom - (bTo - bFrom)
}

/** Bytes that grow as they are written. */
export class ByteWriter {
  bytes: Uint8Array
  length = 0
  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  /** An integer from 0 below 2^32. */
  varint(value: number): void {
    if (this.length + 5 > this.bytes.length) this.reserve(5)
    const bytes = this.bytes
    let rest = value
    let at = this.length
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128
      rest >>>= 7
    }
    bytes[at++] = rest
    this.length = at
  }

  /** An integer from 0 up to 2^53. */
  number(value: number): void {
    let rest = value
    while (rest >= 0x80000000) {
      this.reserve(1)
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.varint(rest)
  }

  append(source: Uint8Array, from = 0, to: number = source.length): void {
    this.reserve(to - from)
    const bytes = this.bytes
    let at = this.length
    if (to - from < 24) for (let i = from; i < to; i++) bytes[at++] = source[i]!
    else bytes.set(source.subarray(from, to), at)
    this.length += to - from
  }

  /** A text with its length before it. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.varint(bytes.length)
    this.append(bytes)
  }

  /** What was written, without a copy: good until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
  /** What was written, as bytes of their own. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/** Reads what {@link ByteWriter} wrote. */
export class ByteReader {
  at: number
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  number(): number {
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.bytes[this.at++] ?? 0
      value += (byte & 127) * unit
      if (byte < 128) return value
      unit *= 128
    }
  }

  take(length: number): Uint8Array {
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.number()))
  }
}
