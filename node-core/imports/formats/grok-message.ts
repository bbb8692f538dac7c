/** One of Grok's responses, `{response: {…}, share_link}`, as a message. */
import type { Json, JsonObject, Message } from '../../contract/content.ts'
import { attachment } from './embedded.ts'
import { arr, ident, obj, objects, rest, str, text, time } from './fields.ts'
import type { ExportFile, FormatContext } from './format.ts'
import { keepLeftover } from './leftover.ts'
import { emptyMessage, put, putMicros, roleOf } from './put.ts'

const responseFields = new Set([
  '_id',
  'conversation_id',
  'message',
  'sender',
  'create_time',
  'parent_response_id',
  'model',
  'thinking_trace',
  'agent_thinking_traces',
  'cited_web_search_results',
  'generated_image_urls',
  'file_attachments',
])

const answeredFor = new Set(['_id', 'conversation_id', 'sender', 'create_time', 'parent_response_id'])

/** `unique` keeps ids apart within the conversation; a response without an id is named by its place. */
export async function readResponse(
  entry: JsonObject,
  unique: (id: string) => string,
  index: number,
  assets: ReadonlyMap<string, ExportFile>,
  context: FormatContext,
): Promise<Message> {
  const raw = obj(entry['response']) ?? entry
  const id = unique(objectId(raw['_id']) ?? `response-${index}`)
  // Senders are seen as human, assistant, ASSISTANT and names of models.
  const message = emptyMessage(id, objectId(raw['parent_response_id']) ?? null, roleOf(raw['sender']) ?? 'assistant')
  put(message, 'time', bsonTime(raw['create_time']))
  put(message, 'model', text(raw['model']))

  for (const trace of objects(raw['agent_thinking_traces'])) {
    const thought = text(trace['thinking_trace'])
    if (thought)
      message.parts.push({
        type: 'reasoning',
        text: thought,
        ...(text(trace['agent_id']) ? { summary: text(trace['agent_id']) ?? '' } : {}),
      })
  }
  const thought = text(raw['thinking_trace'])
  if (thought) message.parts.push({ type: 'reasoning', text: thought })
  const written = str(raw['message'])
  const citations = arr(raw['cited_web_search_results'])
  if (written || citations?.length) {
    message.parts.push({ type: 'text', text: written ?? '', ...(citations?.length ? { citations } : {}) })
  }
  for (const file of arr(raw['file_attachments']) ?? []) await readFile(file, message, assets, context)
  for (const url of arr(raw['generated_image_urls']) ?? []) {
    const asset = assets.get(/([\da-f-]{36})/.exec(str(url) ?? '')?.[1] ?? '')
    message.parts.push(await attachment(str(url) ?? '', { kind: 'image' }, asset, context))
  }
  const extra = { ...rest(raw, responseFields), ...rest(entry, new Set(['response'])) }
  if (raw !== entry && Object.keys(extra).length > 0) message.extra = extra
  else if (raw === entry) put(message, 'extra', rest(raw, responseFields))
  keepLeftover(message, raw, answeredFor)
  putMicros(message, { time: obj(raw['create_time'])?.['$date'] ?? raw['create_time'] })
  return message
}

async function readFile(
  file: Json,
  message: Message,
  assets: ReadonlyMap<string, ExportFile>,
  context: FormatContext,
): Promise<void> {
  const raw = obj(file)
  const id = text(file) ?? text(raw?.['id']) ?? text(raw?.['file_metadata_id']) ?? text(raw?.['asset_id']) ?? ''
  const facts = {
    name: text(raw?.['file_name']) ?? text(raw?.['name']) ?? id,
    mime: text(raw?.['file_mime_type']) ?? text(raw?.['mime_type']),
  }
  message.parts.push(await attachment(id, facts, assets.get(id), context))
}

/** `{$oid: "…"}` as databases write it, or the id itself. */
const objectId = (value: Json | undefined): string | undefined => ident(value) ?? ident(obj(value)?.['$oid'])

/** `{$date: {$numberLong: "<ms>"}}`, `{$date: "<ISO>"}`, or a plain time; milliseconds. */
export function bsonTime(value: Json | undefined): number | undefined {
  const date = obj(value)?.['$date']
  if (date === undefined) return time(value)
  const long = obj(date)?.['$numberLong']
  if (long === undefined) return time(date)
  const ms = Number(str(long) ?? long)
  return Number.isSafeInteger(ms) ? ms : undefined
}
