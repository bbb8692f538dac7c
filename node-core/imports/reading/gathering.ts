/**
 * One stretch of bytes of a stream, gathered over the borders of its chunks; up to a limit, above which the bytes are
 * only counted. A stretch inside one chunk is handed out without a copy.
 */
export class Gathering {
  /** True between `begin` and `end` or `drop`. */
  open = false
  readonly #limit: number
  #chunk: Buffer = Buffer.alloc(0)
  /** Where the stretch begins, or goes on, in the current chunk. */
  #from = 0
  #held: Buffer = Buffer.alloc(0)
  /** Bytes of the stretch in earlier chunks. */
  #before = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The next chunk of the stream. */
  enter(chunk: Buffer): void {
    this.#chunk = chunk
    this.#from = 0
  }

  begin(index: number): void {
    this.open = true
    this.#from = index
    this.#before = 0
  }

  /** Bytes of the stretch up to `index` of the current chunk. */
  sizeAt(index: number): number {
    return this.#before + index - this.#from
  }

  /** Ends before `index`; the bytes are valid until the next chunk. Undefined where they were more than the limit. */
  end(index: number): Uint8Array | undefined {
    const size = this.sizeAt(index)
    if (this.#before > 0) this.#keep(index)
    const bytes =
      size > this.#limit ? undefined : this.#before > 0 ? this.#held.subarray(0, size) : this.#chunk.subarray(this.#from, index)
    this.drop()
    return bytes
  }

  /** Forgets the stretch. */
  drop(): void {
    this.open = false
    this.#before = 0
    // A rare giant must not keep its memory for the rest of the stream.
    if (this.#held.length > 8 * 1024 * 1024) this.#held = Buffer.alloc(0)
  }

  /** The current chunk is at its end: keeps what belongs to an open stretch. */
  leave(): void {
    if (this.open) this.#keep(this.#chunk.length)
  }

  #keep(index: number): void {
    const size = this.sizeAt(index)
    if (size <= this.#limit) {
      if (size > this.#held.length) {
        const grown = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(size, this.#held.length * 2, 64 * 1024)))
        this.#held.copy(grown, 0, 0, this.#before)
        this.#held = grown
      }
      this.#chunk.copy(this.#held, this.#before, this.#from, index)
    } else if (this.#held.length > 0) this.#held = Buffer.alloc(0)
    this.#before = size
    this.#from = index
  }
}
