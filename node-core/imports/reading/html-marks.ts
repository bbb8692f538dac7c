/** Inline Markdown around text that comes in pieces: marks open with the first character inside and close before trailing space. */

export interface Mark {
  readonly tag: string
  readonly open: string
  readonly close: string
}

/** Marks that can be open at once; deeper ones are ignored, which keeps hostile nesting cheap. */
const deepest = 16
const white = /\s/

export class MarkedText {
  #pieces: string[] = []
  /** White space after the last piece, not yet known to stand inside a block. */
  #space = ''
  #wanted: Mark[] = []
  #opened: Mark[] = []

  begin(mark: Mark): void {
    if (this.#wanted.length < deepest && !this.#wanted.some((open) => open.tag === mark.tag)) this.#wanted.push(mark)
  }

  end(tag: string): void {
    const at = this.#wanted.findIndex((mark) => mark.tag === tag)
    if (at < 0) return
    this.#wanted.splice(at, 1)
    const from = this.#opened.findIndex((mark) => mark.tag === tag)
    if (from >= 0) this.#close(from)
  }

  /** Text as HTML has it: runs of spaces are one; line breaks stay, for Markdown reads them as spaces or as meant. */
  text(raw: string): void {
    if (!white.test(raw)) {
      if (raw !== '') this.exact(raw)
      return
    }
    const text = raw
      .replace(/\r\n?/g, '\n')
      .replace(/\u00a0/g, ' ')
      .replace(/(\n[ \t\f]*)|[ \t\f]+/g, (_run, line: string | undefined) => line ?? ' ')
    const core = text.trim()
    const lead = text.slice(0, text.length - text.trimStart().length)
    if (this.#pieces.length > 0 && (this.#space === '' || lead.includes('\n'))) this.#space = lead || this.#space
    if (core === '') return
    this.exact(core)
    this.#space = text.slice(text.trimEnd().length)
  }

  /** Text that stands as it is. */
  exact(text: string): void {
    if (this.#pieces.length > 0) this.#pieces.push(this.#space)
    this.#space = ''
    for (const mark of this.#wanted) {
      if (this.#opened.includes(mark)) continue
      this.#pieces.push(mark.open)
      this.#opened.push(mark)
    }
    this.#pieces.push(text)
  }

  lineBreak(): void {
    if (this.#pieces.length > 0) this.#space += '\n'
  }

  /** All of it, every mark closed; marks that are still wanted open again with the next text. */
  take(): string {
    this.#close(0)
    const text = this.#pieces.join('')
    this.#pieces = []
    this.#space = ''
    return text
  }

  #close(from: number): void {
    for (const mark of this.#opened.splice(from).reverse()) this.#pieces.push(mark.close)
  }
}
