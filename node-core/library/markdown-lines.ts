/**
 * What one line of Markdown can begin, after CommonMark 0.31 and GFM. Every test reads no further than its line, so
 * that splitting a text stays linear whatever is in it.
 */

export interface Line {
  readonly start: number
  /** Where its first character other than space and tab is; `stop` in a blank line. */
  readonly content: number
  /** Columns before `content`; a tab goes to the next multiple of four. */
  readonly indent: number
  /** Its end without the line break. */
  readonly stop: number
  /** Where the next line starts. */
  readonly end: number
}

const TAB = 9,
  RETURN = 13,
  SPACE = 32,
  HASH = 35,
  STAR = 42,
  PLUS = 43,
  DASH = 45,
  ZERO = 48,
  NINE = 57
const DOT = 46,
  COLON = 58,
  EQUALS = 61,
  GREATER = 62,
  BACKSLASH = 92,
  UNDERSCORE = 95,
  BACKTICK = 96,
  BAR = 124,
  TILDE = 126

const isGap = (code: number): boolean => code === SPACE || code === TAB

/** The line that starts at `start`. Lines end at line feeds; carriage returns around their text are no part of it. */
export function readLine(text: string, start: number): Line {
  const found = text.indexOf('\n', start)
  const end = found < 0 ? text.length : found + 1
  let stop = found < 0 ? text.length : found
  while (stop > start && text.charCodeAt(stop - 1) === RETURN) stop--
  let content = start
  let indent = 0
  for (; content < stop; content++) {
    const code = text.charCodeAt(content)
    if (code === SPACE) indent++
    else if (code === TAB) indent += 4 - (indent % 4)
    else if (code !== RETURN) break
  }
  return { start, content, indent, stop, end }
}

export const isBlank = (line: Line): boolean => line.content === line.stop

export interface Fence {
  readonly mark: number
  readonly length: number
  readonly indent: number
  /** The first word of what follows the marks, in lower case; empty where there is none. */
  readonly language: string
}

