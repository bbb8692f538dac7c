/** What to do when a window's page ended by itself. Pure. */

/** So many ends within so long a time are no accident, in milliseconds. */
const most = 3
const span = 5 * 60_000

export interface Crashes {
  /** To be asked once for each end. */
  next(): 'reload' | 'explain'
  /** The person wants it tried again. */
  forget(): void
}

/** @param now milliseconds since 1970 */
export function createCrashes(now: () => number): Crashes {
  let ends: number[] = []
  return {
    next() {
      ends = [...ends.filter((at) => now() - at < span), now()]
      return ends.length < most ? 'reload' : 'explain'
    },
    forget() {
      ends = []
    },
  }
}
