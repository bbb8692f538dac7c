/** One piece of work at a time, in the order asked for: how the only writer is shared. */
import { VivimError } from '../../contract/errors.ts'

export class Queue {
  #tail: Promise<unknown> = Promise.resolve()
  #closed = false

  /** Runs `work` after everything asked for before it, whether that succeeded or not. Error: `unavailable` once closed. */
  run<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#closed) return Promise.reject(new VivimError('unavailable'))
    const turn = this.#tail.then(work)
    this.#tail = turn.then(nothing, nothing)
    return turn
  }

  /** Takes no more work, and resolves when what was asked for before is done. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#tail
  }
}

const nothing = () => {}
