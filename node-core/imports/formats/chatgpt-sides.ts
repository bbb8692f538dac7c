/** The small files beside ChatGPT's conversations: ratings, shared links, and the documents of its canvas. */
import type { Conversation, Json } from '../../contract/content.ts'
import { jsonElements } from '../reading/json.ts'
import { baseName } from './detect.ts'
import { ident, keepRest, obj, text, time } from './fields.ts'
import type { ExportSource } from './format.ts'
import { put } from './put.ts'

/** Records of a side file are kept only up to this many bytes; a larger one is no list of ratings or links. */
const sideLimit = 32 * 1024 * 1024

/** The records of the side file `name`, by the conversation that they speak of. Those that name none are left out. */
export async function sideRecords(source: ExportSource, name: string, signal: AbortSignal): Promise<Map<string, Json[]>> {
  const found = new Map<string, Json[]>()
  for (const file of source.files) {
    if (baseName(file.path).toLowerCase() !== name || file.size > sideLimit) continue
    for await (const element of jsonElements(file, { signal })) {
      const record = 'value' in element ? obj(element.value) : undefined
      const key = record && text(record['conversation_id'])
      if (!record || !key) continue
      const { conversation_id: _, ...said } = record
      const others = found.get(key)
      if (others) others.push(said)
      else found.set(key, [said])
    }
  }
  return found
}

const documentFields = new Set([
  'id',
  'textdoc_id',
  'title',
  'name',
  'content',
  'create_time',
  'created_at',
  'update_time',
  'updated_at',
])

/** A document of the canvas as a conversation of one message; the report counts it apart (`extra.kind`). */
export function readDocument(value: Json, fileName: string, index: number): Conversation {
  const record = obj(value) ?? {}
  const id =
    ident(record['id']) ?? ident(record['textdoc_id']) ?? `${fileName.replace(/\.json$/i, '')}${index > 0 ? `-${index}` : ''}`
  const title = text(record['title']) ?? text(record['name'])
  const created = time(record['create_time']) ?? time(record['created_at'])
  const updated = time(record['update_time']) ?? time(record['updated_at']) ?? created
  const content = text(record['content'])
  const conversation: Conversation = {
    source: 'chatgpt',
    key: `textdoc:${id}`,
    messages: [
      {
        id,
        parent: null,
        role: 'assistant',
        parts: [
          {
            type: 'artifact',
            id,
            kind: text(record['textdoc_type']) ?? text(record['type']) ?? 'document',
            text: content ?? '',
            ...(title ? { title } : {}),
            ...(content === undefined ? { raw: value } : {}),
          },
        ],
        ...(created === undefined ? {} : { time: created }),
      },
    ],
    extra: keepRest({ kind: 'document' }, content === undefined ? {} : record, documentFields),
  }
  put(conversation, 'title', title)
  put(conversation, 'created', created)
  put(conversation, 'updated', updated)
  return conversation
}
