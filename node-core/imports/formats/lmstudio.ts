/**
 * LM Studio: one `*.conversation.json` per chat. A message has versions, of which one is selected: every version is
 * kept, as siblings under the selected version before it. Versions carry no ids; their places are their ids, which
 * hold as the chat grows, because versions and messages are only ever added at the end.
 */

import type { Conversation, Json, JsonObject, Message } from '../../contract/content.ts'
import { importReason } from '../../contract/import-reasons.ts'
import { documents } from './documents.ts'
import { type FilesByName, filesByName } from './embedded.ts'
import { arr, bool, num, obj, objects, refOf, rest, text, time } from './fields.ts'
import type { ExportFile, Format, FormatContext } from './format.ts'
import { anyHead, candidates, fileStem, shapeOf } from './heads.ts'
import { keepLeftover } from './leftover.ts'
import { versionParts } from './lmstudio-parts.ts'
import { emptyMessage, put, roleOf } from './put.ts'

const isChat = (head: string) => {
  const shape = shapeOf(head)
  return shape.has('messages[].versions') || (shape.has('messages') && shape.has('createdAt') && shape.has('tokenCount'))
}
const named = /\.conversation\.json$/i

export const lmstudio: Format = {
  source: 'lmstudio',
  name: 'lmstudio',
  detect: async (source) => ((await anyHead(candidates(source, '.json'), isChat)) ? 1 : 0),

  async *read(source, context) {
    const files = filesByName(source)
    for await (const found of documents(candidates(source, '.json'), context.signal)) {
      if ('type' in found) {
        yield found
        continue
      }
      const raw = obj(found.value)
      const ref = refOf(found.file.path, found.index, text(raw?.['name']))
      if (raw && arr(raw['messages'])?.every((message) => arr(obj(message)?.['versions']) !== undefined)) {
        yield { type: 'conversation', ref, conversation: await readChat(raw, found.file, files, context) }
      } else if (named.test(found.file.path) || source.files.length === 1) {
        yield { type: 'unreadable', ref, reason: importReason('no-messages', { field: 'messages.versions' }) }
      }
    }
  },
}

const chatFields = new Set([
  'name',
  'createdAt',
  'pinned',
  'messages',
  'userLastMessagedAt',
  'assistantLastMessagedAt',
  'lastUsedModel',
  'tokenCount',
  'clientInput',
  'clientInputFiles',
  'userFilesSizeBytes',
])

async function readChat(raw: JsonObject, file: ExportFile, files: FilesByName, context: FormatContext): Promise<Conversation> {
  const created = time(raw['createdAt'])
  // The app names files by the moment of creation; a copy of a chat has its own name but may repeat `createdAt`.
  const stem = fileStem(file.path).replace(/\.conversation$/i, '')
  const key = /^\d{10,}$/.test(stem) ? stem : created !== undefined ? String(created) : stem
  const conversation: Conversation = { source: 'lmstudio', key, messages: [] }
  put(conversation, 'title', text(raw['name']))
  put(conversation, 'created', created)
  const last = Math.max(time(raw['userLastMessagedAt']) ?? 0, time(raw['assistantLastMessagedAt']) ?? 0)
  put(conversation, 'updated', last > 0 ? last : undefined)
  if (bool(raw['pinned'])) conversation.starred = true
  const model = obj(raw['lastUsedModel'])
  put(conversation, 'model', text(model?.['identifier']) ?? text(model?.['indexedModelIdentifier']))
  put(conversation, 'extra', rest(raw, chatFields))

  let parent: string | null = null
  for (const [place, entry] of objects(raw['messages']).entries()) {
    const versions = arr(entry['versions']) ?? []
    const selected = Math.min(Math.max(num(entry['currentlySelected']) ?? versions.length - 1, 0), versions.length - 1)
    for (const [number, version] of versions.entries()) {
      const message = await readVersion(version, `${place}.${number}`, parent, files, context)
      if (number === selected) conversation.current = message.id
      conversation.messages.push(message)
    }
    parent = conversation.current ?? parent
  }
  return conversation
}

const answeredFor = new Set(['type', 'role'])
const versionFields = new Set(['type', 'role', 'content', 'steps', 'senderInfo'])

async function readVersion(
  version: Json,
  id: string,
  parent: string | null,
  files: FilesByName,
  context: FormatContext,
): Promise<Message> {
  const raw = obj(version)
  const message = emptyMessage(id, parent, roleOf(raw?.['role']) ?? 'assistant')
  if (!raw) {
    message.parts.push({ type: 'unknown', kind: 'version', raw: version })
    return message
  }
  const model = await versionParts(raw, message, files, context)
  const sender = text(obj(raw['senderInfo'])?.['senderName'])
  if (message.role === 'assistant') put(message, 'model', model ?? sender)
  if (sender !== message.model) put(message, 'author', sender)
  const left = rest(raw, versionFields)
  if (left) message.extra = { ...message.extra, ...left }
  keepLeftover(message, raw, answeredFor)
  return message
}
