/** One conversation, or one design chat, of Claude's export. */
import type { Conversation, Json, JsonObject, Message, Part } from '../../contract/content.ts'
import { ArtifactTexts, type Blocks, readBlocks } from './claude-blocks.ts'
import { arr, type Fields, ident, keepRest, num, obj, objects, rest, some, str, text, time } from './fields.ts'
import { kindOf, mimeOf } from './mime.ts'
import { emptyMessage, put, roleOf, uniqueIds } from './put.ts'
import { orderTree, type TreeNode } from './tree.ts'

const conversationFields = new Set([
  'uuid', 'name', 'created_at', 'updated_at', 'chat_messages', 'messages', 'model', 'project_uuid', 'project', 'is_starred',
  'current_leaf_message_uuid',
])
const messageFields = new Set([
  'uuid', 'text', 'content', 'sender', 'role', 'created_at', 'updated_at', 'attachments', 'files', 'parent_message_uuid', 'model',
])

/** Reads an entry of `conversations.json`; `projects` are names by id. */
export function readConversation(value: Json, projects: ReadonlyMap<string, string>): Conversation | { reason: string } {
  const entry = obj(value)
  if (!entry) return { reason: 'it is not an object' }
  const key = text(entry['uuid'])
  if (key === undefined) return { reason: 'it has no id (“uuid”)' }
  const list = arr(entry['chat_messages']) ?? arr(entry['messages'])
  if (!list) return { reason: 'it has no messages (no “chat_messages”)' }

  const tree = orderTree(nodesOf(objects(list)), text(entry['current_leaf_message_uuid']))
  if ('reason' in tree) return tree
  const conversation: Conversation = { source: 'claude', key, messages: tree.messages }
  put(conversation, 'title', text(entry['name']))
  put(conversation, 'created', time(entry['created_at']))
  put(conversation, 'updated', time(entry['updated_at']))
  put(conversation, 'model', text(entry['model']))
  put(conversation, 'current', tree.current)
  put(conversation, 'project', projectOf(entry, projects))
  if (entry['is_starred'] === true) conversation.starred = true
  put(conversation, 'extra', some(keepRest({}, entry, conversationFields)))
  return conversation
}

function projectOf(entry: JsonObject, projects: ReadonlyMap<string, string>): Conversation['project'] {
  const project = obj(entry['project'])
  const id = text(entry['project_uuid']) ?? text(project?.['uuid'])
  if (id === undefined) return undefined
  const name = text(project?.['name']) ?? projects.get(id)
  return name === undefined ? { id } : { id, name }
}

function nodesOf(list: readonly JsonObject[]): TreeNode[] {
  const unique = uniqueIds()
  const artifacts = new ArtifactTexts()
  let previous: string | null = null
  return list.map((raw, index) => {
    const id = unique(text(raw['uuid']) ?? `message-${index + 1}`)
    // Older exports know no parents: their messages follow one another. The parent of a first message is a fixed
    // id that no message has, and so makes it a root.
    const parent = 'parent_message_uuid' in raw ? (text(raw['parent_message_uuid']) ?? null) : previous
    previous = id
    return { id, parent, message: readMessage(id, raw, artifacts) }
  })
}

function readMessage(id: string, raw: JsonObject, artifacts: ArtifactTexts): Message {
  const written = text(raw['sender']) ?? text(raw['role'])
  const message = emptyMessage(id, null, roleOf(written) ?? 'assistant')
  const created = time(raw['created_at'])
  const updated = time(raw['updated_at'])
  put(message, 'time', created)
  if (updated !== created) put(message, 'updated', updated)
  put(message, 'model', text(raw['model']))

  const extra: Fields = {}
  if (written !== undefined && roleOf(written) === undefined) extra['sender'] = written
  for (const attachment of objects(raw['attachments'])) message.parts.push(readAttachment(attachment, extra))
  for (const file of objects(raw['files'])) message.parts.push(readFile(file, extra))
  const blocks = readBlocks(arr(raw['content']) ?? [], created, artifacts)
  addBlocks(message, blocks, text(raw['text']) ?? str(raw['content']), extra)
  put(message, 'extra', some(keepRest(extra, raw, messageFields)))
  return message
}

