/**
 * Markdown cut into blocks: contiguous slices that together are the text. After CommonMark 0.31 and GFM at the top
 * level; what is inside quotes and list items stays with them. Time is linear in the text.
 *
 * Invariant: the same text gives the same blocks for ever, as units are known by their number.
 */
import { type HtmlEnd, htmlAt } from './markdown-html.ts'
import {
  closesFence,
  type Fence,
  fenceAt,
  type Item,
  isBlank,
  isHeading,
  isQuote,
  isRule,
  isTableHead,
  isUnderline,
  itemAt,
  type Line,
  quotedFenceAt,
  readLine,
} from './markdown-lines.ts'

export type BlockKind = 'prose' | 'heading' | 'list' | 'quote' | 'code' | 'table' | 'math' | 'image' | 'html'

/** From `start` up to but without `end`, in UTF-16 code units. */
export interface Block {
  readonly kind: BlockKind
  readonly start: number
  readonly end: number
  /** Of code: what stands between the fences, without the last line break. */
  readonly code?: string
  readonly language?: string
}

/** A longer list is cut into its items. */
const longList = 2000

/** The blocks of `text`, at least one. Blank lines belong to the block before them, at the beginning to the first. */
export const blocksOf = (text: string): Block[] => new Scanner(text).blocks()

/** What a block is, but for the blank lines around it: where its last line ends, and of a list where its items start. */
interface Taken {
  kind: BlockKind
  end: number
  code?: string
  language?: string
  items?: number[]
}

class Scanner {
  readonly #text: string
  /** By closing mark: a formula that opens before this position has no end of its own. */
  readonly #openEnded = new Map<string, number>()

  constructor(text: string) {
    this.#text = text
  }

  blocks(): Block[] {
    const text = this.#text
    const blocks: Block[] = []
    let start = 0
    let at = this.#pastBlank(0)
    while (at < text.length) {
      const { kind, end: stop, items, ...code } = this.#take(readLine(text, at))
      const end = this.#pastBlank(stop)
      if (items && end - start > longList) {
        const cuts = [start, ...items.slice(1), end]
        for (let i = 1; i < cuts.length; i++) blocks.push({ kind, start: cuts[i - 1] ?? start, end: cuts[i] ?? end })
      } else blocks.push({ kind, start, end, ...code })
      start = at = end
    }
    return blocks.length > 0 ? blocks : [{ kind: 'prose', start: 0, end: text.length }]
  }

