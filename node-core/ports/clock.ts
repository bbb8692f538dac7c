/** Time and chance, so that tests own both. Adapters: `adapters/clock.ts` (the machine's), `tests/kit/clock.ts` (a test's). */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  monotonic(): number
}
/** Cryptographically strong bytes. */
export type RandomBytes = (length: number) => Uint8Array
