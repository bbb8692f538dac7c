/** Holding the beginning of a stream without losing the rest. */

export interface Gathered {
  /** Everything where `whole`, else only the beginning. */
  readonly held: Uint8Array
  readonly whole: boolean
  /** All of the stream, once. */
  all(): AsyncIterable<Uint8Array>
}

/** Reads until the stream ends or more than `limit` bytes have come. A stream that fails here fails the call. */
export async function gather(source: AsyncIterable<Uint8Array>, limit: number): Promise<Gathered> {
  const pieces = source[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let size = 0
  let whole = false
  while (size <= limit) {
    const next = await pieces.next()
    if (next.done) {
      whole = true
      break
    }
    // A source may use its buffer again for the next piece.
    parts.push(next.value.slice())
    size += next.value.length
  }
  const held = new Uint8Array(Buffer.concat(parts))
  const rest = { [Symbol.asyncIterator]: () => pieces }
  return {
    held,
    whole,
    async *all() {
      yield held
      if (!whole) yield* rest
    },
  }
}