/** The blocks; or, where there are none, the flat text, which is otherwise only a poorer copy of them. */
function addBlocks(message: Message, blocks: Blocks, flat: string | undefined, extra: Fields) {
  message.parts.push(...blocks.parts)
  if (blocks.count === 0 && flat) message.parts.push({ type: 'text', text: flat })
  if (blocks.rest) extra['blocks'] = blocks.rest
}

const attachmentFields = new Set(['id', 'file_name', 'file_size', 'file_type', 'extracted_content'])

function readAttachment(raw: JsonObject, extra: Fields): Part {
  const pointer = ident(raw['id']) ?? text(raw['file_name']) ?? 'attachment'
  const name = text(raw['file_name']) ?? pointer
  const mime = mimeOf(text(raw['file_type']), name)
  const part: Part = { type: 'attachment', kind: kindOf(mime), name, mime, pointer }
  put(part, 'size', num(raw['file_size']))
  put(part, 'text', text(raw['extracted_content']))
  keepUnder(extra, 'attachments', pointer, rest(raw, attachmentFields))
  return part
}

const fileFields = new Set(['file_name', 'file_uuid', 'uuid', 'file_kind', 'size_bytes'])

function readFile(raw: JsonObject, extra: Fields): Part {
  const pointer = text(raw['file_uuid']) ?? text(raw['uuid']) ?? text(raw['file_name']) ?? 'file'
  const name = text(raw['file_name']) ?? pointer
  const mime = mimeOf(undefined, name)
  const part: Part = { type: 'attachment', kind: text(raw['file_kind']) === 'image' ? 'image' : kindOf(mime), name, mime, pointer }
  put(part, 'size', num(raw['size_bytes']))
  keepUnder(extra, 'files', pointer, rest(raw, fileFields))
  return part
}

function keepUnder(extra: Fields, field: string, key: string, value: JsonObject | undefined) {
  if (value) extra[field] = { ...obj(extra[field]), [key]: value }
}

const designFields = new Set(['uuid', 'title', 'name', 'project', 'created_at', 'createdAt', 'updated_at', 'updatedAt', 'messages', 'model'])
const designMessageFields = new Set(['uuid', 'id', 'role', 'content', 'created_at', 'createdAt', 'model'])
const designContentFields = new Set(['content', 'contentBlocks', 'attachments', 'timestamp', 'role', 'id'])

/** A file of `design_chats/`: another shape, in camel case, whose messages follow one another. */
export function readDesignChat(value: Json): Conversation | { reason: string } {
  const entry = obj(value)
  const key = entry && ident(entry['uuid'])
  const list = entry && arr(entry['messages'])
  if (!entry || key === undefined || !list) return { reason: 'it has no id or no messages' }
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
  file_name: name ?? null, extracted_content: content ?? null, ...others,
})

/** A design chat's block in the shape of a conversation's. */
function plainBlock(value: Json): Json {
  const block = obj(value)
  if (!block) return value
  const call = obj(block['toolCall'])
  const said = str(block['message']) ?? str(obj(block['message'])?.['content'])
  switch (block['type']) {
    case 'thinking':
      return { ...block, thinking: block['thinking'] ?? block['text'] ?? '' , text: null }
    case 'tool_call': {
      const { type: _, toolCall: __, ...others } = block
      return { ...others, type: 'tool_use', id: call?.['id'] ?? null, name: call?.['name'] ?? null, input: call?.['input'] ?? null }
    }
    case 'user_interjection':
    case 'error':
      return said === undefined ? block : { type: 'text', text: said, said_as: block['type'] }
    default:
      return block
  }
}
