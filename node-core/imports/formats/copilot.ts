/**
 * Microsoft Copilot's CSV: `Conversation,Time,Author,Message`, newest first, without ids and zones. A conversation is
 * known by its name alone; a message's id is made of its content, so that a later, longer export, or one whose oldest
 * rows are gone, gives the same ids.
 */

import { createHash } from 'node:crypto'
import type { Conversation, Message } from '../../contract/content.ts'
import { importReason } from '../../contract/import-reasons.ts'
import { csvRows } from '../reading/csv.ts'
import { damaged } from './documents.ts'
import { time } from './fields.ts'
import type { ExportFile, ExportSource, Format, Found } from './format.ts'
import { anyHead, candidates } from './heads.ts'
import { chain, emptyMessage, put, roleOf, uniqueIds } from './put.ts'

type Field = 'title' | 'time' | 'author' | 'text'
type Columns = Record<Field, number> & {
  /** Columns that are none of these, with their names. */
  others: readonly (readonly [index: number, name: string])[]
}
interface Row {
  time: string
  author: string
  text: string
  others: Record<string, string>
}

const columnNames: ReadonlyMap<string, Field> = new Map([
  ['conversation', 'title'],
  ['chatname', 'title'],
  ['time', 'time'],
  ['createdat', 'time'],
  ['timestamp', 'time'],
  ['author', 'author'],
  ['message', 'text'],
  ['messagecontent', 'text'],
])

/** Where the header says that the fields stand; undefined for a CSV of another kind. */
function columnsOf(header: readonly string[]): Columns | undefined {
  const found: Partial<Record<Field, number>> = {}
  const others: [number, string][] = []
  for (const [index, name] of header.entries()) {
    const field = columnNames.get(name.replace(/[\s_]/g, '').toLowerCase())
    if (field && found[field] === undefined) found[field] = index
    else others.push([index, name || `column ${index + 1}`])
  }
  const { title, time: at, author, text } = found
  if (title === undefined || at === undefined || author === undefined || text === undefined) return undefined
  return { title, time: at, author, text, others }
}

const isCopilot = (head: string) =>
  columnsOf(
    (head.split(/\r?\n/, 1)[0] ?? '')
      .replace(/^\ufeff/, '')
      .split(',')
      .map((name) => name.replace(/^"|"$/g, '')),
  ) !== undefined

export const copilot: Format = {
  source: 'copilot',
  name: 'copilot',
  detect: async (source) => ((await anyHead(candidates(source, '.csv'), isCopilot)) ? 1 : 0),

  async *read(source, context) {
    for (const file of candidates(source, '.csv')) {
      try {
        yield* readFile(file, source, context.signal)
      } catch (error) {
        yield damaged(source.files.length === 1, error)
      }
    }
  },
}

interface Survey {
  columns: Columns
  /** Rows of each conversation. */
  rows: Map<string, number>
  newestFirst: boolean
}

/** The first pass: what the file holds, so that the second can let go of each conversation at its last row. */
async function survey(file: ExportFile, signal: AbortSignal): Promise<Survey | undefined> {
  let columns: Columns | undefined
  let first: number | undefined
  let last: number | undefined
  const rows = new Map<string, number>()
  for await (const row of csvRows(file, { signal })) {
    if (!columns) {
      columns = columnsOf(row)
      if (!columns) return undefined
      continue
    }
    const title = row[columns.title] ?? ''
    rows.set(title, (rows.get(title) ?? 0) + 1)
    const at = timeOf(row[columns.time] ?? '')
    first ??= at
    last = at ?? last
  }
  return columns && { columns, rows, newestFirst: first === undefined || last === undefined || first >= last }
}

async function* readFile(file: ExportFile, source: ExportSource, signal: AbortSignal): AsyncIterable<Found> {
  const known = await survey(file, signal)
  if (!known) return
  const { columns, rows, newestFirst } = known
  const open = new Map<string, Row[]>()
  let number = 0
  for await (const row of csvRows(file, { signal })) {
    if (number++ === 0) continue
    const title = row[columns.title] ?? ''
    const gathered = open.get(title) ?? []
    open.set(title, gathered)
    gathered.push({
      time: row[columns.time] ?? '',
      author: row[columns.author] ?? '',
      text: row[columns.text] ?? '',
      others: othersIn(row, columns),
    })
    if (row[columns.text] === undefined) {
      yield { type: 'unreadable', ref: `${file.path} row ${number}`, reason: importReason('few-fields', { fields: row.length }) }
      gathered.pop()
      rows.set(title, (rows.get(title) ?? 1) - 1)
    }
    if (gathered.length < (rows.get(title) ?? 0)) continue
    open.delete(title)
    if (gathered.length === 0) continue
    const ref = `${source.files.length > 1 ? `${file.path} ` : ''}“${title}”`
    yield { type: 'conversation', ref, conversation: conversationOf(title, newestFirst ? gathered.reverse() : gathered) }
  }
}

/** What stands in other columns, and behind the last that has a name. */
function othersIn(row: readonly string[], { others, ...fields }: Columns): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [index, name] of others) if (row[index] && name !== '__proto__') found[name] = row[index]
  const named = others.length + Object.keys(fields).length
  for (const [index, value] of row.entries()) if (index >= named && value) found[`column ${index + 1}`] = value
  return found
}

function conversationOf(title: string, rows: readonly Row[]): Conversation {
  const unique = uniqueIds()
  const messages: Message[] = rows.map((row) => {
    const role = roleOf(row.author) ?? 'assistant'
    const digest = createHash('sha256').update(`${row.time}\0${role}\0${row.text}`).digest('base64url').slice(0, 22)
    const message = emptyMessage(unique(digest), null, role)
    put(message, 'time', timeOf(row.time))
    if (roleOf(row.author) === undefined && row.author) message.author = row.author
    if (Object.keys(row.others).length > 0) message.extra = row.others
    if (row.text) message.parts.push({ type: 'text', text: row.text })
    return message
  })
  chain(messages)
  const conversation: Conversation = { source: 'copilot', key: `name:${title}`, messages }
  if (title) conversation.title = title
  put(conversation, 'created', messages.find((message) => message.time !== undefined)?.time)
  put(conversation, 'updated', messages.findLast((message) => message.time !== undefined)?.time)
  return conversation
}

/** Without a zone it is UTC; one of the two layouts writes `M/D/YYYY H:MM:SS +HH:MM`. */
function timeOf(written: string): number | undefined {
  const iso = time(written)
  if (iso !== undefined || !/^\d{1,2}\/\d{1,2}\/\d{4}/.test(written)) return iso
  const parsed = Date.parse(`${written} UTC`)
  return Number.isNaN(parsed) ? undefined : parsed
}
