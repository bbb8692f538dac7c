/** A result read row by row that can be cut loose from its connection at any time without losing a row. */
import { VivimError } from '../../contract/errors.ts'
import type { Row } from './values.ts'

export class Cursor {
  #native: IterableIterator<Row> | undefined
  #rest: Row[] = []
  #next = 0
  #abandoned = false

  constructor(native: IterableIterator<Row>) {
    this.#native = native
  }

  /** The next row, or undefined at the end. Error: `unavailable` when the connection was closed under it. */
  next(): Row | undefined {
    if (this.#abandoned) throw new VivimError('unavailable')
    if (!this.#native) return this.#rest[this.#next++]
    const { value, done } = this.#native.next()
    if (!done) return value
    this.#native = undefined
    return undefined
  }

  /** Reads what is left into memory and gives the connection free. */
  drain(): void {
    if (!this.#native) return
    this.#rest = [...this.#native]
    this.#native = undefined
  }

  close(): void {
    this.#native?.return?.()
    this.#native = undefined
    this.#rest = []
  }

  /** Closes it because its connection closes; whoever still reads gets an error, not an early end. */
  abandon(): void {
    this.close()
    this.#abandoned = true
  }
}
