/** The lines of a text file of any size (JSON Lines and the like), one at a time. */
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import { throwIfCancelled } from './access.ts'
import { Gathering } from './gathering.ts'
import { elementLimit } from './limits.ts'
import { refuse } from './refuse.ts'
import { decode } from './text.ts'
import { breaksOffInside, firstNotUtf8, notUtf8 } from './utf8.ts'

/** `number` counts from 1, blank lines included. */
export type Line = { number: number; text: string } | { number: number; error: ImportReason }

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * Yields every line that is not blank, without its end (LF or CRLF; the last may have none). A line of more than
 * `limit` bytes ({@link elementLimit}), or one that is not UTF-8, is one with `error`; the others go on. Where the file
 * breaks off inside a character, the last line ends in U+FFFD.
 * Fails with `import-empty` for no bytes, `import-damaged` for a file that is not text, `cancelled`.
 */
export async function* lines(
  file: ExportFile,
  options: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Line, void, undefined> {
  const { limit = elementLimit, signal } = options
  const line = new Gathering(limit)
  let number = 1
  let seen = false
  /** Bytes before the current piece. */
  let base = 0
  for await (const piece of file.stream(signal)) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    if (!seen) refuseBinary(file.path, chunk)
    seen = true
    line.enter(chunk)
    for (let from = 0; from < chunk.length; ) {
      if (!line.open) line.begin(from)
      const at = chunk.indexOf(newline, from)
      if (at < 0) break
      const read = lineOf(line, base, at, number++, limit)
      if (read) yield read
      from = at + 1
    }
    line.leave()
    base += chunk.length
    throwIfCancelled(signal)
  }
  if (!seen) throw refuse('import-empty', file.path, importReason('empty'))
  line.enter(Buffer.alloc(0))
  const last = line.open ? lineOf(line, base, 0, number, limit, true) : undefined
  if (last) yield last
}

/** `base`: the place in the file of the chunk that the line ends in, before `end`. */
function lineOf(line: Gathering, base: number, end: number, number: number, limit: number, last = false): Line | undefined {
  const size = line.sizeAt(end)
  const bytes = line.end(end)
  if (!bytes) return { number, error: importReason('entry-large', { size, limit }) }
  const wrong = firstNotUtf8(bytes)
  if (wrong !== undefined && !(last && breaksOffInside(bytes))) return { number, error: notUtf8(base + end - size, wrong) }
  const text = decode(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes)
  return text.trim() === '' ? undefined : { number, text }
}

/** Fails with `import-damaged` where the first bytes cannot begin a text in UTF-8. */
export function refuseBinary(path: string, first: Uint8Array): void {
  const utf16 = (first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0xfe && first[1] === 0xff)
  if (utf16) throw refuse('import-damaged', path, importReason('utf16'))
  const zero = first.subarray(0, 4096).indexOf(0)
  if (zero >= 0) throw refuse('import-damaged', path, importReason('not-text', { byte: zero }))
}
