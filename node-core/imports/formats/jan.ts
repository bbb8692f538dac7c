/** Jan: a folder per thread, with `thread.json` and `messages.jsonl`; one of the two files alone is taken as well. */

import type { Conversation, Json, JsonObject, Message } from '../../contract/content.ts'
import { importReason } from '../../contract/import-reasons.ts'
import { baseName, dirName, headText } from './detect.ts'
import { damaged, documents, jsonLines } from './documents.ts'
import { attachmentAt, type FilesByName, filesByName } from './embedded.ts'
import { arr, ident, num, obj, objects, rest, str, text, time } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'
import { anyHead, candidates, fileStem, lineShapes, shapeOf } from './heads.ts'
import { keepLeftover } from './leftover.ts'
import { answerParts, chain, emptyMessage, parsedJson, put, roleOf, uniqueIds } from './put.ts'

const isMessages = (head: string) => lineShapes(head, 3).some((shape) => shape.get('object') === 'thread.message')
const isThread = (head: string) => {
  const shape = shapeOf(head)
  return shape.get('object') === 'thread' && (shape.has('assistants') || shape.has('title'))
}

export const jan: Format = {
  source: 'jan',
  name: 'jan',
  detect: async (source) =>
    (await anyHead(candidates(source, '.json', '.jsonl'), (head) => isMessages(head) || isThread(head))) ? 1 : 0,

  async *read(source, context) {
    const files = filesByName(source)
    for (const thread of await threads(source)) yield* readThread(thread, source, files, context)
  },
}

interface Thread {
  thread?: ExportFile
  messages?: ExportFile
}

async function threads(source: ExportSource): Promise<Thread[]> {
  const only = source.files.length === 1 ? source.files[0] : undefined
  if (only) return [isMessages(await headText(only)) ? { messages: only } : { thread: only }]
  const folders = new Map<string, Thread>()
  for (const file of source.files) {
    const name = baseName(file.path)
    if (name !== 'thread.json' && name !== 'messages.jsonl') continue
    const thread = folders.get(dirName(file.path)) ?? {}
    thread[name === 'thread.json' ? 'thread' : 'messages'] = file
    folders.set(dirName(file.path), thread)
  }
  return [...folders.values()]
}

async function* readThread(
  thread: Thread,
  source: ExportSource,
  files: FilesByName,
  context: FormatContext,
): AsyncIterable<Found> {
  let head: JsonObject = {}
  if (thread.thread) {
    for await (const found of documents([thread.thread], context.signal, source.files.length === 1)) {
      if ('type' in found) return yield found
      else head = obj(found.value) ?? head
    }
  }
  const messages: Message[] = []
  const unique = uniqueIds()
  let key = text(head['id'])
  if (thread.messages) {
    try {
      for await (const line of jsonLines(thread.messages, context.signal)) {
        const value = 'value' in line ? obj(line.value) : undefined
        if (value === undefined) {
          const reason = 'error' in line ? line.error : importReason('no-object')
          yield { type: 'unreadable', ref: `${thread.messages.path} line ${line.number}`, reason }
          // a line that breaks off, or is no message, costs itself; one that cannot be read at all, the thread
          if ('error' in line && line.text === undefined) return
          continue
        }
        key ??= text(value['thread_id'])
        messages.push(await readMessage(value, unique(text(value['id']) ?? `line-${line.number}`), files, context))
      }
    } catch (error) {
      return yield damaged(source.files.length === 1, error)
    }
  }
  chain(messages)
  const path = thread.messages?.path ?? thread.thread?.path ?? ''
  const conversation = threadOf(head, key ?? baseName(dirName(path).slice(0, -1)) ?? fileStem(path), messages)
  yield { type: 'conversation', ref: conversation.title ? `${path} “${conversation.title}”` : path, conversation }
}

const threadFields = new Set(['id', 'object', 'title', 'created', 'updated', 'model', 'isFavorite', 'project_id'])

function threadOf(head: JsonObject, key: string, messages: Message[]): Conversation {
  const conversation: Conversation = { source: 'jan', key, messages }
  put(conversation, 'title', text(head['title']))
  put(conversation, 'created', time(head['created']) ?? messages[0]?.time)
  put(conversation, 'updated', time(head['updated']) ?? messages.at(-1)?.time)
  const model = obj(head['model']) ?? obj(objects(head['assistants'])[0]?.['model'])
  put(conversation, 'model', text(model?.['id']))
  const favourite = head['isFavorite'] ?? obj(head['metadata'])?.['is_favorite']
  if (favourite === true) conversation.starred = true
  const project = obj(obj(head['metadata'])?.['project'])
  const projectId = text(project?.['id'])
  if (projectId) {
    const name = text(project?.['name'])
    conversation.project = name ? { id: projectId, name } : { id: projectId }
  }
  put(conversation, 'extra', rest(head, threadFields))
  return conversation
}

