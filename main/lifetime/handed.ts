/** What starts of the app, the file manager, the dock and the browser hand over to the one app that runs. */

export interface Handed {
  /** Absolute paths. */
  readonly files: readonly string[]
  /** Addresses that begin with `vivim:`. */
  readonly links: readonly string[]
  /** Whether a window shall be seen. */
  readonly show: boolean
}

export interface Handover {
  /** Hands something over; it waits where nobody takes yet. */
  give(handed: Handed): void
  /** Calls `taker` with what waits and with what comes. One takes, and no second. */
  take(taker: (handed: Handed) => void): void
}

/** So much waits at most before the app is ready. */
const waits = 50

export function createHandover(): Handover {
  let waiting: Handed[] = []
  let taker: ((handed: Handed) => void) | undefined
  return {
    give(handed) {
      if (taker) taker(handed)
      else if (waiting.length < waits) waiting.push(handed)
    },
    take(next) {
      taker = next
      const before = waiting
      waiting = []
      for (const handed of before) next(handed)
    },
  }
}
