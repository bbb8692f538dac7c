/** SQLite's 64-bit integers as numbers wherever they fit, as bigint where they do not. */
import type { Value } from '../../ports/storage.ts'

export type Row = Record<string, Value>

/** Whether a row read with integers as numbers may have lost digits. */
export function hasUnsafe(row: Row): boolean {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)) return true
  }
  return false
}

/** Turns the integers of a row read as bigint into numbers, in place, where that is exact. */
export function toSafe(row: Row): Row {
  for (const name in row) {
    const value = row[name]
    if (typeof value !== 'bigint') continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) row[name] = number
  }
  return row
}
