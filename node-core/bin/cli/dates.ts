/** Days, months and years as people give them to filters. */

const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

interface GivenDate {
  readonly year: number
  /** 1 to 12. */
  readonly month?: number
  readonly day?: number
}

/** `2024`, `2024-03`, `2024-03-01`, from 1970 on; undefined for what is none. */
export function dateOf(text: string): GivenDate | undefined {
  const [, year, month, day] = pattern.exec(text) ?? []
  if (year === undefined || Number(year) < 1970) return undefined
  if (month === undefined) return { year: Number(year) }
  if (Number(month) < 1 || Number(month) > 12) return undefined
  if (day === undefined) return { year: Number(year), month: Number(month) }
  const there = new Date(Number(year), Number(month) - 1, Number(day)).getDate() === Number(day)
  return there ? { year: Number(year), month: Number(month), day: Number(day) } : undefined
}

/** Where it begins in this machine's time zone, or the next one does; in milliseconds since 1970. */
export function edgeOf({ year, month, day }: GivenDate, edge: 'start' | 'end'): number {
  const next = edge === 'end' ? 1 : 0
  if (day !== undefined) return new Date(year, (month ?? 1) - 1, day + next).getTime()
  if (month !== undefined) return new Date(year, month - 1 + next, 1).getTime()
  return new Date(year + next, 0, 1).getTime()
}
