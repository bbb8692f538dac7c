/** Entries of ChatGPT's `group_chats.json`. */

import type { Attachment, Conversation, Json, JsonObject } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { describe, readConversation, type Unsettled } from './chatgpt-conversation.ts'
import { readMessage } from './chatgpt-message.ts'
import { arr, ident, isBlank, obj, objects, str, text } from './fields.ts'
import { uniqueIds } from './put.ts'
import { orderTree, type TreeNode } from './tree.ts'

/**
 * An entry of `group_chats.json`: a tree like any other, or a plain list of messages. Answers undefined for an
 * entry that holds nothing at all.
 */
export function readGroupChat(value: Json): Unsettled | { reason: ImportReason } | undefined {
  const entry = obj(value)
  if (!entry) return { reason: importReason('no-object') }
  if (obj(entry['mapping'])) return readConversation(value)
  const list = objects(entry['messages'])
  const key = text(entry['conversation_id']) ?? ident(entry['id'])
  if (key === undefined)
    return Object.keys(entry).every((field) => isBlank(entry[field] ?? null)) || arr(entry['chats'])
      ? undefined
      : { reason: importReason('no-id', { field: 'conversation_id' }) }
  const model = text(entry['default_model_slug'])
  const pending: Attachment[] = []
  const nodes: TreeNode[] = []
  const unique = uniqueIds()
  for (const [index, raw] of list.entries()) {
    const id = unique(ident(raw['id']) ?? `message-${index + 1}`)
    const parent = str(raw['parent']) ?? nodes.at(-1)?.id ?? null
    nodes.push({ id, parent, message: readMessage(id, plainMessage(raw), {}, model, pending) })
  }
  const tree = orderTree(nodes)
  if ('reason' in tree) return tree
  const { messages: _, name, ...described } = entry
  const conversation: Conversation = { source: 'chatgpt', key, messages: tree.messages }
  describe(conversation, { title: name ?? null, ...described }, model)
  return { conversation, pending }
}

/** Brings a group chat's plain message into the shape of a tree's. */
function plainMessage(raw: JsonObject): JsonObject {
  const { sender, role, text: body, parent: _, ...others } = raw
  const own = obj(raw['author'])
  const author = own ?? {
    role: str(role) ?? (str(sender) === 'assistant' ? 'assistant' : 'user'),
    name: str(sender) ?? null,
  }
  // what the author does not say stays beside
  const beside = {
    ...(sender !== undefined && (own || typeof sender !== 'string') ? { sender } : {}),
    ...(role !== undefined && (own ? role !== own['role'] : typeof role !== 'string') ? { role } : {}),
    ...(body !== undefined && raw['content'] !== undefined && body !== raw['content'] ? { text: body } : {}),
  }
  const written = raw['content'] ?? body ?? null
  const content = typeof written === 'string' ? { content_type: 'text', parts: [written] } : (written ?? null)
  return { ...others, ...beside, author, content }
}
