/** Where a stream stops being UTF-8. */
import { isUtf8 } from 'node:buffer'

export interface Utf8Check {
  push(piece: Uint8Array): void
  /** After the last piece: the place of the first byte that is wrong, counted from 0; undefined where none is. */
  wrong(): number | undefined
}

export function utf8Check(): Utf8Check {
  let done = 0
  let rest = Buffer.alloc(0)
  let wrong: number | undefined
  return {
    push(piece) {
      if (wrong !== undefined) return
      const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      const end = wholeUntil(bytes, bytes.length)
      if (!isUtf8(bytes.subarray(0, end))) wrong = done + firstWrong(bytes)
      done += end
      rest = Buffer.from(bytes.subarray(end))
    },
    wrong: () => wrong ?? (rest.length > 0 ? done : undefined),
  }
}

/** The length without a character that `length` cuts off. */
function wholeUntil(bytes: Buffer, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needs > back ? length - back : length
  }
  return length
}

/** The place of the first wrong byte in bytes that are wrong somewhere. */
function firstWrong(bytes: Buffer): number {
  let right = 0
  let wrong = bytes.length
  while (wrong - right > 1) {
    const middle = (right + wrong) >>> 1
    if (isUtf8(bytes.subarray(0, wholeUntil(bytes, middle)))) right = middle
    else wrong = middle
  }
  return wholeUntil(bytes, right)
}
