/** Cutting an update of a text that is too large for one part of an event into several that are not. Pure. */
import { type CountLimits, isTextUpdate, readUpdate, type TextStruct, updateLimits } from './text-update.ts'

/** Characters of one run in a cut update; three bytes each at most. */
const PIECE = 32_000
/** Half of what is allowed, as a piece may end one run later than it should. */
const FULL = updateLimits.bytes / 2
/** For {@link readUpdate}, where what is read was made here. */
export const anySize: CountLimits = {
  clients: Number.MAX_SAFE_INTEGER,
  structs: Number.MAX_SAFE_INTEGER,
  deletions: Number.MAX_SAFE_INTEGER,
} as const

/**
 * Updates within the limits that together, merged in any order, say what one says; itself where it is within them.
 * Error: `RangeError` where it is not an update of a text.
 */
export function cutUpdate(update: Uint8Array): Uint8Array[] {
  if (isTextUpdate(update)) return [update]
  const { clients, deletions } = readUpdate(update, anySize)
  const pieces: Uint8Array[] = []
  let piece = new Piece()
  const room = (bytes: number): void => {
    if (!piece.takes(bytes)) {
      pieces.push(piece.bytes())
      piece = new Piece()
    }
  }
  for (const { client, structs } of clients)
    for (const struct of structs) {
      // what a gap stands for is said elsewhere; the next run says where it begins
      if (struct.kind === 'skip') continue
      for (const [clock, length, bytes] of runsOf(update, client, struct)) {
        room(bytes.length)
        piece.addRun(client, clock, length, bytes)
      }
    }
  for (const { client, ranges } of deletions)
    for (const [clock, length] of ranges) {
      room(12)
      piece.addDeletion(client, clock, length)
    }
  return [...pieces, piece.bytes()]
}

/** A struct's bytes as they are, or a long text's as several runs, each behind the one before. */
function* runsOf(
  update: Uint8Array,
  client: number,
  struct: TextStruct,
): Generator<[clock: number, length: number, bytes: Uint8Array]> {
  if (struct.kind === 'gone' || struct.length <= PIECE) {
    yield [struct.clock, struct.length, update.subarray(struct.from, struct.to)]
    return
  }
  const right = rightOriginOf(update, struct)
  const text = contentOf(update, struct)
  for (let at = 0; at < text.length; ) {
    const end =
      at + PIECE < text.length && isLow(text.charCodeAt(at + PIECE)) ? at + PIECE - 1 : Math.min(text.length, at + PIECE)
    const head =
      at === 0
        ? update.subarray(struct.from, struct.content)
        : new Uint8Array([
            0x80 | (right.length > 0 ? 0x40 : 0) | 4,
            ...number(client),
            ...number(struct.clock + at - 1),
            ...right,
          ])
    yield [struct.clock + at, end - at, joined([head, ...string(text.slice(at, end))])]
    at = end
  }
}

/** Its characters, by their length in front. */
function contentOf(update: Uint8Array, { content, to }: TextStruct): string {
  let at = content
  while ((update[at++] ?? 0) >= 128);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(update.subarray(at, to))
}
/** The bytes that name its neighbour to the right; none where it has none. */
function rightOriginOf(update: Uint8Array, { from, content }: TextStruct): Uint8Array {
  const info = update[from] ?? 0
  if ((info & 0x40) === 0) return new Uint8Array(0)
  let at = from + 1
  // the neighbour to the left is two numbers in front of it
  if (info & 0x80) for (let numbers = 0; numbers < 2; numbers++) while ((update[at++] ?? 0) >= 128);
  return update.subarray(at, content)
}
interface Runs {
  client: number
  clock: number
  end: number
  count: number
  bytes: Uint8Array[]
}

interface Deletions {
  client: number
  count: number
  bytes: number[]
}

/** An update that grows. */
class Piece {
  readonly #runs: Runs[] = []
  readonly #deletions: Deletions[] = []
  #size = 0
  #count = 0
  takes(bytes: number): boolean {
    const blocks = Math.max(this.#runs.length, this.#deletions.length)
    return this.#size + bytes <= FULL && blocks < updateLimits.clients && this.#count < updateLimits.deletions
  }
  /** Clients come the highest first, of each the runs in their order. */
  addRun(client: number, clock: number, length: number, bytes: Uint8Array): void {
    if (this.#runs.at(-1)?.client !== client) this.#runs.push({ client, clock, end: clock, count: 0, bytes: [] })
    const last = this.#runs.at(-1) as Runs
    if (clock > last.end) {
      last.bytes.push(new Uint8Array([10, ...number(clock - last.end)]))
      last.count++
    }
    last.bytes.push(bytes)
    last.count++
    last.end = clock + length
    this.#size += bytes.length + 16
    this.#count += 2
  }
  addDeletion(client: number, clock: number, length: number): void {
    if (this.#deletions.at(-1)?.client !== client) this.#deletions.push({ client, count: 0, bytes: [] })
    const last = this.#deletions.at(-1) as Deletions
    last.bytes.push(...number(clock), ...number(length))
    last.count++
    this.#size += 16
    this.#count++
  }
  bytes(): Uint8Array {
    return joined([
      number(this.#runs.length),
      ...this.#runs.flatMap(({ client, clock, count, bytes }) => [
        [...number(count), ...number(client), ...number(clock)],
        ...bytes,
      ]),
      number(this.#deletions.length),
      ...this.#deletions.flatMap(({ client, count, bytes }) => [number(client), number(count), bytes]),
    ])
  }
}

function number(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}
function string(text: string): [number[], Uint8Array] {
  const bytes = new TextEncoder().encode(text)
  return [number(bytes.length), bytes]
}
function joined(parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
