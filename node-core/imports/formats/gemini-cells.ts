/** Cells of the HTML form of Gemini's activity log. */
import { Parser } from 'htmlparser2'
import { baseName } from './detect.ts'
import { parseActivityTime } from './gemini-times.ts'

/** What a cell shows: the title, perhaps lines on attached files, the time and the answer, between line breaks. */
export interface Cell {
  /** The text of the header: the product's name. */
  header: string
  /** The title's lines, as text. */
  title: string
  /** Milliseconds since 1970; absent where the time cannot be read. */
  time: number | undefined
  /** The name of the time's zone where it is not known; the time is then read as UTC. */
  zone: string | undefined
  /** HTML, with ends of elements around it; empty where there is none. */
  answer: string
  /** Names of files beside the log, that the question links to or the answer shows. */
  attached: string[]
  pictures: string[]
}

const lineBreak = /<br\s*\/?>/gi

/** Reads the inside of an `outer-cell` element; undefined where it has no content. In time linear in it. */
export function readCell(html: string): Cell | undefined {
  const [header = '', body] = contentCells(html)
  if (body === undefined) return undefined
  const lines: string[] = []
  let from = 0
  let when: ReturnType<typeof parseActivityTime>
  for (const { index, 0: mark } of body.matchAll(lineBreak)) {
    const line = body.slice(from, index)
    from = index + mark.length
    when = lines.length > 0 && line.length < 120 ? parseActivityTime(scan(line).text) : undefined
    if (when !== undefined) break
    lines.push(line)
  }
  // Without a time there is no telling where the question ends.
  const answer = when === undefined ? '' : body.slice(from)
  if (when === undefined) lines.push(body.slice(from))

  const scanned = lines.map(scan)
  const firstFile = scanned.findIndex(({ links }) => links.length > 0)
  const title = (firstFile < 0 ? scanned : scanned.slice(0, Math.max(1, firstFile))).map(({ text }) => text)
  // “Attached 1 file.” stands alone above the list of files.
  const note = title.at(-1) ?? ''
  if (firstFile > 0 && title.length > 1 && /\d/.test(note) && note.length < 60) title.pop()
  const shown = scan(answer)
  return {
    header: scan(header).text,
    title: title.join('\n'),
    time: when?.time,
    zone: when?.zone,
    answer: shown.text.trim() === '' ? '' : answer,
    attached: [...new Set(scanned.flatMap(({ links }) => links))],
    pictures: shown.pictures,
  }
}

/**
 * The parts of a cell around its `content-cell` elements: what stands before the first, then what each begins.
 * By searching, not by one expression: a hostile file must not make it slow.
 */
function contentCells(cell: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = cell.indexOf('content-cell'); at >= 0; at = cell.indexOf('content-cell', at + 1)) {
    const near = Math.max(from, at - 400)
    const tag = near + cell.slice(near, at).lastIndexOf('<')
    const end = cell.indexOf('>', at)
    if (end < 0) break
    if (tag < near || !cell.startsWith('<div', tag) || cell.slice(tag, at).includes('>')) continue
    parts.push(cell.slice(from, tag))
    from = end + 1
  }
  parts.push(cell.slice(from))
  return parts
}

/** The text of a piece of HTML, and the files beside the log that it links to or shows. */
function scan(html: string): { text: string; links: string[]; pictures: string[] } {
  if (!html.includes('<') && !html.includes('&')) return { text: html, links: [], pictures: [] }
  const pieces: string[] = []
  const links: string[] = []
  const pictures: string[] = []
  const parser = new Parser({
    ontext: (piece) => void pieces.push(piece),
    onopentag: (name, { href, src }) => {
      if (name === 'a' && href && isLocal(href)) links.push(fileOf(href))
      if (name === 'img' && src && isLocal(src)) pictures.push(fileOf(src))
    },
  })
  parser.end(html)
  return { text: pieces.join(''), links: [...new Set([...links, ...pictures])], pictures: [...new Set(pictures)] }
}

const isLocal = (url: string) =>
  !/^[a-z][a-z\d+.-]{0,20}:/i.test(url) && !url.startsWith('//') && !url.startsWith('#') && url.includes('.')

function fileOf(url: string): string {
  try {
    return baseName(decodeURIComponent(url))
  } catch {
    return baseName(url)
  }
}
