/** The records of Gemini's activity log that are turns of a talk, from JSON or HTML, in the file's order. */

import { hash } from 'node:crypto'
import type { JsonObject } from '../../contract/content.ts'
import type { ImportReason } from '../../contract/import-reasons.ts'
import { htmlCells } from '../reading/html.ts'
import { jsonElements } from '../reading/json.ts'
import { arr, type Fields, keepRest, obj, objects, rest, some, str, text, time } from './fields.ts'
import type { ExportFile } from './format.ts'
import { readCell } from './gemini-cells.ts'
import { readTitle } from './gemini-titles.ts'

export interface Activity {
  /** The second and a hash of the question: what a record is called in every export. */
  id: string
  /** Milliseconds since 1970; absent where the time cannot be read. */
  time: number | undefined
  prompt: string
  /** HTML, in the order shown. */
  answers: string[]
  /** Names of files of the question's and of the answer's, beside the log. */
  attached: string[]
  pictures: string[]
  /** Pages that the answer names. */
  sources: JsonObject[]
  extra: JsonObject | undefined
}

/** True where text names the product: the one word that no language translates. */
export const isGemini = (words: string): boolean => /gemini|\bbard\b/i.test(words)

/** An entry of the log that cannot be read: its number, from 0, and why. */
export interface Unread {
  index: number
  error: ImportReason
}

export async function* activitiesOf(file: ExportFile, signal: AbortSignal): AsyncIterable<Activity | Unread> {
  const html = /\.html?$/i.test(file.path) || /^\s*</.test(new TextDecoder().decode(await file.head(64)))
  if (html) {
    for await (const cell of htmlCells(file, 'outer-cell', { signal })) {
      const activity = ofCell(cell)
      if (activity) yield activity
    }
    return
  }
  for await (const element of jsonElements(file, { signal })) {
    if ('error' in element) yield element
    else {
      const record = obj(element.value)
      const activity = record && ofRecord(record)
      if (activity) yield activity
    }
  }
}

const recordFields = new Set([
  'header',
  'title',
  'time',
  'products',
  'activityControls',
  'safeHtmlItem',
  'subtitles',
  'attachedFiles',
  'imageFile',
])
const htmlFields = new Set(['html', 'htmlValue'])
const fileFields = new Set(['name'])
const subtitleFields = new Set(['name', 'url'])

function ofRecord(record: JsonObject): Activity | undefined {
  const products = (arr(record['products']) ?? []).map((product) => str(product) ?? '')
  if (![str(record['header']) ?? '', ...products].some(isGemini)) return undefined
  const items = objects(record['safeHtmlItem'])
  const answers = items.flatMap((item) => text(item['html']) ?? text(item['htmlValue']) ?? [])
  // Newer records may have the answer as plain text instead.
  const plain = answers.length === 0 ? text(record['text']) : undefined
  if (plain) answers.push(`<pre>${escapeHtml(plain)}</pre>`)
  const prompt = readTitle(str(record['title']) ?? '', answers.length > 0)
  if (prompt === undefined) return undefined

  const attached = [
    ...new Set((arr(record['attachedFiles']) ?? []).flatMap((file) => text(file) ?? text(obj(file)?.['name']) ?? [])),
  ]
  const picture = text(record['imageFile'])
  const extra = saidBeside(str(record['header']), str(record['title']) ?? '', prompt)
  const files = objects(record['attachedFiles']).filter((file) => rest(file, fileFields))
  if (files.length > 0) extra['attachedFiles'] = files
  const sources: JsonObject[] = []
  const others: JsonObject[] = []
  for (const line of objects(record['subtitles'])) {
    const url = text(line['url'])
    if (url && /^https?:/i.test(url)) sources.push(line)
    // The names of attached files stand here once more.
    else if (!(url && attached.includes(url)) || rest(line, subtitleFields)) others.push(line)
  }
  if (others.length > 0) extra['subtitles'] = others
  const itemRest = items.flatMap((item) => rest(item, htmlFields) ?? [])
  if (itemRest.length > 0) extra['safeHtmlItem'] = itemRest
  keepRest(extra, record, recordFields)
  if (plain) delete extra['text']
  return finish(time(record['time']), prompt, answers, {
    attached,
    pictures: picture && !attached.includes(picture) ? [picture] : [],
    sources,
    extra: some(extra),
  })
}

function ofCell(html: string): Activity | undefined {
  const cell = readCell(html)
  if (!cell || !isGemini(cell.header)) return undefined
  const answers = cell.answer === '' ? [] : [cell.answer]
  const prompt = readTitle(cell.title, answers.length > 0)
  if (prompt === undefined) return undefined
  const extra: Fields = { ...saidBeside(cell.header, cell.title, prompt), ...(cell.zone ? { zone: cell.zone } : {}) }
  return finish(cell.time, prompt, answers, { attached: cell.attached, pictures: cell.pictures, sources: [], extra: some(extra) })
}

/** What hardly ever differs, and is kept where it does: the product's name and the verb before the question. */
function saidBeside(header: string | undefined, title: string, prompt: string): Fields {
  const extra: Fields = {}
  const named = header?.trim()
  if (named && named !== 'Gemini Apps') extra['header'] = named
  const whole = title.trimEnd()
  const verb = whole.endsWith(prompt) ? whole.slice(0, whole.length - prompt.length).trim() : ''
  if (verb && verb !== 'Prompted') extra['verb'] = verb
  return extra
}

const escapeHtml = (plain: string) => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;')

function finish(
  when: number | undefined,
  prompt: string,
  answers: string[],
  beside: Pick<Activity, 'attached' | 'pictures' | 'sources' | 'extra'>,
): Activity {
  const words = hash('sha256', prompt.replace(/\s+/g, ' ').trim()).slice(0, 16)
  return { id: `${when === undefined ? 'undated' : Math.floor(when / 1000)}-${words}`, time: when, prompt, answers, ...beside }
}
