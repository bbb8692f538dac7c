/** Claude's design chats: conversations of another shape, in camel case. */

import type { Conversation, Json, JsonObject, Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { ArtifactTexts, addBlocks, readBlocks } from './claude-blocks.ts'
import { projectOf } from './claude-conversation.ts'
import { readAttachment } from './claude-files.ts'
import { arr, type Fields, ident, keepRest, obj, objects, some, str, text, time } from './fields.ts'
import { keepLeftover } from './leftover.ts'
import { emptyMessage, put, putMicros, roleOf, uniqueIds } from './put.ts'

const designFields = new Set([
  'uuid',
  'title',
  'name',
  'project',
  'created_at',
  'createdAt',
  'updated_at',
  'updatedAt',
  'messages',
  'model',
])
const designMessageFields = new Set(['uuid', 'id', 'role', 'content', 'created_at', 'createdAt', 'model'])
const answeredFor = new Set(['uuid', 'id', 'role', 'created_at', 'createdAt'])
const designContentFields = new Set(['content', 'contentBlocks', 'attachments', 'timestamp', 'role', 'id'])

/** Reads a file of `design_chats/`; its messages follow one another. */
export function readDesignChat(value: Json): Conversation | { reason: ImportReason } {
  const entry = obj(value)
  const key = entry && ident(entry['uuid'])
  const list = entry && arr(entry['messages'])
  if (!entry) return { reason: importReason('no-object') }
  if (key === undefined) return { reason: importReason('no-id', { field: 'uuid' }) }
  if (!list) return { reason: importReason('no-messages', { field: 'messages' }) }
  const unique = uniqueIds()
  const artifacts = new ArtifactTexts()
  const messages: Message[] = []
  for (const [index, raw] of objects(list).entries()) {
    const id = unique(ident(raw['uuid']) ?? ident(raw['id']) ?? `message-${index + 1}`)
    const content = obj(raw['content']) ?? { content: raw['content'] ?? null }
    const message = emptyMessage(id, messages.at(-1)?.id ?? null, roleOf(raw['role'] ?? content['role']) ?? 'assistant')
    put(message, 'time', time(raw['created_at']) ?? time(raw['createdAt']) ?? time(content['timestamp']))
    put(message, 'model', text(raw['model']))
    const extra: Fields = {}
    for (const file of objects(content['attachments'])) message.parts.push(readAttachment(designAttachment(file), extra))
    const blocks = readBlocks((arr(content['contentBlocks']) ?? []).map(plainBlock), message.time, artifacts)
    addBlocks(message, blocks, str(content['content']), extra)
    keepRest(extra, content, designContentFields)
    put(message, 'extra', some(keepRest(extra, raw, designMessageFields)))
    keepLeftover(message, raw, answeredFor)
    putMicros(message, { time: raw['created_at'] ?? raw['createdAt'] ?? content['timestamp'] })
    messages.push(message)
  }
  const conversation: Conversation = { source: 'claude', key, messages }
  put(conversation, 'title', text(entry['title']) ?? text(entry['name']) ?? text(obj(entry['project'])?.['name']))
  put(conversation, 'created', time(entry['created_at']) ?? time(entry['createdAt']))
  put(conversation, 'updated', time(entry['updated_at']) ?? time(entry['updatedAt']))
  put(conversation, 'project', projectOf(entry, new Map()))
  conversation.extra = keepRest({ surface: 'design' }, entry, designFields)
  return conversation
}

const designAttachment = ({ name, content, ...others }: JsonObject): JsonObject => ({
  file_name: name ?? null,
  extracted_content: content ?? null,
  ...others,
})

/** A design chat's block in the shape of a conversation's. */
function plainBlock(value: Json): Json {
  const block = obj(value)
  if (!block) return value
  const call = obj(block['toolCall'])
  const said = str(block['message']) ?? str(obj(block['message'])?.['content'])
  switch (block['type']) {
    case 'thinking':
      return { ...block, thinking: block['thinking'] ?? block['text'] ?? '', text: null }
    case 'tool_call': {
      const { type: _, toolCall: __, ...others } = block
      return {
        ...others,
        type: 'tool_use',
        id: call?.['id'] ?? null,
        name: call?.['name'] ?? null,
        input: call?.['input'] ?? null,
      }
    }
    case 'user_interjection':
    case 'error':
      return said === undefined ? block : { type: 'text', text: said, said_as: block['type'] }
    default:
      return block
  }
}