  /** The block that begins with `line`, which is not blank. */
  #take(line: Line): Taken {
    const text = this.#text
    if (line.indent > 3) return this.#indented(line)
    const fence = fenceAt(text, line)
    if (fence) return this.#fenced(line, fence)
    if (isHeading(text, line)) return { kind: 'heading', end: line.end }
    if (isQuote(text, line)) return this.#quote(line)
    if (isRule(text, line)) return { kind: 'prose', end: line.end }
    const item = itemAt(text, line)
    if (item) return this.#list(line, item)
    const html = htmlAt(text, line, false)
    if (html) return this.#html(line, html)
    const formula = this.#formulaEnd(line)
    if (formula !== undefined) return { kind: 'math', end: formula }
    if (isTableHead(text, line)) return this.#table(line)
    return this.#paragraph(line)
  }

  /** Whether `line` ends a paragraph that comes right before it. */
  #interrupts(line: Line): boolean {
    if (line.indent > 3) return false
    const text = this.#text
    // Nearly every line of a paragraph begins with a letter.
    if (!/[`~#>*+\-_0-9<$\\]/.test(text.charAt(line.content))) return false
    return (
      fenceAt(text, line) !== undefined ||
      isHeading(text, line) ||
      isQuote(text, line) ||
      isRule(text, line) ||
      itemAt(text, line)?.interrupts === true ||
      htmlAt(text, line, true) !== undefined ||
      this.#formulaEnd(line) !== undefined
    )
  }

  #paragraph(first: Line): Taken {
    const text = this.#text
    let last = first
    while (last.end < text.length) {
      const line = readLine(text, last.end)
      if (isBlank(line)) break
      if (isUnderline(text, line)) return { kind: 'heading', end: line.end }
      if (this.#interrupts(line) || isTableHead(text, line)) break
      last = line
    }
    return { kind: isImage(text, first.content, last.stop) ? 'image' : 'prose', end: last.end }
  }

  #fenced(opening: Line, fence: Fence): Taken {
    const text = this.#text
    const language = fence.language ? { language: fence.language } : {}
    let at = opening.end
    while (at < text.length) {
      const line = readLine(text, at)
      if (line.indent <= 3 && closesFence(text, line, fence)) {
        return { kind: 'code', end: line.end, code: codeOf(text.slice(opening.end, line.start), fence.indent), ...language }
      }
      at = line.end
    }
    return { kind: 'code', end: at, code: codeOf(text.slice(opening.end, at), fence.indent), ...language }
  }

  #indented(first: Line): Taken {
    const text = this.#text
    let end = first.end
    for (let at = end; at < text.length; ) {
      const line = readLine(text, at)
      if (!isBlank(line) && line.indent < 4) break
      at = line.end
      if (!isBlank(line)) end = at
    }
    return { kind: 'code', end, code: codeOf(text.slice(first.start, end), 4) }
  }

  #quote(first: Line): Taken {
    const text = this.#text
    let last = first
    let fence = quotedFenceAt(text, first)
    while (last.end < text.length) {
      const line = readLine(text, last.end)
      if (isBlank(line)) break
      if (line.indent <= 3 && isQuote(text, line)) {
        const inner = quotedFenceAt(text, line)
        if (!fence) fence = inner
        else if (inner && inner.mark === fence.mark && inner.length >= fence.length) fence = undefined
      } else if (fence || this.#interrupts(line)) break
      last = line
    }
    return { kind: 'quote', end: last.end }
  }

  #list(first: Line, firstItem: Item): Taken {
    const text = this.#text
    const items = [first.start]
    let item = firstItem
    let fence = fenceAt(text, first, item.content)
    let end = first.end
    let blank = false
    for (let at = end; at < text.length; ) {
      const line = readLine(text, at)
      at = line.end
      if (isBlank(line)) {
        blank = true
        continue
      }
      if (line.indent >= item.inside) {
        if (!fence) fence = fenceAt(text, line)
        else if (closesFence(text, line, fence)) fence = undefined
      } else {
        const next = isRule(text, line) ? undefined : itemAt(text, line)
        if (next && !(blank && next.mark !== item.mark)) {
          items.push(line.start)
          item = next
          fence = fenceAt(text, line, item.content)
        } else if (blank || next || fence || this.#interrupts(line)) break
      }
      blank = false
      end = at
    }
    return { kind: 'list', end, items }
  }

  #html(first: Line, ending: HtmlEnd): Taken {
    const text = this.#text
    if (ending !== 'blank') {
      ending.lastIndex = first.content
      const match = ending.exec(text)
      return { kind: 'html', end: match ? readLine(text, match.index).end : text.length }
    }
    let end = first.end
    while (end < text.length) {
      const line = readLine(text, end)
      if (isBlank(line)) break
      end = line.end
    }
    return { kind: 'html', end }
  }

  #table(head: Line): Taken {
    const text = this.#text
    let end = readLine(text, head.end).end
    while (end < text.length) {
      const line = readLine(text, end)
      if (isBlank(line) || this.#interrupts(line)) break
      end = line.end
    }
    return { kind: 'table', end }
  }

  /** Where the formula that the line begins ends, `$$ … $$` or `\[ … \]`, if it has lines of its own. */
  #formulaEnd(line: Line): number | undefined {
    const text = this.#text
    const closing = text.startsWith('$$', line.content) ? '$$' : text.startsWith('\\[', line.content) ? '\\]' : undefined
    if (closing === undefined || line.content < (this.#openEnded.get(closing) ?? 0)) return undefined
    const found = text.indexOf(closing, line.content + 2)
    if (found >= 0) {
      const last = readLine(text, found + 2)
      if (isBlank(last)) return last.end
    }
    this.#openEnded.set(closing, found < 0 ? text.length : found)
    return undefined
  }

  #pastBlank(from: number): number {
    let at = from
    while (at < this.#text.length) {
      const line = readLine(this.#text, at)
      if (!isBlank(line)) break
      at = line.end
    }
    return at
  }
}

/** Lines of code without their last break, and without the columns that the fence itself is indented by. */
function codeOf(lines: string, indent: number): string {
  const code = lines.replace(/\r?\n$/, '')
  return indent === 0 ? code : code.replace(indent > 3 ? /^(?: {1,4}|\t)/gm : new RegExp(`^ {1,${indent}}`, 'gm'), '')
}

/** Whether a paragraph is one image, maybe itself a link, and nothing else. */
function isImage(text: string, from: number, to: number): boolean {
  const linked = text.startsWith('[![', from)
  if (!linked && !text.startsWith('![', from)) return false
  const image = text.slice(from, to).trimEnd()
  const middle = image.indexOf('](')
  if (middle < 0 || !image.endsWith(')')) return false
  let rest = image.slice(middle + 1)
  if (linked) {
    const outer = rest.indexOf(')](')
    if (outer < 0 || !isBracketed(rest.slice(0, outer + 1))) return false
    rest = rest.slice(outer + 2)
  }
  return isBracketed(rest)
}

/** Whether `text` is one pair of brackets around balanced others. */
function isBracketed(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '(') depth++
    else if (character === ')' && --depth === 0) return i === text.length - 1
  }
  return false
}
