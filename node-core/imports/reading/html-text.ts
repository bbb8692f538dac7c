/**
 * A provider's HTML as Markdown: paragraphs, headings, lists, quotes, code, tables, links and emphasis. Scripts,
 * styles and every address that is not http, https or mailto fall away. In time linear in the HTML, whatever it holds.
 */

import type { TokenizerCallbacks } from 'htmlparser2'
import { Tokenizer } from 'htmlparser2'
import { MarkedText } from './html-marks.ts'
import { MarkdownBlocks } from './markdown-blocks.ts'

/** Markdown of `html`. Never throws; unclosed and stray tags are read as browsers more or less do. */
export function htmlToText(html: string): string {
  const page = new Page(html)
  const tokenizer = new Tokenizer({}, page)
  tokenizer.write(html)
  tokenizer.end()
  return page.finish()
}

/** Elements whose content is not text for people. */
const dropped = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'iframe',
  'noembed',
  'noframes',
  'svg',
  'object',
  'textarea',
  'select',
])
const paragraphs = new Set([
  'p',
  'div',
  'section',
  'article',
  'header',
  'footer',
  'main',
  'aside',
  'figure',
  'figcaption',
  'details',
  'summary',
  'address',
  'dl',
  'dt',
  'dd',
  'form',
  'body',
  'html',
])
const emphasis: Record<string, string> = { b: '**', strong: '**', i: '*', em: '*', del: '~~', s: '~~', strike: '~~' }
/** Tags that are the same mark, so that `<b><strong>` is bold once. */
const markTag = (tag: string): string => emphasis[tag] ?? tag

class Page implements TokenizerCallbacks {
  readonly #html: string
  readonly #text = new MarkedText()
  readonly #blocks = new MarkdownBlocks()
  #tag = ''
  #attributes = new Map<string, string>()
  #name = ''
  #value = ''
  /** The element whose content is dropped, and how many of it are open. */
  #drop = ''
  #dropDepth = 0
  /** Text of the open `pre` or inline `code`, taken as it is. */
  #code: { tag: 'pre' | 'code'; language: string; pieces: string[] } | undefined
  #heading = 0
  #table: { rows: string[][]; depth: number; cell: boolean } | undefined

  constructor(html: string) {
    this.#html = html
  }

