/**
 * DeepSeek: the account's export (a tree like ChatGPT's, with fragments for contents) and what its web page gets
 * from the API (a list of messages with counters for ids).
 */

import type { Conversation, Json, JsonObject, Message, Part } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { jsonElements } from '../reading/json.ts'
import { arr, type Fields, ident, keepRest, num, obj, objects, refOf, rest, some, str, text, time } from './fields.ts'
import type { Format } from './format.ts'
import { keepLeftover } from './leftover.ts'
import { type ElementKeys, filesOf, someFile } from './lists.ts'
import { kindOf, mimeOf } from './mime.ts'
import { firstOfItsKey } from './once.ts'
import { emptyMessage, put, putMicros, roleOf } from './put.ts'
import { orderTree, repaired, type TreeNode } from './tree.ts'

const named = /^conversations(?:[-_]\d+)?\.json$/i
const isDeepseek = (has: ElementKeys) =>
  (has('mapping') && has('inserted_at')) || has('data.biz_data.chat_messages') || (has('chat_messages') && has('chat_session'))

export const deepseek: Format = {
  source: 'deepseek',
  name: 'deepseek',
  detect: async (source) => ((await someFile(source, isDeepseek)) ? 1 : 0),

  async *read(source, { signal }) {
    const isFirst = firstOfItsKey()
    for (const file of await filesOf(source, named, isDeepseek)) {
      for await (const element of jsonElements(file, { signal })) {
        const entry = 'value' in element ? unwrap(element.value) : undefined
        const ref = refOf(file.path, element.index, str(entry?.['title']))
        const read = 'error' in element ? { reason: element.error } : readConversation(entry)
        if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
        else if (isFirst(read)) yield { type: 'conversation', ref, conversation: read, ...repaired(read) }
      }
    }
  },
}

/** The conversation inside an answer of the API, with the messages beside its session; anything else as it is. */
function unwrap(value: Json): JsonObject | undefined {
  const outer = obj(value)
  const answer = obj(obj(outer?.['data'])?.['biz_data']) ?? outer
  const session = obj(answer?.['chat_session'])
  return answer && session ? { ...session, chat_messages: answer['chat_messages'] ?? [] } : answer
}

const conversationFields = new Set([
  'id',
  'title',
  'inserted_at',
  'updated_at',
  'mapping',
  'chat_messages',
  'current_message_id',
  'pinned',
])

function readConversation(entry: JsonObject | undefined): Conversation | { reason: ImportReason } {
  if (!entry) return { reason: importReason('no-object') }
  const key = ident(entry['id'])
  if (key === undefined) return { reason: importReason('no-id', { field: 'id' }) }
  const mapping = obj(entry['mapping'])
  const list = arr(entry['chat_messages'])
  if (!mapping && !list) return { reason: importReason('no-messages', { field: 'mapping' }) }
  const tree = orderTree(mapping ? nodesOfMapping(mapping) : nodesOfList(objects(list ?? [])), ident(entry['current_message_id']))
  if ('reason' in tree) return tree

  const conversation: Conversation = { source: 'deepseek', key, messages: tree.messages }
  put(conversation, 'title', text(entry['title']))
  put(conversation, 'created', time(entry['inserted_at']))
  put(conversation, 'updated', time(entry['updated_at']))
  put(conversation, 'current', tree.current)
  if (entry['pinned'] === true) conversation.starred = true
  put(conversation, 'extra', some(keepRest({}, entry, conversationFields)))
  putMicros(conversation, { created: entry['inserted_at'], updated: entry['updated_at'] })
  return conversation
}

function nodesOfMapping(mapping: JsonObject): TreeNode[] {
  return Object.keys(mapping).map((id) => {
    const node = obj(mapping[id]) ?? {}
    const raw = obj(node['message'])
    const children = (arr(node['children']) ?? []).map(ident).filter((child) => child !== undefined)
    return { id, parent: ident(node['parent']) ?? null, message: raw ? readMessage(id, raw) : null, children }
  })
}

