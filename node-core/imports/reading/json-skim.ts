/**
 * Runs over one JSON value without understanding it: finds where it ends by strings, escapes and brackets alone.
 * What stands between is not judged here, the native parser does that; but brackets must match, for where they do
 * not, no later byte can be told to belong to one value rather than another.
 */
const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Bytes that mean something outside a string. */
const marks = new Uint8Array(256)
for (const byte of [quote, openBracket, closeBracket, openBrace, closeBrace]) marks[byte] = 1

export class JsonSkim {
  /** True from the value's first byte to its last. */
  busy = false
  /** True inside a string of the value. */
  inString = false
  /** The deepest nesting seen in the value. */
  deepest = 0
  #depth = 0
  #escaped = false
  readonly #stack: Uint8Array

  /** Brackets nested deeper than `levels` are counted but no longer matched by kind. */
  constructor(levels: number) {
    this.#stack = new Uint8Array(levels + 1)
  }

  /** The next byte given to {@link run} is the value's first: a quote, a brace or a bracket. */
  begin(): void {
    this.busy = true
    this.deepest = 0
  }

  /**
   * Goes on from `start`; answers the index after the value's last byte, the chunk's length where the value goes on in
   * the next chunk (then `busy` stays true), or `-1 - index` of a bracket that closes another kind than was opened.
   */
  run(chunk: Uint8Array, start: number): number {
    const end = chunk.length
    const stack = this.#stack
    let depth = this.#depth
    let inString = this.inString
    let index = start
    if (this.#escaped && index < end) {
      this.#escaped = false
      index++
    }
    while (index < end) {
      if (inString) {
        let byte = chunk[index]
        while (byte !== quote && byte !== backslash && ++index < end) byte = chunk[index]
        if (index >= end) break
        if (byte === backslash) {
          index += 2
          if (index > end) this.#escaped = true
          continue
        }
        index++
        inString = false
        if (depth === 0) return this.#leave(index)
        continue
      }
      // In bounds: `index < end`.
      let byte = chunk[index] as number
      while (marks[byte] === 0 && ++index < end) byte = chunk[index] as number
      if (index >= end) break
      if (byte === quote) {
        inString = true
      } else if (byte === openBrace || byte === openBracket) {
        depth++
        if (depth < stack.length) stack[depth] = byte
        if (depth > this.deepest) this.deepest = depth
      } else {
        // `[` and `]`, `{` and `}` are two apart.
        if (depth < stack.length && stack[depth] !== byte - 2) return -1 - index
        depth--
        if (depth === 0) return this.#leave(index + 1)
      }
      index++
    }
    this.#depth = depth
    this.inString = inString
    return end
  }

  #leave(index: number): number {
    this.#depth = 0
    this.inString = false
    this.busy = false
    return index
  }
}
