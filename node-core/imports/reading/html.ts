/** HTML as a provider writes it: cells of a page of any size, and the text of a piece. */

import type { TokenizerCallbacks } from 'htmlparser2'
import { Tokenizer } from 'htmlparser2'
import type { VivimError } from '../../contract/errors.ts'
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import { throwIfCancelled } from './access.ts'
import { elementLimit } from './limits.ts'
import { refuseBinary } from './lines.ts'
import { refuse } from './refuse.ts'
import { onlyUtf8 } from './utf8.ts'

export { htmlToText } from './html-text.ts'

/** Characters of a single tag; only an attack or a data URL has more. */
const tagLimit = 4 * 1024 * 1024

/**
 * Yields the raw HTML inside each outermost element that has the class `className`, in the page's order. In time
 * linear in the page, whatever it holds.
 * Fails with `import-damaged` where the page breaks off inside such an element or is not text in UTF-8, `import-too-large` for
 * an element above `limit` characters ({@link elementLimit}), `import-empty`, `cancelled`.
 */
export async function* htmlCells(
  file: ExportFile,
  className: string,
  options: { limit?: number; signal?: AbortSignal } = {},
): AsyncGenerator<string, void, undefined> {
  const { limit = elementLimit, signal } = options
  const cells = new Cells(file.path, className, limit)
  const tokenizer = new Tokenizer({ decodeEntities: false }, cells)
  const decoder = new TextDecoder()
  let seen = false
  for await (const chunk of onlyUtf8(file.path, file.stream(signal))) {
    if (!seen) refuseBinary(file.path, chunk)
    seen = true
    const text = decoder.decode(chunk, { stream: true })
    cells.enter(text)
    tokenizer.write(text)
    yield* cells.leave()
    throwIfCancelled(signal)
  }
  if (!seen) throw refuse('import-empty', file.path, importReason('empty'))
  cells.finish()
}

/** Follows the tokens; positions are characters from the page's start. */
class Cells implements TokenizerCallbacks {
  readonly #path: string
  readonly #className: string
  readonly #limit: number
  /** What is not consumed of earlier chunks (a tag that goes on), and the current chunk. */
  #text = ''
  #base = 0
  /** Everything before is consumed. */
  #mark = 0
  #tag = ''
  #attribute = ''
  #value = ''
  #matches = false
  /** The open cell's tag, how many of that tag are open in it, where its content goes on, and what it has so far. */
  #cellTag = ''
  #depth = 0
  #from = 0
  #pieces: string[] = []
  #size = 0
  #found: string[] = []

  constructor(path: string, className: string, limit: number) {
    this.#path = path
    this.#className = className
    this.#limit = limit
  }

  enter(text: string): void {
    const rest = this.#text.slice(this.#mark - this.#base)
    if (rest.length > tagLimit) throw this.#tooLarge()
    this.#text = rest + text
    this.#base = this.#mark
  }

  *leave(): Generator<string, void, undefined> {
    if (this.#depth > 0) this.#keep(this.#mark)
    const found = this.#found
    this.#found = []
    yield* found
  }

  finish(): void {
    if (this.#depth > 0)
      throw refuse('import-damaged', this.#path, importReason('breaks-off-in-entry', { character: this.#mark }))
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#slice(start, end).toLowerCase()
    this.#matches = false
  }
  onattribname(start: number, end: number): void {
    this.#attribute = this.#slice(start, end).toLowerCase()
    this.#value = ''
  }
  onattribdata(start: number, end: number): void {
    if (this.#attribute === 'class') this.#value += this.#slice(start, end)
  }
  onattribend(): void {
    if (this.#attribute === 'class' && this.#value.split(/\s+/).includes(this.#className)) this.#matches = true
  }
  onopentagend(end: number): void {
    this.#mark = end + 1
    if (this.#depth > 0) {
      if (this.#tag === this.#cellTag) this.#depth++
    } else if (this.#matches) {
      this.#cellTag = this.#tag
      this.#depth = 1
      this.#from = end + 1
    }
  }
  onselfclosingtag(end: number): void {
    // In HTML the slash means nothing: `<div/>` is open, and `<br/>` has no end to wait for.
    this.onopentagend(end)
  }
  onclosetag(start: number, end: number): void {
    const tag = this.#slice(start, end).toLowerCase()
    if (this.#depth > 0 && tag === this.#cellTag && --this.#depth === 0) {
      this.#keep(start - 2)
      this.#found.push(this.#pieces.join(''))
      this.#pieces = []
      this.#size = 0
    }
    this.#mark = end
  }
  ontext(_start: number, end: number): void {
    this.#mark = end
  }
  oncomment(_start: number, end: number): void {
    this.#mark = end
  }
  oncdata(_start: number, end: number): void {
    this.#mark = end
  }
  ondeclaration(_start: number, end: number): void {
    this.#mark = end
  }
  onprocessinginstruction(_start: number, end: number): void {
    this.#mark = end
  }
  onattribentity(): void {}
  ontextentity(): void {}
  onend(): void {}

  /** Adds the open cell's content up to `end`. */
  #keep(end: number): void {
    if (end <= this.#from) return
    this.#size += end - this.#from
    if (this.#size > this.#limit) throw this.#tooLarge()
    this.#pieces.push(this.#slice(this.#from, end))
    this.#from = end
  }

  #slice(start: number, end: number): string {
    return this.#text.slice(start - this.#base, end - this.#base)
  }

  #tooLarge(): VivimError {
    const reason = importReason('page-entry-large', { character: this.#mark, limit: this.#limit })
    return refuse('import-too-large', this.#path, reason)
  }
}
