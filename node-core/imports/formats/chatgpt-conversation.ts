/** One entry of ChatGPT's `conversations.json` as a conversation. */

import type { Attachment, Conversation, Json, JsonObject } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { readMessage } from './chatgpt-message.ts'
import { arr, type Fields, isBlank, keepRest, obj, some, str, text, time } from './fields.ts'
import { emptyMessage, put, putMicros } from './put.ts'
import { orderTree, type TreeNode } from './tree.ts'

/** A conversation whose attachments have yet to be looked up among the export's files. */
export interface Unsettled {
  conversation: Conversation
  pending: Attachment[]
}

const conversationFields = new Set([
  'id',
  'conversation_id',
  'title',
  'create_time',
  'update_time',
  'mapping',
  'current_node',
  'default_model_slug',
  'gizmo_id',
  'conversation_template_id',
  'is_archived',
  'is_starred',
])
/** Reads an entry of `conversations.json`; `reason` says why one cannot be read. */
export function readConversation(value: Json): Unsettled | { reason: ImportReason } {
  const entry = obj(value)
  if (!entry) return { reason: importReason('no-object') }
  const mapping = obj(entry['mapping'])
  if (!mapping) return { reason: importReason('no-messages', { field: 'mapping' }) }

  const model = text(entry['default_model_slug'])
  const pending: Attachment[] = []
  const nodes: TreeNode[] = []
  for (const id in mapping) {
    const node = obj(mapping[id]) ?? {}
    const raw = obj(node['message'])
    const children = arr(node['children'])
    const odd = raw ? undefined : node['message']
    const message = raw
      ? readMessage(id, raw, node, model, pending)
      : odd === undefined || isBlank(odd)
        ? null
        : { ...emptyMessage(id, null, 'tool'), parts: [{ type: 'unknown' as const, kind: 'message', raw: odd }] }
    const treeNode: TreeNode = { id, parent: str(node['parent']) ?? null, message }
    if (children) treeNode.children = children.filter((child) => typeof child === 'string')
    nodes.push(treeNode)
  }
  const tree = orderTree(nodes, str(entry['current_node']))
  if ('reason' in tree) return tree

  const key = text(entry['conversation_id']) ?? text(entry['id']) ?? (nodes[0] ? `node:${nodes[0].id}` : undefined)
  if (key === undefined) return { reason: importReason('no-id-no-messages') }
  const conversation: Conversation = { source: 'chatgpt', key, messages: tree.messages }
  put(conversation, 'current', tree.current)
  describe(conversation, entry, model)
  return { conversation, pending }
}

/** Fills in what an entry says of the conversation as a whole. */
export function describe(conversation: Conversation, entry: JsonObject, model: string | undefined) {
  const title = text(entry['title'])
  const created = time(entry['create_time'])
  const updated = time(entry['update_time'])
  const gizmo = text(entry['gizmo_id'])
  const template = text(entry['conversation_template_id'])
  const project = [gizmo, template].find((id) => id?.startsWith('g-p-'))
  put(conversation, 'title', title)
  put(conversation, 'created', created)
  put(conversation, 'updated', updated)
  put(conversation, 'model', model)
  if (project) conversation.project = { id: project }
  if (entry['is_archived'] === true) conversation.archived = true
  if (entry['is_starred'] === true) conversation.starred = true

  const extra: Fields = {}
  if (gizmo && gizmo !== project) extra['gizmo_id'] = gizmo
  if (template && template !== gizmo && template !== project) extra['conversation_template_id'] = template
  if (text(entry['id']) && text(entry['conversation_id']) && entry['id'] !== entry['conversation_id'])
    extra['id'] = entry['id'] ?? null
  put(conversation, 'extra', some(keepRest(extra, entry, conversationFields)))
  putMicros(conversation, { created: entry['create_time'], updated: entry['update_time'] })
}
