/** When a node that ended unasked is started again: ever later, and not for ever. */

/** Milliseconds before the first new start, doubled each time up to the longest. */
const pauses = { first: 500, longest: 30_000 } as const
/** So many ends within so many milliseconds are too many. */
export const tooMany = { ends: 5, within: 3 * 60_000 } as const

export interface Restarts {
  /** Notes an end; answers the pause before the next start, in milliseconds, or undefined where it is given up. */
  ended(now: number): number | undefined
  /** The pause before it is tried again what did not work, and which nobody broke. */
  failed(): number
  /** It runs. */
  ready(): void
  /** A person has it tried again: what was is forgotten. */
  forget(): void
  /** Ends that count at present. */
  readonly ends: number
}

export function createRestarts(): Restarts {
  let pause: number = pauses.first
  let ends: number[] = []
  const next = (): number => {
    const now = pause
    pause = Math.min(pause * 2, pauses.longest)
    return now
  }
  return {
    ended(now) {
      ends = [...ends.filter((at) => now - at < tooMany.within), now]
      return ends.length >= tooMany.ends ? undefined : next()
    },
    failed: next,
    ready() {
      pause = pauses.first
    },
    forget() {
      pause = pauses.first
      ends = []
    },
    get ends() {
      return ends.length
    },
  }
}
