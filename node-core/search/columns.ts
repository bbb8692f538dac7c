// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * What the index knows of each document, in blocks of {@link documentsPerBlock}, each column packed to the fewest
 * whole bytes above its smallest value: any document is read without unpacking the others.
 */

export const documentsPerBlock = 2048

/** The columns in their order on disk. `model` counts from 1 in the segment's list of models; 0 is none. */
export const columnNames = ['conversation', 'ordinal', 'time', 'role', 'model'] as const
const columnCount = columnNames.length
const headerBytes = columnCount * 5

/** Packs `count` documents, given column by column. */
export function packDocuments(columns: readonly Uint32Array[], count: number): Uint8Array {
  const bases: number[] = []
  const widths: number[] = []
  let size = headerBytes
  for (const column of columns) {
    let least = column[0] ?? 0
    let most = least
    for (let i = 1; i < count; i++) {
      const value = column[i]!
      if (value < least) least = value
      if (value > most) most = value
    }
    const range = most - least
    const width = range === 0 ? 0 : range < 2 ** 8 ? 1 : range < 2 ** 16 ? 2 : range < 2 ** 24 ? 3 : 4
    bases.push(least)
    widths.push(width)
    size += width * count
  }
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = headerBytes
  columns.forEach((column, c) => {
    const base = bases[c]!
    const width = widths[c]!
    view.setUint32(c * 5, base, true)
    bytes[c * 5 + 4] = width
    if (width === 0) return
    for (let i = 0; i < count; i++) {
      let rest = column[i]! - base
      for (let byte = 0; byte < width; byte++, rest >>>= 8) bytes[at++] = rest & 255
    }
  })
  return bytes
}

/** A packed block of documents, read in place. */
export class DocumentBlock {
  readonly count: number
  readonly #bytes: Uint8Array
  readonly #bases: number[] = []
  readonly #widths: number[] = []
  readonly #starts: number[] = []

  constructor(bytes: Uint8Array, count: number) {
    this.#bytes = bytes
    this.count = count
    const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
    let start = headerBytes
    for (let c = 0; c < columnCount; c++) {
      this.#bases.push(view.getUint32(c * 5, true))
      this.#widths.push(view.getUint8(c * 5 + 4))
      this.#starts.push(start)
      start += this.#widths[c]! * count
    }
  }

  conversation(i: number): number {
    return this.#value(0, i)
  }
  ordinal(i: number): number {
    return this.#value(1, i)
  }
  time(i: number): number {
    return this.#value(2, i)
  }
  role(i: number): number {
    return this.#value(3, i)
  }
  model(i: number): number {
    return this.#value(4, i)
  }

  #value(column: number, i: number): number {
    const width = this.#widths[column]!
    const bytes = this.#bytes
    const at = this.#starts[column]! + i * width
    const base = this.#bases[column]!
    if (width === 0) return base
    if (width === 1) return base + bytes[at]!
    if (width === 2) return base + bytes[at]! + bytes[at + 1]! * 256
    return base + bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65536 + (width === 4 ? bytes[at + 3]! * 16777216 : 0)
  }

  /** The first document that is not before (`conversation`, `ordinal`); `count` where all are. */
  lowerBound(conversation: number, ordinal: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const c = this.conversation(middle)
      if (c < conversation || (c === conversation && this.ordinal(middle) < ordinal)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A length in words as one byte: exact below 64, then in steps of a tenth. */
export const lengthCode = (words: number): number =>
  words < 64 ? words : Math.min(255, 64 + Math.floor(Math.log2(words / 64) * 8))

/** The length that each code stands for, in whole words: sums of them do not depend on who sums. */
export const codeLength: Float64Array = Float64Array.from({ length: 256 }, (_, code) =>
  code < 64 ? code : Math.round(64 * 2 ** ((code - 64) / 8)),
)
