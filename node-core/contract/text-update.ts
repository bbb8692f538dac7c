/**
 * Updates of a shared text: the part of Yjs's update format (version 1) that a plain text needs, and nothing else of it.
 * Read here before Yjs sees a byte that somebody else sent, so that reading takes time and memory in proportion to the
 * bytes, and nothing that follows can throw. Pure; runs in browsers too.
 */

/** What one update may hold at most; `cutUpdate` cuts one that holds more. */
export const updateLimits = { bytes: 224 * 1024, clients: 500, structs: 40_000, deletions: 40_000 } as const
/** How much an update may hold. */
export interface CountLimits {
  readonly clients: number
  readonly structs: number
  readonly deletions: number
}
/** The name of the one text that a document has. */
export const textName = 'note'

/** A client's run of characters in an update, or of places that it leaves open. */
export interface TextStruct {
  readonly clock: number
  /** UTF-16 code units. */
  readonly length: number
  /** `text` says characters, `gone` that they were deleted, `skip` nothing. */
  readonly kind: 'text' | 'gone' | 'skip'
  /** Its bytes within the update. */
  readonly from: number
  readonly to: number
  /** Of a `text`: where the bytes of its characters begin. */
  readonly content: number
}
export interface TextUpdate {
  readonly clients: readonly { readonly client: number; readonly structs: readonly TextStruct[] }[]
  readonly deletions: readonly {
    readonly client: number
    readonly ranges: readonly (readonly [clock: number, length: number])[]
  }[]
}

const MOST_CLIENT = 0xffff_ffff
const MOST_CLOCK = 0x7fff_ffff
const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const GONE = 1
const TEXT = 4
const SKIP = 10
const ROOT = 1

/** Whether bytes are an update of a text, within the limits. */
export function isTextUpdate(bytes: unknown): bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length > updateLimits.bytes) return false
  try {
    readUpdate(bytes)
    return true
  } catch {
    return false
  }
}

/** Parses an update whatever its size. Error: `RangeError` where it is none, or holds what no text holds. */
export function readUpdate(bytes: Uint8Array, limits: CountLimits = updateLimits): TextUpdate {
  const reader = new Reader(bytes)
  let structs = 0
  const clients = blocks(reader, limits.clients, () => {
    const count = reader.number(limits.structs - structs)
    if (count === 0) fault()
    structs += count
    const client = reader.number(MOST_CLIENT)
    return { client, structs: structsOf(reader, client, count) }
  })
  let ranges = 0
  const deletions = blocks(reader, limits.clients, () => {
    const client = reader.number(MOST_CLIENT)
    const count = reader.number(limits.deletions - ranges)
    if (count === 0) fault()
    ranges += count
    return { client, ranges: rangesOf(reader, count) }
  })
  if (reader.at !== bytes.length) fault()
  return { clients, deletions }
}

/** Blocks of clients, the highest first, as every writer of the format orders them. */
function blocks<T extends { client: number }>(reader: Reader, most: number, read: () => T): T[] {
  const count = reader.number(most)
  const found: T[] = []
  for (let last = MOST_CLIENT + 1; found.length < count; ) {
    const block = read()
    if (block.client >= last) fault()
    last = block.client
    found.push(block)
  }
  return found
}

function structsOf(reader: Reader, client: number, count: number): TextStruct[] {
  const structs: TextStruct[] = []
  let clock = reader.number(MOST_CLOCK)
  for (let n = 0; n < count; n++) {
    const from = reader.at
    const { kind, length, content } = structAt(reader, client, clock)
    if (length === 0 || clock + length > MOST_CLOCK) fault()
    structs.push({ clock, length, kind, from, to: reader.at, content })
    clock += length
  }
  return structs
}

function structAt(reader: Reader, client: number, clock: number): Pick<TextStruct, 'kind' | 'length' | 'content'> {
  const info = reader.byte()
  if (info === SKIP) return { kind: 'skip', length: reader.number(MOST_CLOCK), content: 0 }
  if (info & HAS_ORIGIN) reader.neighbour(client, clock)
  if (info & HAS_RIGHT_ORIGIN) reader.neighbour(client, clock)
  // only one that has no neighbour names what it is in
  if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0 && (reader.number(ROOT) !== ROOT || reader.text() !== textName)) fault()
  switch (info & ~(HAS_ORIGIN | HAS_RIGHT_ORIGIN)) {
    case GONE:
      return { kind: 'gone', length: reader.number(MOST_CLOCK), content: 0 }
    case TEXT: {
      const content = reader.at
      return { kind: 'text', length: reader.text().length, content }
    }
    default:
      return fault()
  }
}

function rangesOf(reader: Reader, count: number): [number, number][] {
  const ranges: [number, number][] = []
  for (let end = -1; ranges.length < count; ) {
    const clock = reader.number(MOST_CLOCK)
    const length = reader.number(MOST_CLOCK)
    if (clock <= end || length === 0 || clock + length > MOST_CLOCK) fault()
    end = clock + length - 1
    ranges.push([clock, length])
  }
  return ranges
}

function fault(): never {
  throw new RangeError('Not an update of a text.')
}

class Reader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  byte(): number {
    return this.#bytes[this.at++] ?? fault()
  }
  /** A number of the format, in the one way to write it. */
  number(most: number): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (value > most) fault()
      if (byte < 128) {
        if (byte === 0 && factor > 1) fault()
        return value
      }
    }
  }
  /** The place of a neighbour; one of the same client was there before. */
  neighbour(client: number, clock: number): void {
    const other = this.number(MOST_CLIENT)
    const place = this.number(MOST_CLOCK)
    if (other === client && place >= clock) fault()
  }
  text(): string {
    const length = this.number(this.#bytes.length)
    const from = this.at
    this.at += length
    if (this.at > this.#bytes.length) fault()
    // throws where it is not UTF-8
    return this.#decoder.decode(this.#bytes.subarray(from, this.at))
  }
}
