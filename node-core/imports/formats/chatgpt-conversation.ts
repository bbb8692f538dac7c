/** One entry of ChatGPT's `conversations.json` as a conversation. */
import type { Attachment, Conversation, Json, JsonObject, Message, Role } from '../../contract/content.ts'
import { attachmentRecords, joinAttachments, readContent } from './chatgpt-content.ts'
import { arr, bool, type Fields, ident, isBlank, keepRest, num, obj, objects, rest, some, str, text, time } from './fields.ts'
import { put, uniqueIds } from './put.ts'
import { orderTree, type TreeNode } from './tree.ts'

/** A conversation whose attachments have yet to be looked up among the export's files. */
export interface Unsettled {
  conversation: Conversation
  pending: Attachment[]
}

const conversationFields = new Set([
  'id', 'conversation_id', 'title', 'create_time', 'update_time', 'mapping', 'current_node', 'default_model_slug',
  'gizmo_id', 'conversation_template_id', 'is_archived', 'is_starred',
])
const messageFields = new Set([
  'id', 'author', 'create_time', 'update_time', 'content', 'status', 'end_turn', 'weight', 'metadata', 'recipient', 'channel',
])
const metadataFields = new Set([
  'model_slug', 'is_visually_hidden_from_conversation', 'attachments', 'citations', 'content_references',
])
const nodeFields = new Set(['id', 'parent', 'children', 'message'])
const authorFields = new Set(['role', 'name'])
const roleNames: Readonly<Record<string, Role>> = { user: 'user', assistant: 'assistant', system: 'system', developer: 'system', tool: 'tool' }
/** What a reader folds although it is neither a system's nor a tool's. */
const foldedContent = new Set(['thoughts', 'reasoning_recap', 'user_editable_context', 'model_editable_context', 'app_pairing_content'])

/** Reads an entry of `conversations.json`; `reason` says why one cannot be read. */
export function readConversation(value: Json): Unsettled | { reason: string } {
  const entry = obj(value)
  if (!entry) return { reason: 'it is not an object' }
  const mapping = obj(entry['mapping'])
  if (!mapping) return { reason: 'it has no messages (no “mapping”)' }

  const model = text(entry['default_model_slug'])
  const pending: Attachment[] = []
  const nodes: TreeNode[] = []
  for (const id in mapping) {
    const node = obj(mapping[id]) ?? {}
    const raw = obj(node['message'])
    const children = arr(node['children'])
    const message = raw ? readMessage(id, raw, node, model, pending) : null
    const treeNode: TreeNode = { id, parent: str(node['parent']) ?? null, message }
    if (children) treeNode.children = children.filter((child) => typeof child === 'string')
    nodes.push(treeNode)
  }
  const tree = orderTree(nodes, str(entry['current_node']))
  if ('reason' in tree) return tree

  const key = text(entry['conversation_id']) ?? text(entry['id']) ?? (nodes[0] ? `node:${nodes[0].id}` : undefined)
  if (key === undefined) return { reason: 'it has neither an id nor messages' }
  const conversation: Conversation = { source: 'chatgpt', key, messages: tree.messages }
  put(conversation, 'current', tree.current)
  describe(conversation, entry, model)
  return { conversation, pending }
}

function describe(conversation: Conversation, entry: JsonObject, model: string | undefined) {
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
  put(conversation, 'extra', some(keepRest(extra, entry, conversationFields)))
}

