/** The rows of a CSV file of any size (RFC 4180: quoted fields may hold commas, line ends and doubled quotes). */
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import { throwIfCancelled } from './access.ts'
import { elementLimit } from './limits.ts'
import { refuseBinary } from './lines.ts'
import { refuse } from './refuse.ts'
import { onlyUtf8 } from './utf8.ts'

/** What ends a stretch of plain characters. */
const plainEnd = /[,"\r\n]/g

/**
 * Yields every row that is not blank, the header too. A byte order mark is dropped; a quote inside a field that did not begin with one is a character like others.
 * Fails with `import-damaged` where the file ends inside quotes or is not UTF-8, `import-too-large` for a row above `limit`
 * characters ({@link elementLimit}), `import-empty` for no bytes, `cancelled`.
 */
export async function* csvRows(
  file: ExportFile,
  options: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<string[], void, undefined> {
  const { limit = elementLimit, signal } = options
  const decoder = new TextDecoder()
  const rows = new Rows(file.path, limit)
  let seen = false
  for await (const chunk of onlyUtf8(file.path, file.stream(signal))) {
    if (!seen) refuseBinary(file.path, chunk)
    seen = true
    yield* rows.push(decoder.decode(chunk, { stream: true }))
    throwIfCancelled(signal)
  }
  if (!seen) throw refuse('import-empty', file.path, importReason('empty'))
  yield* rows.push(decoder.decode())
  yield* rows.finish()
}

class Rows {
  readonly #path: string
  readonly #limit: number
  #row: string[] = []
  #field: string[] = []
  /** Characters of the row so far. */
  #size = 0
  #number = 1
  #quoted = false
  /** The last character was a quote inside a quoted field: its end, or the first of two. */
  #pendingQuote = false
  /** The last character was a carriage return that ended a row: a newline after it ends nothing more. */
  #pendingReturn = false
  /** The field began with a quote, so that it is not blank even when it holds nothing. */
  #wasQuoted = false

  constructor(path: string, limit: number) {
    this.#path = path
    this.#limit = limit
  }

  *push(text: string): Generator<string[], void, undefined> {
    let index = 0
    while (index < text.length) {
      if (this.#quoted && !this.#pendingQuote) {
        const end = text.indexOf('"', index)
        this.#add(text.slice(index, end < 0 ? undefined : end))
        if (end < 0) return
        this.#pendingQuote = true
        index = end + 1
        continue
      }
      const char = text[index]
      if (this.#pendingQuote) {
        this.#pendingQuote = false
        if (char === '"') {
          this.#add('"')
          index++
        } else this.#quoted = false
        continue
      }
      if (this.#pendingReturn && char === '\n') {
        this.#pendingReturn = false
        index++
        continue
      }
      this.#pendingReturn = false
      if (char === '"' && this.#field.length === 0 && !this.#wasQuoted) {
        this.#quoted = true
        this.#wasQuoted = true
        index++
      } else if (char === ',') {
        this.#endField()
        index++
      } else if (char === '\n' || char === '\r') {
        this.#pendingReturn = char === '\r'
        const row = this.#endRow()
        if (row) yield row
        index++
      } else {
        plainEnd.lastIndex = index + 1
        const end = plainEnd.exec(text)?.index ?? text.length
        this.#add(text.slice(index, end))
        index = end
      }
    }
  }

  *finish(): Generator<string[], void, undefined> {
    if (this.#quoted && !this.#pendingQuote) {
      throw refuse('import-damaged', this.#path, importReason('breaks-off-in-quotes', { row: this.#number }))
    }
    const row = this.#endRow()
    if (row) yield row
  }

  #add(text: string): void {
    if (text === '') return
    this.#grow(text.length)
    this.#field.push(text)
  }

  #grow(characters: number): void {
    this.#size += characters
    if (this.#size > this.#limit) {
      throw refuse('import-too-large', this.#path, importReason('row-large', { row: this.#number, limit: this.#limit }))
    }
  }

  #endField(): void {
    this.#row.push(this.#field.join(''))
    this.#field = []
    this.#wasQuoted = false
    this.#grow(1) // so that a row of nothing but commas is bounded too
  }

  #endRow(): string[] | undefined {
    const blank = this.#row.length === 0 && this.#field.length === 0 && !this.#wasQuoted
    this.#endField()
    const row = this.#row
    this.#row = []
    this.#size = 0
    this.#quoted = false
    this.#pendingQuote = false
    this.#number++
    return blank ? undefined : row
  }
}
