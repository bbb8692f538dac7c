/** One message of Open WebUI. */
import type { Json, JsonObject, Message, Part } from '../../contract/content.ts'
import { attachmentAt, type FilesByName } from './embedded.ts'
import { arr, type Fields, ident, num, obj, objects, rest, str, text, time } from './fields.ts'
import type { FormatContext } from './format.ts'
import { keepLeftover } from './leftover.ts'
import { detailParts } from './openwebui-details.ts'
import { emptyMessage, parsedJson, put, roleOf } from './put.ts'

const messageFields = new Set([
  'id',
  'parentId',
  'childrenIds',
  'role',
  'content',
  'output',
  'timestamp',
  'model',
  'modelName',
  'files',
  'sources',
  'citations',
  'done',
])

const answeredFor = new Set(['id', 'parentId', 'childrenIds', 'role', 'timestamp'])

export async function readMessage(raw: JsonObject, id: string, files: FilesByName, context: FormatContext): Promise<Message> {
  // A missing role is told by the fields that only answers have.
  const role = roleOf(raw['role']) ?? (raw['model'] !== undefined || raw['done'] !== undefined ? 'assistant' : 'user')
  const message = emptyMessage(id, null, role)
  put(message, 'time', time(raw['timestamp']))
  if (role === 'assistant') put(message, 'model', text(raw['model']))
  const author = text(raw['modelName'])
  if (author !== message.model) put(message, 'author', author)

  const output = objects(raw['output'])
  const content = raw['content']
  // `output` holds what `content` repeats as <details> blocks.
  if (output.length > 0) for (const item of output) outputParts(item, message.parts)
  else if (typeof content === 'string') message.parts.push(...(role === 'assistant' ? detailParts(content) : plain(content)))
  else for (const part of arr(content) ?? []) await contentPart(part, message, files, context)
  const sources = arr(raw['sources']) ?? arr(raw['citations'])
  if (sources && sources.length > 0) cite(message, sources)

  const left: Json[] = []
  for (const file of objects(raw['files'])) {
    message.parts.push(await readFile(file, files, context))
    const more = rest(file, fileFields)
    if (more) left.push(more)
  }
  const extra = rest(raw, messageFields)
  // An unfinished answer says so; all others are done.
  const unfinished = raw['done'] === false ? { done: false } : {}
  const whole: Fields = { ...extra, ...unfinished, ...(left.length > 0 ? { files: left } : {}) }
  if (text(raw['role'])?.toLowerCase() === 'developer') whole['role'] = 'developer'
  if (Object.keys(whole).length > 0) message.extra = whole
  // Text beside `output` repeats it, but for what its own parts say otherwise.
  const repeated =
    typeof content === 'string'
      ? output.length > 0
        ? detailParts(content).map((part) => ('text' in part ? (part.text ?? '') : ''))
        : null
      : (content ?? null)
  keepLeftover(message, { ...raw, content: repeated }, answeredFor)
  return message
}

const plain = (written: string): Part[] => (written === '' ? [] : [{ type: 'text', text: written }])

function cite(message: Message, sources: readonly Json[]): void {
  const at = message.parts.findLast((part) => part.type === 'text')
  if (at?.type === 'text') at.citations = sources
  else message.parts.push({ type: 'text', text: '', citations: sources })
}

async function contentPart(part: Json, message: Message, files: FilesByName, context: FormatContext): Promise<void> {
  const raw = obj(part) ?? {}
  const kind = str(raw['type']) ?? typeof part
  if (kind === 'text' || kind === 'string') message.parts.push(...plain(text(raw['text']) ?? str(part) ?? ''))
  else if (kind === 'image_url') {
    const url = text(obj(raw['image_url'])?.['url']) ?? text(raw['image_url']) ?? ''
    message.parts.push(await attachmentAt(url, { kind: 'image' }, files, context))
  } else message.parts.push({ type: 'unknown', kind, raw: part })
}

/** Text of `[{type: 'output_text', text}]`, `[{type: 'summary_text', text}]` and the like, or a plain string. */
const textOf = (value: Json | undefined): string =>
  str(value) ?? (arr(value) ?? []).map((part) => text(part) ?? text(obj(part)?.['text']) ?? '').join('')

/** One item of `output`: a message, reasoning, a call, or a call's answer. */
function outputParts(item: JsonObject, parts: Part[]): void {
  const kind = str(item['type']) ?? ''
  const id = ident(item['call_id']) ?? ident(item['id'])
  const named = id ? { id } : {}
  if (kind === 'message') parts.push(...plain(textOf(item['content'])))
  else if (kind === 'reasoning') {
    const summary = textOf(item['summary'])
    const thought = textOf(item['content'])
    parts.push({ type: 'reasoning', text: thought || summary, ...(thought && summary ? { summary } : {}) })
  } else if (kind === 'function_call' && text(item['name'])) {
    parts.push({ type: 'tool-call', name: text(item['name']) ?? '', ...named, input: parsedJson(item['arguments']) })
  } else if (kind === 'function_call_output') {
    const simple = (arr(item['output']) ?? []).every((part) => typeof obj(part)?.['text'] === 'string')
    const left = rest(item, new Set(['type', 'call_id', 'id', 'status', ...(simple ? ['output'] : [])]))
    parts.push({ type: 'tool-result', ...named, text: textOf(item['output']), ...(left ? { raw: left } : {}) })
  } else if (kind === 'open_webui:code_interpreter' && text(item['code'])) {
    parts.push({ type: 'code', text: text(item['code']) ?? '', language: text(item['lang']) ?? 'python' })
    if (item['output'] !== undefined)
      parts.push({ type: 'tool-result', name: 'code_interpreter', text: str(item['output']) ?? JSON.stringify(item['output']) })
  } else parts.push({ type: 'unknown', kind, raw: item })
}

const fileFields = new Set([
  'type',
  'url',
  'id',
  'name',
  'file',
  'size',
  'content_type',
  'status',
  'error',
  'itemId',
  'uploaded',
  'collection_name',
])

/** `{type, url, name, file: {filename, meta: {content_type, size}, data: {content}}}`, of which any may be missing. */
async function readFile(raw: JsonObject, files: FilesByName, context: FormatContext) {
  const file = obj(raw['file'])
  const meta = obj(file?.['meta'])
  const pointer = text(raw['url']) ?? ident(raw['id']) ?? ident(file?.['id']) ?? text(raw['name']) ?? ''
  const facts = {
    name: text(raw['name']) ?? text(file?.['filename']) ?? text(meta?.['name']),
    mime: text(meta?.['content_type']) ?? text(raw['content_type']),
    size: num(raw['size']) ?? num(meta?.['size']),
    kind: raw['type'] === 'image' ? ('image' as const) : undefined,
    text: text(obj(file?.['data'])?.['content']) ?? text(raw['content']),
  }
  return await attachmentAt(pointer, facts, files, context)
}
