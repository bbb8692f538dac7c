/**
 * LibreChat: a JSON file per conversation, its messages flat with `parentMessageId` or nested as `messagesTree`.
 * The provider does not export which branch it shows.
 */

import type { Conversation, JsonObject, Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { documents } from './documents.ts'
import { type FilesByName, filesByName } from './embedded.ts'
import { arr, ident, obj, objects, refOf, rest, text, time } from './fields.ts'
import type { Format, FormatContext } from './format.ts'
import { anyHead, candidates, shapeOf } from './heads.ts'
import { readMessage } from './librechat-message.ts'
import { chain, put, uniqueIds } from './put.ts'
import { orderTree, repaired } from './tree.ts'

const isChat = (head: string) => {
  const shape = shapeOf(head)
  return ['', '[].'].some(
    (at) =>
      shape.has(`${at}messagesTree`) ||
      shape.has(`${at}messages[].parentMessageId`) ||
      shape.has(`${at}messages[].messageId`) ||
      (shape.has(`${at}conversationId`) && shape.has(`${at}endpoint`)),
  )
}

export const librechat: Format = {
  source: 'librechat',
  name: 'librechat',
  detect: async (source) => ((await anyHead(candidates(source, '.json'), isChat)) ? 1 : 0),

  async *read(source, context) {
    const files = filesByName(source)
    for await (const found of documents(candidates(source, '.json'), context.signal)) {
      if ('type' in found) {
        yield found
        continue
      }
      const raw = obj(found.value)
      const ref = refOf(found.file.path, found.index, text(raw?.['title']))
      const nested = arr(raw?.['messagesTree'])
      const flat = nested
        ? flatten(nested.map((entry) => obj(entry) ?? {}))
        : arr(raw?.['messages']) && objects(raw?.['messages'])
      if (!raw || !flat) {
        // Other JSON files of an archive are not ours to report.
        if (raw?.['conversationId'] !== undefined || source.files.length === 1)
          yield { type: 'unreadable', ref, reason: importReason('no-messages', { field: 'messages' }) }
        continue
      }
      const conversation = await readChat(raw, flat, files, context)
      if ('reason' in conversation) yield { type: 'unreadable', ref, reason: conversation.reason }
      else yield { type: 'conversation', ref, conversation, ...repaired(conversation) }
    }
  },
}

interface Entry {
  raw: JsonObject
  /** The message that holds it among its children. */
  above?: JsonObject
}

/** The messages of a nested tree, parents first. */
function flatten(roots: readonly JsonObject[]): JsonObject[] {
  const flat: JsonObject[] = []
  const waiting: Entry[] = roots.map((raw) => ({ raw })).reverse()
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    const { raw, above } = entry
    flat.push(above && parentOf(raw) === null ? { ...raw, parentMessageId: above['messageId'] ?? null } : raw)
    for (const child of objects(raw['children']).reverse()) waiting.push({ raw: child, above: raw })
  }
  return flat
}

/** The provider's mark for a root. */
const none = '00000000-0000-0000-0000-000000000000'
const parentOf = (raw: JsonObject): string | null => {
  const parent = ident(raw['parentMessageId'])
  return parent === undefined || parent === none ? null : parent
}

const chatFields = new Set([
  'conversationId',
  'title',
  'exportAt',
  'branches',
  'recursive',
  'messages',
  'messagesTree',
  'createdAt',
  'updatedAt',
  'isArchived',
  'tags',
])

async function readChat(
  raw: JsonObject,
  entries: readonly JsonObject[],
  files: FilesByName,
  context: FormatContext,
): Promise<Conversation | { reason: ImportReason }> {
  const unique = uniqueIds()
  const messages: Message[] = []
  for (const [index, entry] of entries.entries()) {
    messages.push(
      await readMessage(entry, unique(ident(entry['messageId']) ?? `message-${index}`), parentOf(entry), files, context),
    )
  }
  if (!entries.some((entry) => ident(entry['parentMessageId']) !== undefined)) chain(messages)
  const key = text(raw['conversationId']) ?? text(entries.find((entry) => text(entry['conversationId']))?.['conversationId'])
  if (key === undefined) return { reason: importReason('no-id', { field: 'conversationId' }) }
  const tree = orderTree(messages.map((message) => ({ id: message.id, parent: message.parent, message })))
  if ('reason' in tree) return tree

  const conversation: Conversation = { source: 'librechat', key, messages: tree.messages }
  const times = messages.flatMap(({ time: at, updated }) => [at ?? updated, updated ?? at]).filter((at) => at !== undefined)
  put(conversation, 'title', text(raw['title']))
  put(conversation, 'created', time(raw['createdAt']) ?? least(times))
  put(conversation, 'updated', time(raw['updatedAt']) ?? most(times))
  // A rename changes no message, and files written by the app have no `updatedAt`.
  const exported = text(raw['exportAt'])
  if (exported && /^\d{4}-\d{2}-\d{2}T/.test(exported)) put(conversation, 'asOf', time(exported))
  const options = obj(raw['options'])
  put(conversation, 'model', text(options?.['model']) ?? messages.findLast(({ model }) => model !== undefined)?.model)
  if (raw['isArchived'] === true) conversation.archived = true
  const tags = (arr(raw['tags']) ?? []).map((tag) => text(tag)).filter((tag) => tag !== undefined)
  if (tags.length > 0) conversation.tags = tags
  put(conversation, 'extra', rest(raw, chatFields))
  return conversation
}

const least = (times: readonly number[]): number | undefined =>
  times.reduce<number | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined)
const most = (times: readonly number[]): number | undefined =>
  times.reduce<number | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined)
