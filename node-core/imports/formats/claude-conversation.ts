/** One conversation of Claude's export. */

import type { Conversation, Json, JsonObject, Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { ArtifactTexts, addBlocks, readBlocks } from './claude-blocks.ts'
import { readAttachment, readFile } from './claude-files.ts'
import { arr, type Fields, keepRest, obj, objects, some, str, text, time } from './fields.ts'
import { keepLeftover } from './leftover.ts'
import { emptyMessage, put, putMicros, roleOf, uniqueIds } from './put.ts'
import { orderTree, type TreeNode } from './tree.ts'

const conversationFields = new Set([
  'uuid',
  'name',
  'created_at',
  'updated_at',
  'chat_messages',
  'messages',
  'model',
  'project_uuid',
  'project',
  'is_starred',
  'current_leaf_message_uuid',
])
const messageFields = new Set([
  'uuid',
  'text',
  'content',
  'sender',
  'role',
  'created_at',
  'updated_at',
  'attachments',
  'files',
  'parent_message_uuid',
  'model',
])

const answeredFor = new Set(['uuid', 'text', 'sender', 'role', 'created_at', 'updated_at', 'parent_message_uuid'])

/** Reads an entry of `conversations.json`; `projects` are names by id. */
export function readConversation(value: Json, projects: ReadonlyMap<string, string>): Conversation | { reason: ImportReason } {
  const entry = obj(value)
  if (!entry) return { reason: importReason('no-object') }
  const key = text(entry['uuid'])
  if (key === undefined) return { reason: importReason('no-id', { field: 'uuid' }) }
  const list = arr(entry['chat_messages']) ?? arr(entry['messages'])
  if (!list) return { reason: importReason('no-messages', { field: 'chat_messages' }) }

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
  putMicros(conversation, { created: entry['created_at'], updated: entry['updated_at'] })
  return conversation
}

/** The project that a conversation says it belongs to. */
export function projectOf(entry: JsonObject, projects: ReadonlyMap<string, string>): Conversation['project'] {
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
  if (written === 'developer') extra['role'] = written
  put(message, 'extra', some(keepRest(extra, raw, messageFields)))
  keepLeftover(message, raw, answeredFor)
  putMicros(message, { time: raw['created_at'], ...(message.updated === undefined ? {} : { updated: raw['updated_at'] }) })
  return message
}