function nodesOfList(list: readonly JsonObject[]): TreeNode[] {
  return list.map((raw, index) => {
    const id = ident(raw['message_id']) ?? ident(raw['id']) ?? `message-${index + 1}`
    return { id, parent: ident(raw['parent_id']) ?? null, message: readMessage(id, raw) }
  })
}

const messageFields = new Set([
  'message_id',
  'id',
  'parent_id',
  'model',
  'inserted_at',
  'fragments',
  'files',
  'role',
  'content',
  'thinking_content',
  'reasoning_content',
])

const fileFields = new Set('id file_id file_name name mime_type file_size size content inserted_at updated_at'.split(' '))
const answeredFor = new Set(['message_id', 'id', 'parent_id', 'inserted_at', 'role', 'model'])

function readMessage(id: string, raw: JsonObject): Message {
  const fragments = objects(raw['fragments'])
  const kinds = fragments.map((fragment) => text(fragment['type']))
  const message = emptyMessage(id, null, roleOf(raw['role']) ?? (kinds.includes('REQUEST') ? 'user' : 'assistant'))
  put(message, 'time', time(raw['inserted_at']))
  if (message.role === 'assistant') put(message, 'model', text(raw['model']))

  const extra: Fields = {}
  const kept: Fields = {}
  for (const [index, fragment] of fragments.entries()) {
    message.parts.push(...fragmentParts(fragment))
    const unread = some(keepRest({}, fragment, fragmentFields))
    if (unread && fragmentKinds.has(text(fragment['type']) ?? '')) kept[String(index)] = unread
  }
  if (fragments.length === 0) {
    const thinking = text(raw['thinking_content']) ?? text(raw['reasoning_content'])
    const body = text(raw['content'])
    if (thinking) message.parts.push({ type: 'reasoning', text: thinking })
    if (body) message.parts.push({ type: 'text', text: body })
  }
  const files: Fields = {}
  for (const [index, file] of objects(raw['files']).entries()) {
    message.parts.push(attachment(file))
    const unread = rest(file, fileFields)
    if (unread) files[String(index)] = unread
  }
  const fileRest = some(files)
  if (fileRest) extra['files'] = fileRest
  if (text(raw['role'])?.toLowerCase() === 'developer') extra['role'] = 'developer'
  const fragmentRest = some(kept)
  if (fragmentRest) extra['fragments'] = fragmentRest
  put(message, 'extra', some(keepRest(extra, raw, messageFields)))
  keepLeftover(message, raw, answeredFor)
  putMicros(message, { time: raw['inserted_at'] })
  return message
}

const fragmentKinds = new Set([
  'REQUEST',
  'RESPONSE',
  'TEMPLATE_RESPONSE',
  'THINK',
  'SEARCH',
  'TOOL_SEARCH',
  'READ_LINK',
  'TOOL_OPEN',
])
const fragmentFields = new Set(['type', 'content', 'results'])

function fragmentParts(fragment: JsonObject): Part[] {
  const kind = text(fragment['type']) ?? ''
  const content = str(fragment['content']) ?? ''
  switch (kind) {
    case 'REQUEST':
    case 'RESPONSE':
    case 'TEMPLATE_RESPONSE':
      return content === '' ? [] : [{ type: 'text', text: content }]
    case 'THINK':
      return content === '' ? [] : [{ type: 'reasoning', text: content }]
    case 'SEARCH':
    case 'TOOL_SEARCH':
    case 'READ_LINK':
    case 'TOOL_OPEN': {
      const results = fragment['results']
      return [{ type: 'tool-result', name: kind.toLowerCase(), text: content, ...(results == null ? {} : { raw: results }) }]
    }
    default:
      return [{ type: 'unknown', kind: kind || 'fragment', raw: fragment }]
  }
}

function attachment(file: JsonObject): Part {
  const pointer = ident(file['id']) ?? text(file['file_id']) ?? text(file['file_name']) ?? 'file'
  const name = text(file['file_name']) ?? text(file['name']) ?? pointer
  const mime = mimeOf(text(file['mime_type']), name)
  const part: Part = { type: 'attachment', kind: kindOf(mime), name, mime, pointer }
  put(part, 'size', num(file['file_size']) ?? num(file['size']))
  put(part, 'text', text(file['content']))
  return part
}
