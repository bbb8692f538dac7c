/** A time still to go in steps that do not jump about: nobody knows it to the second. */
export interface TimeLeft {
  readonly unit: 'moment' | 'seconds' | 'minutes' | 'hours'
  readonly count: number
}

/** @param seconds zero or more */
export function timeLeft(seconds: number): TimeLeft {
  if (seconds < 8) return { unit: 'moment', count: 0 }
  if (seconds < 55) return { unit: 'seconds', count: Math.ceil(seconds / 10) * 10 }
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return { unit: 'minutes', count: Math.max(1, minutes) }
  return { unit: 'hours', count: Math.round(minutes / 60) }
}
