/**
 * ChatGPT's export: `conversations.json` or its shards, bare, in a folder or a ZIP, or in the ZIPs inside the
 * privacy portal's archive; beside them assets, group chats and documents.
 */
import type { Conversation, Json } from '../../contract/content.ts'
import { jsonElements } from '../reading/json.ts'
import { assetsOf } from './chatgpt-assets.ts'
import { readConversation, type Unsettled } from './chatgpt-conversation.ts'
import { readGroupChat } from './chatgpt-group.ts'
import { readDocument, sideRecords } from './chatgpt-sides.ts'
import { baseName } from './detect.ts'
import { obj, refOf, str } from './fields.ts'
import type { ExportSource, Format, FormatContext, Found } from './format.ts'
import { type ElementKeys, filesOf, someFile } from './lists.ts'
import { firstOfItsKey } from './once.ts'
import { repaired } from './tree.ts'

const named = /^conversations(?:[-_]\d+)?\.json$/i
const isMapping = (has: ElementKeys) => has('mapping') && !has('inserted_at')
const sideFiles = /^(?:message_feedback|shared_conversations|conversation_asset_file_names|export_manifest|group_chats)\.json$/i

export const chatgpt: Format = {
  source: 'chatgpt',
  name: 'chatgpt',

  async detect(source) {
    if (await someFile(source, isMapping)) return 1
    const names = source.files.map((file) => baseName(file.path))
    return names.some((name) => named.test(name)) && names.some((name) => sideFiles.test(name)) ? 0.6 : 0
  },

  async *read(source, context) {
    const assets = await assetsOf(source, context)
    const isFirst = firstOfItsKey()
    const feedback = await sideRecords(source, 'message_feedback.json', context.signal)
    const shared = await sideRecords(source, 'shared_conversations.json', context.signal)

    const settle = async ({ conversation, pending }: Unsettled): Promise<Conversation> => {
      for (const attachment of pending) await assets.resolve(attachment)
      const beside: Record<string, Json> = {}
      if (feedback.has(conversation.key)) beside['feedback'] = feedback.get(conversation.key) ?? []
      if (shared.has(conversation.key)) beside['shared'] = shared.get(conversation.key) ?? []
      return Object.keys(beside).length === 0 ? conversation : { ...conversation, extra: { ...conversation.extra, ...beside } }
    }

    for (const file of await filesOf(source, named, isMapping)) {
      for await (const element of jsonElements(file, { signal: context.signal })) {
        const ref = refOf(file.path, element.index, 'value' in element ? str(obj(element.value)?.['title']) : undefined)
        if ('error' in element) {
          yield { type: 'unreadable', ref, reason: element.error }
          continue
        }
        const read = readConversation(element.value)
        if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
        else if (isFirst(read.conversation))
          yield { type: 'conversation', ref, conversation: await settle(read), ...repaired(read.conversation) }
      }
    }
    yield* groupChats(source, context, settle, isFirst)
    yield* documents(source, context)
  },
}

async function* groupChats(
  source: ExportSource,
  { signal }: FormatContext,
  settle: (read: Unsettled) => Promise<Conversation>,
  isFirst: (conversation: Conversation) => boolean,
): AsyncIterable<Found> {
  for (const file of source.files) {
    if (!/^group_chats\.json$/i.test(baseName(file.path))) continue
    for await (const element of jsonElements(file, { signal })) {
      const ref = refOf(file.path, element.index)
      const read = 'error' in element ? { reason: element.error } : readGroupChat(element.value)
      if (read === undefined) continue
      if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
      else if (isFirst(read.conversation))
        yield { type: 'conversation', ref, conversation: await settle(read), ...repaired(read.conversation) }
    }
  }
}

async function* documents(source: ExportSource, { signal }: FormatContext): AsyncIterable<Found> {
  for (const file of source.files) {
    if (!/(?:^|\/)textdocs\/[^/]+\.json$/i.test(file.path)) continue
    for await (const element of jsonElements(file, { signal })) {
      const ref = refOf(file.path, element.index)
      if ('error' in element) yield { type: 'unreadable', ref, reason: element.error }
      else yield { type: 'conversation', ref, conversation: readDocument(element.value, baseName(file.path), element.index) }
    }
  }
}
