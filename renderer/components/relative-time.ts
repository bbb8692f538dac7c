import type { IntlShape } from 'react-intl'

const steps = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** A time by its distance from now, in the largest unit of which one has passed; below a minute: “now”. Milliseconds. */
export function relativeTime(time: number, now: number, intl: Pick<IntlShape, 'formatRelativeTime'>): string {
  const distance = time - now
  const [unit, length] = steps.find(([, length]) => Math.abs(distance) >= length) ?? ['second', Number.POSITIVE_INFINITY]
  return intl.formatRelativeTime(Math.trunc(distance / length), unit, { numeric: 'auto' })
}