/** The code fence that opens with the marks at `at`, which stand in `line`. */
export function fenceAt(text: string, line: Line, at = line.content): Fence | undefined {
  const mark = text.charCodeAt(at)
  if (mark !== BACKTICK && mark !== TILDE) return undefined
  const after = pastRun(text, at, line.stop, mark)
  if (after - at < 3) return undefined
  if (mark === BACKTICK) for (let i = after; i < line.stop; i++) if (text.charCodeAt(i) === BACKTICK) return undefined
  const from = pastGap(text, after, line.stop)
  let to = from
  while (to < line.stop && to - from < 64 && !/[\s{,:]/.test(text.charAt(to))) to++
  return { mark, length: after - at, indent: line.indent, language: text.slice(from, to).toLowerCase() }
}

/** Whether the line closes `fence`. */
export function closesFence(text: string, line: Line, fence: Fence): boolean {
  const after = pastRun(text, line.content, line.stop, fence.mark)
  return after - line.content >= fence.length && pastGap(text, after, line.stop) === line.stop
}

/** `# Heading` */
export function isHeading(text: string, line: Line): boolean {
  if (text.charCodeAt(line.content) !== HASH) return false
  const after = pastRun(text, line.content, line.stop, HASH)
  return after - line.content <= 6 && (after === line.stop || isGap(text.charCodeAt(after)))
}

/** `===` or `---` under a paragraph makes it a heading. */
export function isUnderline(text: string, line: Line): boolean {
  const mark = text.charCodeAt(line.content)
  if (line.indent > 3 || (mark !== EQUALS && mark !== DASH)) return false
  return pastGap(text, pastRun(text, line.content, line.stop, mark), line.stop) === line.stop
}

/** `---`, `* * *` */
export function isRule(text: string, line: Line): boolean {
  const mark = text.charCodeAt(line.content)
  if (mark !== STAR && mark !== DASH && mark !== UNDERSCORE) return false
  let marks = 0
  for (let i = line.content; i < line.stop; i++) {
    const code = text.charCodeAt(i)
    if (code === mark) marks++
    else if (!isGap(code)) return false
  }
  return marks >= 3
}

export const isQuote = (text: string, line: Line): boolean => text.charCodeAt(line.content) === GREATER

/** The fence that a line of a quote opens inside it. */
export const quotedFenceAt = (text: string, line: Line): Fence | undefined =>
  fenceAt(text, line, pastGap(text, line.content + 1, line.stop))

export interface Item {
  /** Columns from which lines belong to it. */
  readonly inside: number
  /** Where its own text begins. */
  readonly content: number
  /** What tells one list from the next: its bullet, or the mark after its number. */
  readonly mark: number
  /** Whether it may follow a paragraph without a blank line: it has text and, if numbered, is the first. */
  readonly interrupts: boolean
}

/** The list item that the line begins. */
export function itemAt(text: string, line: Line): Item | undefined {
  const first = text.charCodeAt(line.content)
  let after = line.content
  if (first === DASH || first === STAR || first === PLUS) after++
  else if (first >= ZERO && first <= NINE) {
    while (after < line.stop && after - line.content < 9 && isDigit(text.charCodeAt(after))) after++
    const mark = text.charCodeAt(after)
    if (after === line.stop || (mark !== DOT && mark !== 41)) return undefined
    after++
  } else return undefined
  if (after < line.stop && !isGap(text.charCodeAt(after))) return undefined
  const content = pastGap(text, after, line.stop)
  const width = after - line.content
  const gap = content === line.stop || content - after > 4 ? 1 : content - after
  const isFirst = first > NINE || first < ZERO || (width === 2 && first === ZERO + 1)
  return {
    inside: line.indent + width + gap,
    content,
    mark: text.charCodeAt(after - 1),
    interrupts: content < line.stop && isFirst,
  }
}

/** Whether `line` is the head of a table: the line after it separates as many columns as it has. */
export function isTableHead(text: string, line: Line): boolean {
  if (!mayDelimit(text, line.end)) return false
  const columns = delimiterColumns(text, readLine(text, line.end))
  return columns > 0 && columns === columnsOf(text, line)
}

/** A glance at the line that starts at `start`, to spare nearly all of them a closer look. */
function mayDelimit(text: string, start: number): boolean {
  let at = start
  while (at < start + 3 && text.charCodeAt(at) === SPACE) at++
  const code = text.charCodeAt(at)
  return code === BAR || code === DASH || code === COLON
}

/** How many columns `|---|:-:|` separates; 0 where the line is something else or has no bar. */
function delimiterColumns(text: string, line: Line): number {
  let at = line.content
  let columns = 0
  let bars = 0
  if (text.charCodeAt(at) === BAR) {
    bars++
    at = pastGap(text, at + 1, line.stop)
  }
  while (at < line.stop) {
    if (text.charCodeAt(at) === COLON) at++
    const after = pastRun(text, at, line.stop, DASH)
    if (after === at) return 0
    at = after
    if (at < line.stop && text.charCodeAt(at) === COLON) at++
    at = pastGap(text, at, line.stop)
    columns++
    if (at === line.stop) break
    if (text.charCodeAt(at) !== BAR) return 0
    bars++
    at = pastGap(text, at + 1, line.stop)
  }
  return bars > 0 ? columns : 0
}

function columnsOf(text: string, line: Line): number {
  let bars = 0
  let last = -1
  for (let i = line.content; i < line.stop; i++) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH) i++
    else if (code === BAR) {
      bars++
      last = i
    }
  }
  if (bars === 0) return 1
  const leads = text.charCodeAt(line.content) === BAR
  const trails = pastGap(text, last + 1, line.stop) === line.stop
  return bars + 1 - (leads ? 1 : 0) - (trails && (bars > 1 || !leads) ? 1 : 0)
}

function pastRun(text: string, from: number, stop: number, mark: number): number {
  let at = from
  while (at < stop && text.charCodeAt(at) === mark) at++
  return at
}

function pastGap(text: string, from: number, stop: number): number {
  let at = from
  while (at < stop && isGap(text.charCodeAt(at))) at++
  return at
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE
