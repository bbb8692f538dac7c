/** The machine's time and chance. */
import { randomBytes, randomFillSync } from 'node:crypto'
import type { Clock, RandomBytes } from '../ports/clock.ts'

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

// Asking the system costs the same for sixteen bytes as for thousands. Each byte is handed out once and wiped here.
const pool = Buffer.alloc(4096)
const pooled = 64
let next = pool.length

export const systemRandom: RandomBytes = (length) => {
  if (length > pooled) return Uint8Array.from(randomBytes(length))
  if (next + length > pool.length) {
    randomFillSync(pool)
    next = 0
  }
  const bytes = Uint8Array.from(pool.subarray(next, next + length))
  pool.fill(0, next, next + length)
  next += length
  return bytes
}
