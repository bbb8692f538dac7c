/** The machine's time and chance. */
import { randomBytes } from 'node:crypto'
import type { Clock, RandomBytes } from '../ports/clock.ts'

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
export const systemRandom: RandomBytes = (length) => Uint8Array.from(randomBytes(length))
