/** How fast bytes go, and how long the rest will take, from what was seen in the last seconds. Pure. */

/** Milliseconds that are looked back on: long enough to be calm, short enough to be true. */
const lookBack = 8000
/** Milliseconds after which a rate means something. */
const sureAfter = 500

export interface Sample {
  /** Milliseconds, by any clock. */
  readonly at: number
  readonly bytes: number
}

/** The samples worth keeping once `next` is seen. */
export const withSample = (samples: readonly Sample[], next: Sample): Sample[] => [
  ...samples.filter(({ at }) => next.at - at <= lookBack),
  next,
]

/** Bytes per second; null until it can be told. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first] = samples
  const last = samples.at(-1)
  if (!first || !last || last.at - first.at < sureAfter || last.bytes <= first.bytes) return null
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000
}

/** Seconds until `total` is reached; null until it can be told. */
export function secondsLeft(samples: readonly Sample[], total: number): number | null {
  const rate = rateOf(samples)
  const last = samples.at(-1)
  return rate === null || !last ? null : Math.max(0, (total - last.bytes) / rate)
}
