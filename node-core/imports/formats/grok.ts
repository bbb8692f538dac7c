/**
 * Grok: `prod-grok-backend.json` with `conversations`, `projects`, `tasks` and `media_posts`, and uploaded files as
 * `prod-mc-asset-server/<id>/content`.
 */

import type { Conversation, JsonObject } from '../../contract/content.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { jsonElements } from '../reading/json.ts'
import { baseName, filesByHead, jsonFiles } from './detect.ts'
import { arr, bool, ident, obj, objects, refOf, rest, text, time } from './fields.ts'
import type { ExportFile, ExportSource, Format, FormatContext, Found } from './format.ts'
import { readResponse } from './grok-message.ts'
import { anyHead, candidates, shapeOf } from './heads.ts'
import { chain, emptyMessage, put, uniqueIds } from './put.ts'
import { orderTree, repaired } from './tree.ts'

const isBackend = (head: string) => {
  const shape = shapeOf(head)
  return shape.has('conversations[].conversation') || shape.has('conversations[].responses')
}
const named = /^prod-grok-backend\.json$/i

export const grok: Format = {
  source: 'grok',
  name: 'grok',
  async detect(source) {
    if (await anyHead(candidates(source, '.json'), isBackend)) return 1
    return source.files.some(({ path }) => named.test(baseName(path))) ? 0.6 : 0
  },

  async *read(source, context) {
    const assets = assetsOf(source)
    const byName = source.files.filter(({ path }) => named.test(baseName(path)))
    for (const file of byName.length > 0 ? byName : await filesByHead(jsonFiles(source), isBackend)) {
      for await (const element of jsonElements(file, { at: ['conversations'], signal: context.signal })) {
        const raw = 'value' in element ? obj(element.value) : undefined
        const ref = refOf(file.path, element.index, text(obj(raw?.['conversation'])?.['title']))
        const read = 'error' in element ? { reason: element.error } : await readConversation(raw, assets, context)
        if ('reason' in read) yield { type: 'unreadable', ref, reason: read.reason }
        else yield { type: 'conversation', ref, conversation: read, ...repaired(read) }
      }
      yield* documents(file, context)
    }
  },
}

/** Uploaded files by their asset id. */
function assetsOf(source: ExportSource): ReadonlyMap<string, ExportFile> {
  const assets = new Map<string, ExportFile>()
  for (const file of source.files) {
    const id = /(?:^|\/)prod-mc-asset-server\/+([^/]+)\/content$/.exec(file.path)?.[1]
    if (id) assets.set(id, file)
  }
  return assets
}

const conversationFields = new Set(['id', 'title', 'create_time', 'modify_time', 'starred', 'leaf_response_id', 'workspace_id'])

async function readConversation(
  raw: JsonObject | undefined,
  assets: ReadonlyMap<string, ExportFile>,
  context: FormatContext,
): Promise<Conversation | { reason: ImportReason }> {
  const head = obj(raw?.['conversation']) ?? {}
  const key = text(head['id'])
  const responses = arr(raw?.['responses'])
  if (!raw) return { reason: importReason('no-object') }
  if (!key) return { reason: importReason('no-id', { field: 'conversation.id' }) }
  if (!responses) return { reason: importReason('no-messages', { field: 'responses' }) }
  const unique = uniqueIds()
  const messages = []
  let linked = false
  for (const [index, entry] of objects(responses).entries()) {
    const message = await readResponse(entry, unique, index, assets, context)
    linked ||= message.parent !== null
    messages.push(message)
  }
  // Older exports have no parents at all: there the order is the conversation.
  if (!linked) chain(messages)
  const tree = orderTree(
    messages.map((message) => ({ id: message.id, parent: message.parent, message })),
    ident(head['leaf_response_id']),
  )
  if ('reason' in tree) return tree
  const conversation: Conversation = { source: 'grok', key, messages: tree.messages }
  put(conversation, 'title', text(head['title']))
  put(conversation, 'created', time(head['create_time']) ?? messages[0]?.time)
  put(conversation, 'updated', time(head['modify_time']) ?? messages.at(-1)?.time)
  put(conversation, 'current', tree.current)
  if (bool(head['starred'])) conversation.starred = true
  const project = text(head['workspace_id'])
  if (project) conversation.project = { id: project }
  put(conversation, 'model', messages.findLast(({ model }) => model !== undefined)?.model)
  const extra = { ...rest(head, conversationFields), ...rest(raw, new Set(['conversation', 'responses'])) }
  if (Object.keys(extra).length > 0) conversation.extra = extra
  return conversation
}

/** What a person keeps beside conversations, each as a document: workspaces with their instructions, tasks, posts. */
async function* documents(file: ExportFile, { signal }: FormatContext): AsyncIterable<Found> {
  for (const [list, kind] of [
    ['projects', 'project'],
    ['tasks', 'task'],
    ['media_posts', 'media'],
  ] as const) {
    for await (const element of jsonElements(file, { at: [list], signal })) {
      const ref = `${file.path} ${list} #${element.index + 1}`
      const raw = 'value' in element ? obj(element.value) : undefined
      if (raw) yield { type: 'conversation', ref, conversation: documentOf(raw, kind, element.index) }
      else yield { type: 'unreadable', ref, reason: 'error' in element ? element.error : importReason('no-object') }
    }
  }
}

const textFields = ['custom_personality', 'description', 'prompt', 'original_prompt', 'link'] as const
const documentFields = new Set(['id', 'name', 'title', 'create_time', 'modify_time', ...textFields])

function documentOf(raw: JsonObject, kind: string, index: number): Conversation {
  const id = text(raw['id']) ?? text(raw['workspace_id']) ?? String(index)
  const message = emptyMessage(id, null, 'system')
  delete message.folded
  put(message, 'time', time(raw['create_time']))
  for (const field of textFields) {
    const written = text(raw[field])
    if (written) message.parts.push({ type: 'text', text: written })
  }
  const conversation: Conversation = {
    source: 'grok',
    key: `${kind}:${id}`,
    messages: [message],
    extra: { kind, ...rest(raw, documentFields) },
  }
  put(conversation, 'title', text(raw['name']) ?? text(raw['title']))
  put(conversation, 'created', message.time)
  put(conversation, 'updated', time(raw['modify_time']) ?? message.time)
  return conversation
}
