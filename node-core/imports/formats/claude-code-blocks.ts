/** The content blocks of Claude Code's messages as parts. */
import type { Json, JsonObject, Part } from '../../contract/content.ts'
import { attachment, embedded } from './embedded.ts'
import { arr, obj, rest, str, text } from './fields.ts'
import type { FormatContext } from './format.ts'

/** A message's content: blocks, or text alone; undefined where there is neither. */
export function blocksOf(content: Json | undefined): readonly Json[] | undefined {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return arr(content)
}

/** Adds one block's part to `parts`; answers what the part does not hold. */
export async function readBlock(block: Json, parts: Part[], context: FormatContext): Promise<JsonObject | undefined> {
  const raw = typeof block === 'string' ? { type: 'text', text: block } : obj(block)
  const kind = text(raw?.['type']) ?? typeof block
  const known = fields.get(kind)
  if (!raw || !known) {
    parts.push({ type: 'unknown', kind, raw: block })
    return undefined
  }
  if (kind === 'text') {
    const citations = arr(raw['citations'])
    const said = str(raw['text']) ?? ''
    if (said || citations?.length) parts.push({ type: 'text', text: said, ...(citations?.length ? { citations } : {}) })
  } else if (kind === 'thinking') {
    // Later versions keep only the signature of what was thought.
    if (text(raw['thinking'])) parts.push({ type: 'reasoning', text: str(raw['thinking']) ?? '' })
  } else if (kind === 'image' || kind === 'document') {
    const source = obj(raw['source']) ?? {}
    const facts = {
      name: text(raw['title']),
      mime: text(source['media_type']),
      ...(kind === 'image' ? { kind: 'image' as const } : {}),
    }
    const data = text(source['data'])
    if (source['type'] === 'text' && data)
      parts.push(await embedded(Buffer.from(data).toString('base64'), { ...facts, text: data }, context))
    else if (data) parts.push(await embedded(data, facts, context))
    else parts.push(await attachment(text(source['url']) ?? text(source['file_id']) ?? '', facts, undefined, context))
  } else {
    const id = text(raw['id'])
    parts.push({ type: 'tool-call', name: text(raw['name']) ?? 'tool', ...(id ? { id } : {}), input: raw['input'] ?? null })
  }
  return rest(raw, known)
}

const call = new Set(['type', 'id', 'name', 'input'])
const fields: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['text', new Set(['type', 'text', 'citations'])],
  ['thinking', new Set(['type', 'thinking'])],
  ['tool_use', call],
  ['server_tool_use', call],
  ['image', new Set(['type', 'title', 'source'])],
  ['document', new Set(['type', 'title', 'source'])],
])

/**
 * A tool's answer: its text as one part, and pictures in it as attachments after that. `line` is the rest of what the
 * file says of it (moment, id, the tool's own result), kept as the part's `raw`.
 */
export async function readResult(block: JsonObject, line: JsonObject, context: FormatContext): Promise<Part[]> {
  const inside: Part[] = []
  for (const inner of blocksOf(block['content']) ?? []) await readBlock(inner, inside, context)
  const written = inside.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  const id = text(block['tool_use_id'])
  const { toolUseResult, ...others } = line
  const result =
    toolUseResult === undefined || repeats(toolUseResult, written)
      ? others
      : { ...others, toolUseResult: withoutBytes(toolUseResult) }
  const raw = { ...result, ...rest(block, new Set(['type', 'tool_use_id', 'content', 'is_error'])) }
  const part: Part = {
    type: 'tool-result',
    ...(id ? { id } : {}),
    text: written,
    ...(block['is_error'] === true ? { error: true } : {}),
    ...(Object.keys(raw).length > 0 ? { raw } : {}),
  }
  return [part, ...inside.filter((other) => other.type !== 'text')]
}

const repeats = (result: Json, written: string): boolean =>
  typeof result === 'string' && (result === written || result === `Error: ${written}`)

/** A picture's bytes stand in the tool's own result once more. */
function withoutBytes(result: Json): Json {
  const file = obj(obj(result)?.['file'])
  if (typeof file?.['base64'] !== 'string') return result
  const { base64: _, ...others } = file
  return { ...obj(result), file: others }
}
