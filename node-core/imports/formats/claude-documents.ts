/**
 * What Claude keeps beside conversations: projects (instructions and documents) and memories. Each becomes a
 * conversation of system messages, one per text, with `extra.kind`, which the report counts apart.
 */

import type { Conversation, Json, Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { type Fields, ident, keepRest, obj, objects, rest, some, str, text, time } from './fields.ts'
import { mimeOf } from './mime.ts'
import { chain, put, uniqueIds } from './put.ts'

const projectFields = new Set(['uuid', 'name', 'description', 'prompt_template', 'docs', 'created_at', 'updated_at'])
const documentFields = new Set(['uuid', 'filename', 'content', 'created_at'])

/** A project of `projects.json` or `projects/<uuid>.json`. */
export function readProject(value: Json): Conversation | { reason: ImportReason } {
  const entry = obj(value)
  const id = entry && text(entry['uuid'])
  if (!entry) return { reason: importReason('no-object') }
  if (!id) return { reason: importReason('no-id', { field: 'uuid' }) }
  const messages: Message[] = []
  const unique = uniqueIds()
  const add = (key: string, body: string | undefined, author?: string): Message | undefined => {
    if (!body) return undefined
    const message: Message = { id: unique(key), parent: null, role: 'system', parts: [{ type: 'text', text: body }] }
    put(message, 'author', author)
    messages.push(message)
    return message
  }
  add('description', text(entry['description']), 'description')
  add('prompt', text(entry['prompt_template']), 'instructions')
  for (const [index, doc] of objects(entry['docs']).entries()) {
    const name = text(doc['filename']) ?? `document ${index + 1}`
    const key = text(doc['uuid']) ?? `doc-${index + 1}`
    const content = str(doc['content']) ?? ''
    messages.push({
      id: unique(key),
      parent: null,
      role: 'system',
      author: name,
      parts: [{ type: 'artifact', id: key, kind: mimeOf(undefined, name), title: name, text: content }],
    })
    const message = messages.at(-1)
    if (!message) continue
    put(message, 'time', time(doc['created_at']))
    put(message, 'extra', rest(doc, documentFields))
  }
  chain(messages)
  const conversation: Conversation = { source: 'claude', key: `project:${id}`, messages }
  const name = text(entry['name'])
  put(conversation, 'title', name)
  put(conversation, 'created', time(entry['created_at']))
  put(conversation, 'updated', time(entry['updated_at']))
  conversation.project = name === undefined ? { id } : { id, name }
  conversation.extra = keepRest({ kind: 'project' }, entry, projectFields)
  return conversation
}

const memoryFields = new Set(['account_uuid', 'conversations_memory', 'project_memories', 'memory_files'])

/** A record of `memories.json`: what was remembered over all conversations, and project by project. */
export function readMemories(value: Json): Conversation | { reason: ImportReason } {
  const entry = obj(value)
  if (!entry) return { reason: importReason('no-object') }
  const messages: Message[] = []
  const unique = uniqueIds()
  const add = (id: string, author: string, body: Json | undefined, extra?: Fields) => {
    if (!text(body)) return
    const message: Message = {
      id: unique(id),
      parent: null,
      role: 'system',
      author,
      parts: [{ type: 'text', text: str(body) ?? '' }],
    }
    if (extra) put(message, 'extra', some(extra))
    messages.push(message)
  }
  add('conversations', 'conversations', entry['conversations_memory'])
  const projects = obj(entry['project_memories']) ?? {}
  for (const id of Object.keys(projects)) add(`project:${id}`, `project ${id}`, projects[id])
  for (const [index, file] of objects(entry['memory_files']).entries()) {
    const path = text(file['path']) ?? `file ${index + 1}`
    add(`file:${path}`, path, file['content'], keepRest({}, file, new Set(['path', 'content'])))
  }
  chain(messages)
  const account = ident(entry['account_uuid'])
  return {
    source: 'claude',
    key: account ? `memories:${account}` : 'memories',
    title: 'Memories',
    messages,
    extra: keepRest({ kind: 'memory', ...(account ? { account_uuid: account } : {}) }, entry, memoryFields),
  }
}
