/**
 * Mistral's Le Chat: one `chat-<uuid>.json` per conversation, an array of messages in no particular order, and the
 * files of a conversation in `chat-<uuid>-files/`. There are no titles.
 */

import type { Conversation, JsonObject, Message } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { jsonElements } from '../reading/json.ts'
import { baseName, dirName } from './detect.ts'
import { damaged } from './documents.ts'
import { ident, obj, text } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'
import { anyHead, candidates, fileStem, shapeOf } from './heads.ts'
import { readMessage } from './lechat-message.ts'
import { chain, put, uniqueIds } from './put.ts'
import { orderTree } from './tree.ts'

const isChat = (head: string) => {
  const shape = shapeOf(head)
  return shape.has('[].chatId') && shape.has('[].role') && (shape.has('[].contentChunks') || shape.has('[].content'))
}
const named = /^chat-[\da-f-]{36}\.json$/i

export const lechat: Format = {
  source: 'lechat',
  name: 'lechat',
  async detect(source) {
    if (await anyHead(candidates(source, '.json'), isChat)) return 1
    return source.files.some(({ path }) => named.test(baseName(path))) ? 0.4 : 0
  },

  async *read(source, context) {
    for (const file of candidates(source, '.json')) {
      if (/-files\/[^/]*$/.test(file.path)) continue
      try {
        yield* readChat(file, source, context)
      } catch (error) {
        yield damaged(source.files.length === 1, error)
      }
    }
  },
}

async function* readChat(file: ExportFile, source: ExportSource, context: FormatContext): AsyncIterable<Found> {
  const unique = uniqueIds()
  const files = filesBeside(file, source)
  const messages: Message[] = []
  let key: string | undefined
  let linked = false
  for await (const element of jsonElements(file, { signal: context.signal })) {
    const raw = 'value' in element ? obj(element.value) : undefined
    // Other JSON files of an archive are not ours to report.
    if (!raw || text(raw['chatId']) === undefined) {
      if (messages.length === 0 && !named.test(baseName(file.path)) && source.files.length > 1) return
      yield {
        type: 'unreadable',
        ref: `${file.path} #${element.index + 1}`,
        reason: 'error' in element ? element.error : importReason('no-chat-message'),
      }
      // nothing of a chat is kept by halves
      if ('error' in element) return
      continue
    }
    key ??= text(raw['chatId'])
    linked ||= parentOf(raw) !== null
    messages.push(await readMessage(raw, unique(ident(raw['id']) ?? `message-${element.index}`), parentOf(raw), files, context))
  }
  const conversation = chatOf(key ?? fileStem(file.path).replace(/^chat-/, ''), messages, linked)
  if ('reason' in conversation) yield { type: 'unreadable', ref: file.path, reason: conversation.reason }
  else yield { type: 'conversation', ref: file.path, conversation }
}

const parentOf = (raw: JsonObject): string | null => ident(raw['parentId']) ?? null

function chatOf(key: string, messages: Message[], linked: boolean): Conversation | { reason: ImportReason } {
  // Sorting is stable: messages of one millisecond stay in the file's order.
  const byTime = [...messages].sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
  if (!linked) chain(byTime)
  const tree = orderTree(byTime.map((message) => ({ id: message.id, parent: message.parent, message })))
  if ('reason' in tree) return tree
  const conversation: Conversation = { source: 'lechat', key, messages: tree.messages }
  put(conversation, 'created', byTime[0]?.time)
  put(conversation, 'updated', byTime.at(-1)?.time)
  put(conversation, 'model', byTime.findLast(({ model }) => model !== undefined)?.model)
  return conversation
}

/** The files in the chat's own folder, by name. */
function filesBeside(file: ExportFile, source: ExportSource): ReadonlyMap<string, ExportFile> {
  const folder = `${dirName(file.path)}${fileStem(file.path)}-files/`
  const found = new Map<string, ExportFile>()
  for (const other of source.files) if (other.path.startsWith(folder)) found.set(other.path.slice(folder.length), other)
  return found
}
