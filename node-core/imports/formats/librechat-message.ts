/** One message of LibreChat. */
import type { Json, JsonObject, Message } from '../../contract/content.ts'
import { attachmentAt, type FilesByName } from './embedded.ts'
import { arr, ident, num, obj, objects, rest, str, text, time } from './fields.ts'
import type { FormatContext } from './format.ts'
import { keepLeftover } from './leftover.ts'
import { answerParts, emptyMessage, parsedJson, put, putMicros } from './put.ts'

const messageFields = new Set([
  'messageId',
  'parentMessageId',
  'conversationId',
  'isCreatedByUser',
  'text',
  'content',
  'sender',
  'createdAt',
  'updatedAt',
  'model',
  'files',
  'children',
  '_id',
  '__v',
  'user',
  'depth',
  'siblingIndex',
])

const answeredFor = new Set(
  'messageId parentMessageId conversationId sender createdAt updatedAt children _id __v user depth siblingIndex'.split(' '),
)

export async function readMessage(
  raw: JsonObject,
  id: string,
  parent: string | null,
  files: FilesByName,
  context: FormatContext,
): Promise<Message> {
  const sender = text(raw['sender'])
  const person = raw['isCreatedByUser'] === true || (raw['isCreatedByUser'] === undefined && sender?.toLowerCase() === 'user')
  const message = emptyMessage(id, parent, person ? 'user' : sender?.toLowerCase() === 'system' ? 'system' : 'assistant')
  put(message, 'time', time(raw['createdAt']))
  const updated = time(raw['updatedAt'])
  if (updated !== message.time) put(message, 'updated', updated)
  put(message, 'model', text(raw['model']))
  if (!person && sender !== message.model) put(message, 'author', sender)

  const content = arr(raw['content']) ?? []
  for (const part of content) await readPart(part, message, files, context)
  // `text` repeats the content's text; older messages have nothing else.
  const written = str(raw['text']) ?? ''
  const said = message.parts.some((part) => part.type === 'text' || part.type === 'reasoning')
  if (!said && written) message.parts.push(...(person ? [{ type: 'text' as const, text: written }] : answerParts(written)))
  for (const file of objects(raw['files'])) await readFile(file, message, files, context)
  put(message, 'extra', rest(raw, messageFields))
  keepLeftover(message, said ? raw : { ...raw, text: null }, answeredFor)
  putMicros(message, { time: raw['createdAt'], ...(message.updated === undefined ? {} : { updated: raw['updatedAt'] }) })
  return message
}

async function readPart(part: Json, message: Message, files: FilesByName, context: FormatContext): Promise<void> {
  const raw = obj(part) ?? {}
  const kind = str(raw['type']) ?? typeof part
  const written = text(raw[kind]) ?? text(obj(raw[kind])?.['value']) ?? text(part)
  if (kind === 'text' || kind === 'string') {
    if (written) message.parts.push({ type: 'text', text: written })
  } else if (kind === 'think' || kind === 'thinking' || kind === 'reasoning') {
    if (written) message.parts.push({ type: 'reasoning', text: written })
  } else if (kind === 'tool_call' && obj(raw['tool_call'])) readCall(obj(raw['tool_call']) ?? {}, message)
  else if (kind === 'image_file' && obj(raw['image_file'])) await readFile(obj(raw['image_file']) ?? {}, message, files, context)
  else if (kind === 'image_url') {
    const url = text(obj(raw['image_url'])?.['url']) ?? text(raw['image_url']) ?? ''
    message.parts.push(await attachmentAt(url, { kind: 'image' }, files, context))
  } else message.parts.push({ type: 'unknown', kind, raw: part })
}

function readCall(call: JsonObject, message: Message): void {
  // A call of the provider's own functions is named inside `function`, one of an interpreter by its type.
  const inner = obj(call['function'])
  const name = text(call['name']) ?? text(inner?.['name']) ?? text(call['type']) ?? 'tool'
  const id = ident(call['id'])
  const named = id ? { id } : {}
  const input = call['args'] ?? inner?.['arguments'] ?? call['code_interpreter']
  message.parts.push({ type: 'tool-call', name, ...named, input: parsedJson(input) })
  const output = call['output'] ?? inner?.['output']
  if (output === undefined || output === null) return
  const left = rest(call, new Set(['id', 'name', 'args', 'type', 'output', 'progress', 'function', 'code_interpreter']))
  message.parts.push({
    type: 'tool-result',
    name,
    ...named,
    text: typeof output === 'string' ? output : JSON.stringify(output),
    ...(left ? { raw: left } : {}),
  })
}

async function readFile(file: JsonObject, message: Message, files: FilesByName, context: FormatContext): Promise<void> {
  const url = text(file['filepath']) ?? text(file['file_id']) ?? text(file['url']) ?? ''
  const facts = { name: text(file['filename']), mime: text(file['type']), size: num(file['bytes']), text: text(file['text']) }
  const made = await attachmentAt(url, facts, files, context)
  put(made, 'width', num(file['width']))
  put(made, 'height', num(file['height']))
  message.parts.push(made)
}
