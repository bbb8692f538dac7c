/** One message of ChatGPT's, from its node. */
import type { Attachment, Json, JsonObject, Message, Part, Role } from '../../contract/content.ts'
import { readContent } from './chatgpt-content.ts'
import { attachmentRecords, joinAttachments } from './chatgpt-parts.ts'
import { bool, type Fields, isBlank, keepRest, lookUp, num, obj, rest, some, text, time } from './fields.ts'
import { keepLeftover } from './leftover.ts'
import { put, putMicros } from './put.ts'

const messageFields = new Set([
  'id',
  'author',
  'create_time',
  'update_time',
  'content',
  'status',
  'end_turn',
  'weight',
  'metadata',
  'recipient',
  'channel',
])
const metadataFields = new Set([
  'model_slug',
  'is_visually_hidden_from_conversation',
  'attachments',
  'citations',
  'content_references',
])
const nodeFields = new Set(['id', 'parent', 'children', 'message'])
const authorFields = new Set(['role', 'name'])
const roleNames: Readonly<Record<string, Role>> = {
  user: 'user',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
  tool: 'tool',
}
const answeredFor = new Set(['id', 'status', 'weight', 'recipient', 'channel', 'create_time', 'update_time'])
/** What a reader folds although it is neither a system's nor a tool's. */
const foldedContent = new Set([
  'thoughts',
  'reasoning_recap',
  'user_editable_context',
  'model_editable_context',
  'app_pairing_content',
])

/**
 * Reads the message `raw` of a node; `id` is the node's. Its attachments are also added to `pending`, to be looked
 * up among the export's files. The parent is left to the tree.
 */
export function readMessage(
  id: string,
  raw: JsonObject,
  node: JsonObject,
  defaultModel: string | undefined,
  pending: Attachment[],
): Message {
  const author = obj(raw['author']) ?? {}
  const metadata = obj(raw['metadata']) ?? {}
  const written = text(author['role'])
  const role = lookUp(roleNames, written) ?? 'tool'
  const name = text(author['name'])
  const recipient = text(raw['recipient']) ?? 'all'
  const content = obj(raw['content'])
  const kind = (content && text(content['content_type'])) ?? (content && 'parts' in content ? 'text' : '')

  const extra: Fields = {}
  const parts = content ? readContent(kind, content, { name, recipient, metadata }, extra) : unknownContent(raw['content'])
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

  keepMessageRest(
    extra,
    raw,
    metadata,
    parts.some((part) => part.type === 'text' && part.citations !== undefined),
  )
  if (written !== undefined && (!Object.hasOwn(roleNames, written) || written === 'developer')) extra['role'] = written
  if (text(raw['id']) !== undefined && raw['id'] !== id) extra['id'] = raw['id'] ?? null
  const authorRest = rest(author, authorFields)
  if (authorRest) extra['author'] = authorRest
  const nodeRest = rest(node, nodeFields)
  if (nodeRest) extra['node'] = nodeRest
  for (const field of ['author', 'metadata'] as const) {
    const odd = raw[field]
    if (odd !== undefined && !isBlank(odd) && !obj(odd)) parts.push({ type: 'unknown', kind: field, raw: odd })
  }
  put(message, 'extra', some(extra))
  keepLeftover(message, raw, answeredFor)
  putMicros(message, { time: raw['create_time'], ...(message.updated === undefined ? {} : { updated: raw['update_time'] }) })
  return message
}

const unknownContent = (value: Json | undefined): Part[] =>
  value === undefined || isBlank(value) ? [] : [{ type: 'unknown', kind: 'content', raw: value }]

/** Keeps what the message does not show; usual values (finished, weight 1, to all, the final channel) are left out. */
function keepMessageRest(extra: Fields, raw: JsonObject, metadata: JsonObject, cited: boolean) {
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
  if (!cited) {
    // Citations belong to a text; without one they stay where they were.
    for (const field of ['citations', 'content_references']) {
      const value = metadata[field]
      if (value !== undefined && !isBlank(value)) kept[field] = value
    }
  }
  const metadataRest = some(kept)
  if (metadataRest) extra['metadata'] = metadataRest
}