  finish(): string {
    this.#endCode()
    if (this.#table) this.#endTable()
    this.#endBlock()
    return this.#blocks.take()
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase()
    this.#attributes = new Map()
  }
  onattribname(start: number, end: number): void {
    this.#name = this.#html.slice(start, end).toLowerCase()
    this.#value = ''
  }
  onattribdata(start: number, end: number): void {
    this.#value += this.#html.slice(start, end)
  }
  onattribentity(point: number): void {
    this.#value += String.fromCodePoint(point)
  }
  onattribend(): void {
    if (!this.#attributes.has(this.#name)) this.#attributes.set(this.#name, this.#value)
  }
  onselfclosingtag(): void {
    this.onopentagend()
  }

  onopentagend(): void {
    const tag = this.#tag
    if (this.#dropDepth > 0) {
      if (tag === this.#drop) this.#dropDepth++
    } else if (dropped.has(tag)) {
      this.#drop = tag
      this.#dropDepth = 1
    } else if (this.#code) {
      if (tag === 'br') this.#code.pieces.push('\n')
      else if (tag === 'code') this.#code.language ||= this.#language()
    } else this.#open(tag)
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase()
    if (this.#dropDepth > 0) {
      if (tag === this.#drop) this.#dropDepth--
    } else if (this.#code) {
      if (tag === this.#code.tag) this.#endCode()
    } else this.#close(tag)
  }

  ontext(start: number, end: number): void {
    this.#write(this.#html.slice(start, end))
  }
  ontextentity(point: number, end: number): void {
    const char = String.fromCodePoint(point)
    // Text that would read as a tag once it is Markdown.
    const tagLike = char === '<' && !this.#code && /[a-z/!?&]/i.test(this.#html[end] ?? '')
    this.#write(tagLike ? '\\<' : char)
  }
  oncomment(): void {}
  oncdata(start: number, end: number): void {
    this.#write(this.#html.slice(start, end))
  }
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #write(text: string): void {
    if (this.#dropDepth > 0) return
    if (this.#code) this.#code.pieces.push(text)
    else this.#text.text(text)
  }

  #open(tag: string): void {
    const mark = emphasis[tag]
    if (mark) this.#text.begin({ tag: markTag(tag), open: mark, close: mark })
    else if (tag === 'br') this.#text.lineBreak()
    else if (tag === 'a') {
      const address = safeAddress(this.#attributes.get('href'))
      if (address) this.#text.begin({ tag, open: '[', close: `](${address})` })
    } else if (tag === 'img') this.#image()
    else if (tag === 'code' || tag === 'pre') {
      const block = tag === 'pre' && !this.#table
      if (block) this.#endBlock()
      this.#code = { tag, language: block ? this.#language() : '', pieces: [] }
    } else if (tag === 'table') this.#openTable()
    else if (this.#table) this.#inTable(tag)
    else this.#openBlock(tag)
  }

  #openBlock(tag: string): void {
    const level = headingLevel(tag)
    if (level > 0 || paragraphs.has(tag)) this.#endBlock()
    if (level > 0) this.#heading = level
    else if (tag === 'hr') {
      this.#endBlock()
      this.#blocks.add('---')
    } else if (tag === 'ul' || tag === 'ol' || tag === 'blockquote') {
      this.#endBlock()
      this.#blocks.open(tag, Number.parseInt(this.#attributes.get('start') ?? '', 10) || 1)
    } else if (tag === 'li') {
      this.#endBlock()
      this.#blocks.item()
    }
  }

  #close(tag: string): void {
    if (tag in emphasis || tag === 'a') this.#text.end(markTag(tag))
    else if (this.#table) {
      if (tag === 'table' && --this.#table.depth === 0) this.#endTable()
      else if (tag === 'td' || tag === 'th') this.#endCell()
    } else if (headingLevel(tag) > 0 || paragraphs.has(tag)) this.#endBlock()
    else if (tag === 'ul' || tag === 'ol' || tag === 'blockquote') {
      this.#endBlock()
      this.#blocks.close(tag)
    } else if (tag === 'li') this.#endBlock()
  }

  #endBlock(): void {
    const text = this.#text.take()
    if (text) this.#blocks.add(this.#heading > 0 ? `${'#'.repeat(this.#heading)} ${text.replace(/\s*\n\s*/g, ' ')}` : text)
    this.#heading = 0
  }

  #endCode(): void {
    if (!this.#code) return
    const { tag, language, pieces } = this.#code
    this.#code = undefined
    const text = pieces.join('').replace(/\r\n?/g, '\n')
    if (tag === 'pre' && !this.#table) {
      const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
      this.#blocks.add(`${fence}${language}\n${text.replace(/^\n/, '').replace(/\n$/, '')}\n${fence}`)
    } else if (text !== '') {
      const ticks = '`'.repeat(longestRun(text) + 1)
      const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
      this.#text.exact(ticks + pad + (this.#table ? text.replace(/\n/g, ' ') : text) + pad + ticks)
    }
  }

  #openTable(): void {
    if (this.#table) this.#table.depth++
    else {
      this.#endBlock()
      this.#table = { rows: [], depth: 1, cell: false }
    }
  }

  /** Cells hold one line; blocks in them are no more than space, and tables in tables are their text. */
  #inTable(tag: string): void {
    const table = this.#table
    if (!table) return
    if (table.depth === 1 && tag === 'tr') {
      this.#endCell()
      table.rows.push([])
    } else if (table.depth === 1 && (tag === 'td' || tag === 'th')) {
      this.#endCell()
      table.cell = true
    } else this.#text.text(' ')
  }

  #endCell(): void {
    const table = this.#table
    if (!table || table.depth > 1) return
    const text = this.#text
      .take()
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\|/g, '\\|')
    if (!table.cell && !text) return
    table.cell = false
    const row = table.rows.at(-1)
    if (row) row.push(text)
    else table.rows.push([text])
  }

  #endTable(): void {
    if (this.#table) this.#table.depth = 1
    this.#endCell()
    const rows = (this.#table?.rows ?? []).filter((row) => row.length > 0)
    this.#table = undefined
    const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
    const [header, ...rest] = rows
    if (header) this.#blocks.add([line(header), line(header.map(() => '---')), ...rest.map(line)].join('\n'))
  }

  #image(): void {
    const alt = (this.#attributes.get('alt') ?? '').replace(/[[\]\n]/g, ' ')
    const address = safeAddress(this.#attributes.get('src'))
    if (address) this.#text.exact(`![${alt}](${address})`)
    else if (alt) this.#text.text(alt)
  }

  #language(): string {
    const named =
      this.#attributes.get('data-language') ?? /(?:^|\s)lang(?:uage)?-(\S+)/.exec(this.#attributes.get('class') ?? '')?.[1]
    return (named ?? '').replace(/[^\w+#.-]/g, '').slice(0, 40)
  }
}

const headingLevel = (tag: string): number => (/^h[1-6]$/.test(tag) ? Number(tag[1]) : 0)

const longestRun = (text: string): number => {
  let longest = 0
  for (const run of text.matchAll(/`+/g)) longest = Math.max(longest, run[0].length)
  return longest
}

/** The address where it is one that a reader may follow, in a form that cannot end its place in Markdown. */
function safeAddress(address: string | undefined): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers ignore them inside a scheme, so they go first
  const plain = (address ?? '').replace(/[\u0000-\u001f\u007f]/g, '').trim()
  if (!/^(https?:\/\/|mailto:)/i.test(plain)) return undefined
  return plain.replace(/[\s()<>\\]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
