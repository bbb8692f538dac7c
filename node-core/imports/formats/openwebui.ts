/**
 * Open WebUI: an array of chats (or one chat), each with a tree of messages in `chat.history`. Parallel models are
 * siblings, several roots are legal, and broken links are repaired.
 */

import type { Conversation, JsonObject } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { documents } from './documents.ts'
import { type FilesByName, filesByName } from './embedded.ts'
import { arr, bool, ident, obj, objects, refOf, rest, text, time } from './fields.ts'
import type { Format, FormatContext } from './format.ts'
import { anyHead, candidates, shapeOf } from './heads.ts'
import { readMessage } from './openwebui-message.ts'
import { chain, put, uniqueIds } from './put.ts'
import { orderTree, repaired, type TreeNode } from './tree.ts'

const isChats = (head: string) => {
  const shape = shapeOf(head)
  return (
    ['[].chat.history', 'chat.history', 'history.messages', '[].history.messages'].some((path) => shape.has(path)) ||
    ((shape.has('[].chat') || shape.has('chat')) && (shape.has('[].user_id') || shape.has('user_id')))
  )
}

export const openwebui: Format = {
  source: 'openwebui',
  name: 'openwebui',
  detect: async (source) => ((await anyHead(candidates(source, '.json'), isChats)) ? 1 : 0),

  async *read(source, context) {
    const files = filesByName(source)
    for await (const found of documents(candidates(source, '.json'), context.signal)) {
      if ('type' in found) {
        yield found
        continue
      }
      const raw = obj(found.value)
      const chat = obj(raw?.['chat']) ?? raw
      const ref = refOf(found.file.path, found.index, text(raw?.['title']) ?? text(chat?.['title']))
      if (!raw || !chat || !(obj(obj(chat['history'])?.['messages']) ?? arr(chat['messages']))) {
        if (raw?.['chat'] !== undefined || source.files.length === 1)
          yield { type: 'unreadable', ref, reason: importReason('no-messages', { field: 'messages' }) }
        continue
      }
      const conversation = await readChat(raw, chat, files, context)
      if ('reason' in conversation) yield { type: 'unreadable', ref, reason: conversation.reason }
      else yield { type: 'conversation', ref, conversation, ...repaired(conversation) }
    }
  },
}

const recordFields = new Set([
  'id',
  'title',
  'chat',
  'created_at',
  'updated_at',
  'archived',
  'pinned',
  'meta',
  'folder_id',
  'folder',
  'user_id',
])
const chatFields = new Set(['id', 'title', 'history', 'messages', 'tags', 'timestamp'])

async function readChat(
  raw: JsonObject,
  chat: JsonObject,
  files: FilesByName,
  context: FormatContext,
): Promise<Conversation | { reason: ImportReason }> {
  const { nodes, linked } = await nodesOf(chat, files, context)
  if (!linked) {
    chain(nodes.flatMap(({ message }) => message ?? []))
    for (const node of nodes) node.parent = node.message?.parent ?? null
  }
  const tree = orderTree(nodes, ident(obj(chat['history'])?.['currentId']))
  if ('reason' in tree) return tree
  const [first] = tree.messages
  const key = ident(raw['id']) ?? ident(chat['id']) ?? (first && `first:${first.id}`)
  if (!key) return { reason: importReason('no-id-no-messages') }

  const conversation: Conversation = { source: 'openwebui', key, messages: tree.messages }
  put(conversation, 'title', text(raw['title']) ?? text(chat['title']))
  put(conversation, 'created', time(raw['created_at']) ?? time(chat['timestamp']) ?? first?.time)
  put(conversation, 'updated', time(raw['updated_at']) ?? tree.messages.at(-1)?.time)
  put(conversation, 'current', tree.current)
  put(conversation, 'model', tree.messages.findLast(({ model }) => model)?.model ?? text(arr(chat['models'])?.[0]))
  if (bool(raw['archived'])) conversation.archived = true
  if (bool(raw['pinned'])) conversation.starred = true
  const tags = tagsOf(raw, chat)
  if (tags.length > 0) conversation.tags = tags
  const folder = ident(raw['folder_id'])
  const folderName = text(obj(raw['folder'])?.['name'])
  if (folder) conversation.project = folderName ? { id: folder, name: folderName } : { id: folder }
  const meta = obj(raw['meta'])
  // The record's title is the one that is shown; an older one may stand inside.
  const inner = text(chat['title'])
  const leftMeta = meta && rest(meta, new Set(['tags']))
  const extra = {
    ...rest(raw === chat ? {} : raw, recordFields),
    ...rest(chat, chatFields),
    ...(leftMeta ? { meta: leftMeta } : {}),
    ...(inner !== undefined && inner !== conversation.title ? { chat: { title: inner } } : {}),
  }
  if (Object.keys(extra).length > 0) conversation.extra = extra
  return conversation
}

/** Tags are strings, or objects with a `name`; the record's own come first. */
function tagsOf(raw: JsonObject, chat: JsonObject): string[] {
  const written = [...(arr(obj(raw['meta'])?.['tags']) ?? []), ...(arr(chat['tags']) ?? [])]
  return [...new Set(written.map((tag) => text(tag) ?? text(obj(tag)?.['name'])).filter((tag) => tag !== undefined))]
}

interface Nodes {
  nodes: TreeNode[]
  /** Whether any node says which one it follows. */
  linked: boolean
}

async function nodesOf(chat: JsonObject, files: FilesByName, context: FormatContext): Promise<Nodes> {
  const unique = uniqueIds()
  const history = obj(obj(chat['history'])?.['messages'])
  const entries: [string, JsonObject][] = history
    ? Object.entries(history).map(([id, value]) => [id, obj(value) ?? {}])
    : objects(chat['messages']).map((value, index) => [ident(value['id']) ?? `message-${index}`, value])
  const nodes: TreeNode[] = []
  let linked = false
  for (const [id, raw] of entries) {
    const parent = ident(raw['parentId']) ?? null
    const children = (arr(raw['childrenIds']) ?? []).map((child) => ident(child)).filter((child) => child !== undefined)
    linked ||= parent !== null || children.length > 0
    const own = unique(id)
    // A node that an interrupted write left empty only joins its neighbours.
    const message = raw['role'] === undefined && raw['content'] === undefined ? null : await readMessage(raw, own, files, context)
    nodes.push({ id: own, parent: parent === own ? null : parent, message, children })
  }
  return { nodes, linked }
}