function readMessage(id: string, raw: JsonObject, node: JsonObject, defaultModel: string | undefined, pending: Attachment[]): Message {
  const author = obj(raw['author']) ?? {}
  const metadata = obj(raw['metadata']) ?? {}
  const written = text(author['role'])
  const role = roleNames[written ?? ''] ?? 'tool'
  const name = text(author['name'])
  const recipient = text(raw['recipient']) ?? 'all'
  const content = obj(raw['content'])
  const kind = (content && text(content['content_type'])) ?? (content && 'parts' in content ? 'text' : '')

  const extra: Fields = {}
  const parts = content ? readContent(kind, content, { name, recipient, metadata }, extra) : []
  const attachments = joinAttachments(parts, attachmentRecords(metadata['attachments']), extra)
  for (const attachment of attachments) pending.push(attachment)

  const message: Message = { id, parent: null, role, parts }
  put(message, 'author', name)
  const created = time(raw['create_time'])
  const updated = time(raw['update_time'])
  put(message, 'time', created)
  if (updated !== undefined && updated !== created) message.updated = updated
  const model = text(metadata['model_slug']) ?? (role === 'assistant' ? defaultModel : undefined)
  put(message, 'model', model)
  if (bool(metadata['is_visually_hidden_from_conversation'])) message.hidden = true
  // A tool's own pictures are what the person asked for and are shown; its other output is traffic.
  const traffic = role === 'tool' && attachments.length === 0
  if (role === 'system' || traffic || recipient !== 'all' || foldedContent.has(kind)) message.folded = true

  keepMessageRest(extra, raw, metadata, parts.some((part) => part.type === 'text'))
  if (written !== undefined && roleNames[written] === undefined) extra['role'] = written
  if (text(raw['id']) !== undefined && raw['id'] !== id) extra['id'] = raw['id'] ?? null
  const authorRest = rest(author, authorFields)
  if (authorRest) extra['author'] = authorRest
  const nodeRest = rest(node, nodeFields)
  if (nodeRest) extra['node'] = nodeRest
  put(message, 'extra', some(extra))
  return message
}

/** Keeps what the message does not show; usual values (finished, weight 1, to all, the final channel) are left out. */
function keepMessageRest(extra: Fields, raw: JsonObject, metadata: JsonObject, hasText: boolean) {
  const status = text(raw['status'])
  const weight = num(raw['weight'])
  const recipient = text(raw['recipient'])
  const channel = text(raw['channel'])
  if (status && status !== 'finished_successfully') extra['status'] = status
  if (weight !== undefined && weight !== 1) extra['weight'] = weight
  if (recipient && recipient !== 'all') extra['recipient'] = recipient
  if (channel && channel !== 'final') extra['channel'] = channel
  if (raw['end_turn'] === false) extra['end_turn'] = false
  keepRest(extra, raw, messageFields)
  const kept: Fields = {}
  keepRest(kept, metadata, metadataFields)
  if (!hasText) {
    // Citations belong to a text; without one they stay where they were.
    for (const field of ['citations', 'content_references']) {
      const value = metadata[field]
      if (value !== undefined && !isBlank(value)) kept[field] = value
    }
  }
  const metadataRest = some(kept)
  if (metadataRest) extra['metadata'] = metadataRest
}

/**
 * An entry of `group_chats.json`: a tree like any other, or a plain list of messages. Answers undefined for an
 * entry that holds nothing at all.
 */
export function readGroupChat(value: Json): Unsettled | { reason: string } | undefined {
  const entry = obj(value)
  if (!entry) return { reason: 'it is not an object' }
  if (obj(entry['mapping'])) return readConversation(value)
  const list = objects(entry['messages'])
  const key = text(entry['conversation_id']) ?? ident(entry['id'])
  if (key === undefined) return Object.keys(entry).every((field) => isBlank(entry[field] ?? null)) || arr(entry['chats']) ? undefined : { reason: 'it has no id' }
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
  const author = obj(raw['author']) ?? { role: str(role) ?? (str(sender) === 'assistant' ? 'assistant' : 'user'), name: str(sender) ?? null }
  const written = raw['content'] ?? body ?? null
  const content = typeof written === 'string' ? { content_type: 'text', parts: [written] } : (written ?? null)
  return { ...others, author, content, ...(obj(sender) ? { sender: sender ?? null } : {}) }
}
