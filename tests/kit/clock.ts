/** Time and chance that a test owns. */
import { createHash } from 'node:crypto'
import type { Clock, RandomBytes } from '../../node-core/ports/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time on by milliseconds (negative: back, as a person may set it; durations never go back). */
  advance(milliseconds: number): void
}

/** A clock that stands still until it is moved. */
export function fakeClock(start = Date.UTC(2026, 10, 1)): FakeClock {
  let now = start
  let monotonic = 0
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(milliseconds) {
      now += milliseconds
      monotonic += Math.max(0, milliseconds)
    },
  }
}

/** Bytes that are the same for the same seed, and never twice within one. */
export function seededRandom(seed: number | string): RandomBytes {
  let counter = 0
  return (length) => {
    const blocks: Uint8Array[] = []
    for (let made = 0; made < length; made += 32) blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest())
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length))
  }
}
