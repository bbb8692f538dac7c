/** Numbers as people read them. */
import { words } from '../words.ts'

const plain = new Intl.NumberFormat(words.language)
const day = new Intl.DateTimeFormat(words.language, { dateStyle: 'long' })
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export const formatCount = (count: number): string => plain.format(count)

/** `time` in milliseconds since 1970. */
export const formatDay = (time: number): string => day.format(time)

/** Bytes in the largest decimal unit that keeps the number at 1 or more. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const format = new Intl.NumberFormat(words.language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  })
  return format.format(bytes / 1000 ** step)
}
