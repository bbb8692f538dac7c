/** `Range` and `If-Range` as RFC 9110 section 14 has them; one range at a time, which a server may choose. */
import { VivimError } from '../contract/errors.ts'

export interface ByteRange {
  readonly start: number
  /** Not included. */
  readonly end: number
}

/**
 * The range to answer with, or undefined for the whole: no range was asked for, one in a form that is to be ignored,
 * several, or one under another `If-Range`. Throws `range-not-satisfiable`.
 */
export function rangeOf(
  size: number,
  etag: string | undefined,
  range: string | undefined,
  ifRange: string | undefined,
): ByteRange | undefined {
  if (range === undefined || (ifRange !== undefined && ifRange !== `"${etag}"`)) return undefined
  const parts = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range)
  if (!parts) return undefined
  const [first, last] = [parts[1] ?? '', parts[2] ?? '']
  if (first === '') return last === '' ? undefined : suffix(size, Number(last))
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw new VivimError('range-not-satisfiable')
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) }
}

function suffix(size: number, length: number): ByteRange {
  if (length === 0 || size === 0) throw new VivimError('range-not-satisfiable')
  return { start: Math.max(0, size - length), end: size }
}
