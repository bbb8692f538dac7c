/** Where bytes stop being UTF-8. */

import { isUtf8 } from 'node:buffer'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { refuse } from './refuse.ts'

export interface Utf8Check {
  push(piece: Uint8Array): void
  /** So far: the place of the first byte that is wrong, whatever follows. */
  found(): number | undefined
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
    found: () => wrong,
    wrong: () => wrong ?? (rest.length > 0 ? done : undefined),
  }
}

/** The place of the first byte that is wrong; undefined where all is UTF-8. */
export function firstNotUtf8(bytes: Uint8Array): number | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return isUtf8(buffer) ? undefined : firstWrong(buffer)
}

/** True where bytes are UTF-8 but for a last character that is cut off. */
export function breaksOffInside(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = wholeUntil(buffer, buffer.length)
  return whole < buffer.length && isUtf8(buffer.subarray(0, whole))
}

/** What a report says of a piece of a file that begins at `start`, counted in bytes from 0. */
export const notUtf8 = (start: number, wrong: number): ImportReason => importReason('not-utf8', { byte: start + wrong })

/** The bytes of a stream as they come; fails with `import-damaged`, naming file and byte, where they are not UTF-8. */
export async function* onlyUtf8(path: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const check = utf8Check()
  const refuseAt = (wrong: number | undefined): void => {
    if (wrong !== undefined) throw refuse('import-damaged', path, notUtf8(0, wrong))
  }
  for await (const piece of bytes) {
    check.push(piece)
    refuseAt(check.found())
    yield piece
  }
  refuseAt(check.wrong())
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
