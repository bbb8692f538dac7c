/** ChatGPT's content types as parts. What a part does not hold goes into `extra.content` as it came. */
import type { Json, JsonObject, Part } from '../../contract/content.ts'
import { partTypes, pointerPart, textParts } from './chatgpt-parts.ts'
import { arr, type Fields, isBlank, keepRest, lookUp, obj, objects, rest, some, str, text } from './fields.ts'

/** What a content needs to know of its message. */
interface Around {
  name: string | undefined
  recipient: string
  metadata: JsonObject
}

type Reader = (content: JsonObject, around: Around, left: Fields) => Part[]
interface ContentType {
  /** The fields that the parts hold. */
  known: ReadonlySet<string>
  read: Reader
}

const type = (fields: string, read: Reader): ContentType => ({ known: new Set(`content_type ${fields}`.split(' ')), read })

const quoteType = type('url title text', (content) => [
  {
    type: 'quote',
    text: str(content['text']) ?? '',
    ...optional('title', text(content['title'])),
    ...optional('url', text(content['url'])),
  },
])
const mixedType = type('parts', (content, around, left) => mixedParts(arr(content['parts']) ?? [], around, left))

const contentTypes: Readonly<Record<string, ContentType>> = {
  text: mixedType,
  multimodal_text: mixedType,
  code: type('language text', (content, { recipient, metadata }) => {
    const body = str(content['text']) ?? ''
    if (recipient === 'all' || recipient === 'python')
      return [{ type: 'code', language: str(content['language']) ?? '', text: body }]
    return [canvas(recipient, body, metadata) ?? { type: 'tool-call', name: recipient, input: body }]
  }),
  execution_output: type('text', (content, { name }) => [
    { type: 'tool-result', ...optional('name', name), text: str(content['text']) ?? '' },
  ]),
  thoughts: type('thoughts', (content, _, left) => readThoughts(objects(content['thoughts']), left)),
  reasoning_recap: type('content', (content) => [
    { type: 'reasoning', text: '', ...optional('summary', text(content['content'])) },
  ]),
  tether_quote: quoteType,
  sonic_webpage: quoteType,
  tether_browsing_display: type('result', (content, { name }) => [
    { type: 'tool-result', ...optional('name', name), text: str(content['result']) ?? '' },
  ]),
  system_error: type('name text', (content, { name }) => [
    { type: 'tool-result', ...optional('name', text(content['name']) ?? name), text: str(content['text']) ?? '', error: true },
  ]),
  computer_output: type('screenshot', (content, { name }) => {
    const screenshot = obj(content['screenshot'])
    const picture = screenshot && pointerPart(screenshot, 'asset_pointer', 'image')
    return [{ type: 'tool-result', ...optional('name', name), text: '' }, ...(picture ? [picture] : [])]
  }),
  citable_code_output: type('output_str', (content, { name }) => [
    { type: 'tool-result', ...optional('name', name), text: str(content['output_str']) ?? '' },
  ]),
  user_editable_context: type('user_profile user_instructions', (content, _, left) => {
    // Two texts that look alike: which is which is written down.
    left['content_type'] = 'user_editable_context'
    left['order'] = ['user_profile', 'user_instructions'].filter((field) => text(content[field]))
    return [content['user_profile'], content['user_instructions']].flatMap(textParts)
  }),
  model_editable_context: type('model_set_context', (content, _, left) => {
    left['content_type'] = 'model_editable_context'
    return textParts(content['model_set_context'])
  }),
  app_pairing_content: type('context_parts', (content, _, left) => {
    left['content_type'] = 'app_pairing_content'
    const parts = objects(content['context_parts'])
    if (parts.some((part) => !text(part['text']))) left['context_parts'] = content['context_parts'] ?? null
    return parts.flatMap((part) => textParts(part['text']))
  }),
}

