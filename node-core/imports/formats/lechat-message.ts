/** One message of Le Chat. */
import type { Json, JsonObject, Message } from '../../contract/content.ts'
import { attachment } from './embedded.ts'
import { arr, ident, num, obj, objects, rest, str, text, time } from './fields.ts'
import type { ExportFile, FormatContext } from './format.ts'
import { keepLeftover } from './leftover.ts'
import { emptyMessage, parsedJson, put, putMicros, roleOf } from './put.ts'

const messageFields = new Set([
  'id',
  'chatId',
  'role',
  'content',
  'contentChunks',
  'createdAt',
  'updatedAt',
  'parentId',
  'model',
  'files',
  'canvas',
  'quotes',
])

const answeredFor = new Set(['id', 'chatId', 'role', 'createdAt', 'updatedAt', 'parentId'])

/** `files` are those of the chat, by name. */
export async function readMessage(
  raw: JsonObject,
  id: string,
  parent: string | null,
  files: ReadonlyMap<string, ExportFile>,
  context: FormatContext,
): Promise<Message> {
  const message = emptyMessage(id, parent, roleOf(raw['role']) ?? 'assistant')
  put(message, 'time', time(raw['createdAt']))
  const updated = time(raw['updatedAt'])
  if (updated !== message.time) put(message, 'updated', updated)
  put(message, 'model', text(raw['model']))

  for (const quote of arr(raw['quotes']) ?? []) readQuote(quote, message)
  const chunks = arr(raw['contentChunks']) ?? []
  // `content` repeats the text of the chunks.
  if (chunks.length > 0) for (const chunk of chunks) readChunk(chunk, message)
  else if (text(raw['content'])) message.parts.push({ type: 'text', text: str(raw['content']) ?? '' })
  for (const canvas of arr(raw['canvas']) ?? []) readCanvas(canvas, message)
  for (const file of objects(raw['files'])) {
    const name = text(file['name']) ?? 'file'
    const facts = {
      name,
      mime: text(file['mimeType']),
      size: num(file['size']),
      kind: file['type'] === 'image' ? ('image' as const) : undefined,
    }
    message.parts.push(await attachment(text(file['id']) ?? text(file['url']) ?? name, facts, files.get(name), context))
  }
  put(message, 'extra', rest(raw, messageFields))
  keepLeftover(message, raw, answeredFor)
  putMicros(message, { time: raw['createdAt'], ...(message.updated === undefined ? {} : { updated: raw['updatedAt'] }) })
  return message
}

function readChunk(chunk: Json, message: Message): void {
  const raw = obj(chunk) ?? {}
  const kind = str(raw['type']) ?? typeof chunk
  const last = message.parts.at(-1)
  if (kind === 'text') {
    const written = str(raw['text']) ?? ''
    // References cut a text into chunks; the text itself is one.
    if (last?.type === 'text') last.text += written
    else if (written) message.parts.push({ type: 'text', text: written })
  } else if (kind === 'reference' && last?.type === 'text')
    last.citations = [...(last.citations ?? []), { at: last.text.length, ...raw }]
  else if (kind === 'thinking' || kind === 'reasoning') {
    const inner = objects(raw['thinking'])
      .map((part) => str(part['text']) ?? '')
      .join('')
    message.parts.push({ type: 'reasoning', text: inner || (text(raw['thinking']) ?? text(raw['text']) ?? '') })
  } else if (kind === 'tool_call' && text(raw['name'])) readCall(raw, message)
  else message.parts.push({ type: 'unknown', kind, raw: chunk })
}

function readCall(raw: JsonObject, message: Message): void {
  const name = text(raw['name']) ?? ''
  const id = ident(raw['id'])
  const named = id ? { id } : {}
  message.parts.push({ type: 'tool-call', name, ...named, input: parsedJson(raw['publicArguments'] ?? raw['arguments']) })
  const result = raw['publicResult'] ?? raw['result']
  const left = rest(raw, new Set(['type', 'name', 'id', 'publicArguments', 'arguments', 'isDone']))
  if (result === undefined && !left) return
  const written = result === undefined || result === null ? '' : typeof result === 'string' ? result : JSON.stringify(result)
  message.parts.push({
    type: 'tool-result',
    name,
    ...named,
    text: written,
    ...(raw['success'] === false ? { error: true } : {}),
    ...(left ? { raw: left } : {}),
  })
}

function readCanvas(canvas: Json, message: Message): void {
  const raw = obj(canvas)
  const written = str(raw?.['content'])
  if (!raw || written === undefined) {
    message.parts.push({ type: 'unknown', kind: 'canvas', raw: canvas })
    return
  }
  const title = text(raw['title'])
  const language = text(raw['language'])
  message.parts.push({
    type: 'artifact',
    id: ident(raw['id']) ?? `${message.id}-canvas-${message.parts.length}`,
    kind: text(raw['type']) ?? 'canvas',
    ...(title ? { title } : {}),
    ...(language ? { language } : {}),
    text: written,
    raw: rest(raw, new Set(['content'])) ?? {},
  })
}

function readQuote(quote: Json, message: Message): void {
  const raw = obj(quote)
  const written = text(quote) ?? text(raw?.['text']) ?? text(raw?.['content'])
  if (written === undefined) message.parts.push({ type: 'unknown', kind: 'quote', raw: quote })
  else message.parts.push({ type: 'quote', text: written })
}