const messageFields = new Set(['id', 'object', 'thread_id', 'role', 'content', 'created_at', 'completed_at', 'model'])

const answeredFor = new Set(['id', 'object', 'thread_id', 'role', 'created_at', 'completed_at'])

async function readMessage(raw: JsonObject, id: string, files: FilesByName, context: FormatContext): Promise<Message> {
  const message = emptyMessage(id, null, roleOf(raw['role']) ?? 'assistant')
  put(message, 'time', time(raw['created_at']))
  const updated = time(raw['completed_at'])
  if (updated !== message.time) put(message, 'updated', updated)
  const metadata = obj(raw['metadata'])
  put(
    message,
    'model',
    text(obj(raw['model'])?.['id']) ?? text(raw['model']) ?? text(metadata?.['model_id']) ?? text(metadata?.['model']),
  )
  const content = raw['content']
  if (typeof content === 'string') message.parts.push(...answerParts(content))
  for (const part of arr(content) ?? []) await readPart(part, message, files, context)
  for (const call of objects(metadata?.['tool_calls'])) readCall(call, message)
  const extra = rest(raw, messageFields)
  if (extra && metadata?.['tool_calls'] !== undefined) {
    const { metadata: _, ...others } = extra
    const left = rest(metadata, new Set(['tool_calls']))
    put(message, 'extra', left ? { ...others, metadata: left } : Object.keys(others).length > 0 ? others : undefined)
  } else put(message, 'extra', extra)
  keepLeftover(message, raw, answeredFor)
  return message
}

async function readPart(part: Json, message: Message, files: FilesByName, context: FormatContext): Promise<void> {
  const raw = obj(part)
  const kind = str(raw?.['type']) ?? typeof part
  const value = text(obj(raw?.['text'])?.['value']) ?? text(raw?.['text']) ?? text(part)
  if (kind === 'text' || kind === 'string') {
    const parts = message.role === 'assistant' ? answerParts(value ?? '') : value ? [{ type: 'text' as const, text: value }] : []
    const annotations = arr(obj(raw?.['text'])?.['annotations'])
    const last = parts.at(-1)
    if (annotations && annotations.length > 0 && last?.type === 'text') last.citations = annotations
    message.parts.push(...parts)
  } else if (kind === 'reasoning' && value) message.parts.push({ type: 'reasoning', text: value })
  else if (kind === 'image_url' || kind === 'image' || kind === 'file') {
    const at = obj(raw?.['image_url']) ?? obj(raw?.['file']) ?? raw ?? {}
    const url = text(at['url']) ?? text(at['path']) ?? text(at['id']) ?? ''
    const facts = { name: text(at['name']), size: num(at['size']), kind: kind === 'file' ? undefined : ('image' as const) }
    message.parts.push(await attachmentAt(url, facts, files, context))
  } else if (kind === 'tool_call' && raw && text(raw['tool_name'])) {
    readCall(
      {
        tool: { id: raw['tool_call_id'] ?? null, function: { name: raw['tool_name'] ?? '', arguments: raw['input'] ?? null } },
        response: raw['output'] ?? null,
      },
      message,
    )
  } else message.parts.push({ type: 'unknown', kind, raw: part })
}

/** A call that Jan keeps with its answer: `{tool: {id, function: {name, arguments}}, response: {content, error}, state}`. */
function readCall(call: JsonObject, message: Message): void {
  const tool = obj(call['tool'])
  const name = text(obj(tool?.['function'])?.['name'])
  if (!tool || !name) {
    message.parts.push({ type: 'unknown', kind: 'tool_call', raw: call })
    return
  }
  const id = ident(tool['id'])
  message.parts.push({ type: 'tool-call', name, ...(id ? { id } : {}), input: parsedJson(obj(tool['function'])?.['arguments']) })
  const response = call['response']
  if (response === undefined || response === null) return
  const answer = obj(response)
  const contents = objects(answer?.['content'])
  const texts = contents.map((content) => str(content['text']) ?? '')
  const plain = str(response) ?? str(answer?.['content']) ?? (contents.length > 0 ? texts.join('\n') : JSON.stringify(response))
  const whole = contents.every((content) => content['type'] === 'text')
  message.parts.push({
    type: 'tool-result',
    name,
    ...(id ? { id } : {}),
    text: plain,
    ...(text(answer?.['error']) || call['state'] === 'error' ? { error: true } : {}),
    ...(answer && !(whole && contents.length > 0 && !text(answer['error'])) ? { raw: response } : {}),
  })
}