/** The parts of a message's content; a type that is not known is kept as it came. */
export function readContent(kind: string, content: JsonObject, around: Around, extra: Fields): Part[] {
  const known = lookUp(contentTypes, kind)
  if (known === undefined) return [{ type: 'unknown', kind: kind || 'content', raw: content }]
  const left: Fields = {}
  const parts = known.read(content, around, left)
  // A list that is something else is none that a reader above can go through.
  for (const field of ['parts', 'thoughts']) {
    const odd = content[field]
    if (known.known.has(field) && odd !== undefined && !isBlank(odd) && !arr(odd))
      parts.push({ type: 'unknown', kind: field, raw: odd })
  }
  for (const odd of arr(content['thoughts']) ?? [])
    if (known.known.has('thoughts') && !isBlank(odd) && !obj(odd)) parts.push({ type: 'unknown', kind: 'thought', raw: odd })
  const kept = some(keepRest(left, content, known.known))
  if (kept) extra['content'] = kept
  return parts
}

/** Text and objects in the order in which they are shown. A text to a tool is a call of it. */
function mixedParts(written: readonly Json[], { recipient, metadata }: Around, left: Fields): Part[] {
  const parts: Part[] = []
  const leftovers: Fields = {}
  let citations: Json[] | undefined = [...(arr(metadata['citations']) ?? []), ...(arr(metadata['content_references']) ?? [])]
  for (const [index, value] of written.entries()) {
    if (typeof value === 'string') {
      if (value === '') continue
      if (recipient !== 'all') {
        parts.push(canvas(recipient, value, metadata) ?? { type: 'tool-call', name: recipient, input: value })
        continue
      }
      parts.push(citations?.length ? { type: 'text', text: value, citations } : { type: 'text', text: value })
      citations = undefined
      continue
    }
    const object = obj(value)
    if (!object) {
      if (!isBlank(value)) parts.push({ type: 'unknown', kind: 'part', raw: value })
      continue
    }
    const kind = text(object['content_type'])
    const known = lookUp(partTypes, kind)
    if (known === undefined) {
      parts.push({ type: 'unknown', kind: kind ?? 'part', raw: object })
      continue
    }
    for (const part of known.read(object)) parts.push(part)
    const unread = rest(object, known.known)
    if (unread) leftovers[String(index)] = unread
  }
  const unread = some(leftovers)
  if (unread) left['parts'] = unread
  return parts
}

function readThoughts(thoughts: readonly JsonObject[], left: Fields): Part[] {
  const chunks: Json[] = []
  const parts = thoughts.map((thought, index): Part => {
    const pieces = (arr(thought['chunks']) ?? []).filter((piece) => typeof piece === 'string')
    const body = text(thought['content']) ?? pieces.join('')
    const more = rest(thought, new Set(['summary', 'content', 'chunks', thought['finished'] === true ? 'finished' : '']))
    // Chunks are the content in pieces; only where they are not is there something to keep.
    const differs = pieces.length > 0 && pieces.join('') !== body
    if (more || differs) chunks.push({ index, ...more, ...(differs ? { chunks: thought['chunks'] ?? null } : {}) })
    return { type: 'reasoning', text: body, ...optional('summary', text(thought['summary'])) }
  })
  if (chunks.length > 0) left['thoughts'] = chunks
  return parts
}

/** A document that the model wrote in its canvas, from the call that made it. */
function canvas(recipient: string, body: string, metadata: JsonObject): Part | undefined {
  if (recipient !== 'canmore.create_textdoc') return undefined
  let input: JsonObject | undefined
  try {
    input = obj(JSON.parse(body))
  } catch {
    return undefined
  }
  const content = input && str(input['content'])
  if (!input || content === undefined) return undefined
  const kind = text(input['type']) ?? 'document'
  const language = /^code\/(.+)$/.exec(kind)?.[1]
  const id = text(obj(metadata['canvas'])?.['textdoc_id']) ?? text(input['name']) ?? 'canvas'
  return {
    type: 'artifact',
    id,
    kind,
    text: content,
    raw: body,
    ...optional('title', text(input['name'])),
    ...optional('language', language),
  }
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string })
}
