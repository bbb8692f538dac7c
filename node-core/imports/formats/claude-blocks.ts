/** The content blocks of Claude's messages as parts. */
import type { Json, JsonObject, Message, Part } from '../../contract/content.ts'
import { arr, bool, type Fields, isBlank, keepRest, lookUp, num, obj, objects, some, str, text, time } from './fields.ts'
import { kindOf, mimeOf } from './mime.ts'
import { put } from './put.ts'

export interface Blocks {
  parts: Part[]
  /** How many blocks there were, with or without a part. */
  count: number
  /** What the parts do not hold, by the block's index. */
  rest: JsonObject | undefined
}

/** The fields that a block's parts hold. */
const known: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text', 'citations']),
  thinking: new Set(['type', 'thinking', 'summaries']),
  redacted_thinking: new Set(['type']),
  tool_use: new Set(['type', 'id', 'name', 'input']),
  tool_result: new Set(['type', 'tool_use_id', 'name', 'content', 'is_error']),
  voice_note: new Set(['type', 'transcript', 'text']),
  // A counter for the model; no one reads it, nothing of it is lost.
  token_budget: new Set(),
  image: new Set(['type', 'file_name', 'file_uuid', 'media_type', 'source']),
  document: new Set(['type', 'file_name', 'file_uuid', 'media_type', 'source']),
}

/**
 * Reads a message's blocks. Their timestamps are kept only where they differ from the message's time (`at`).
 * `artifacts` goes from message to message of one conversation.
 */
export function readBlocks(blocks: readonly Json[], at: number | undefined, artifacts: ArtifactTexts): Blocks {
  const parts: Part[] = []
  const left: Fields = {}
  for (const [index, value] of blocks.entries()) {
    const block = typeof value === 'string' ? { type: 'text', text: value } : obj(value)
    if (!block) {
      if (!isBlank(value)) parts.push({ type: 'unknown', kind: 'block', raw: value })
      continue
    }
    const kind = text(block['type']) ?? ''
    const fields = lookUp(known, kind)
    if (fields === undefined) {
      parts.push({ type: 'unknown', kind: kind || 'block', raw: block })
      continue
    }
    for (const part of blockParts(kind, block, artifacts)) parts.push(part)
    const kept: Fields = {}
    keepRest(kept, block, fields)
    for (const stamp of ['start_timestamp', 'stop_timestamp'])
      if (at !== undefined && time(kept[stamp]) === at) delete kept[stamp]
    const unread = some(kept)
    if (unread) left[String(index)] = unread
  }
  return { parts, count: blocks.length, rest: some(left) }
}

/** The blocks; or, where there are none, the flat text, which is otherwise only a poorer copy of them. */
export function addBlocks(message: Message, blocks: Blocks, flat: string | undefined, extra: Fields) {
  message.parts.push(...blocks.parts)
  // Blocks without any text say nothing that the flat text repeats, unless that is only the notice of a device.
  const silent = !blocks.parts.some((part) => part.type === 'text')
  if (silent && flat && (blocks.count === 0 || !isNotice(flat))) message.parts.push({ type: 'text', text: flat })
  if (blocks.rest) extra['blocks'] = blocks.rest
}

const isNotice = (flat: string) =>
  flat.replace(/```\s*This block is not supported on your current device yet\.\s*```/g, '').trim() === ''

function blockParts(kind: string, block: JsonObject, artifacts: ArtifactTexts): Part[] {
  switch (kind) {
    case 'text':
      return textParts(str(block['text']) ?? '', arr(block['citations']))
    case 'thinking': {
      const summary = objects(block['summaries'])
        .flatMap((said) => text(said['summary']) ?? [])
        .join('\n')
      const body = str(block['thinking']) ?? ''
      if (body === '' && summary === '') return []
      return [summary ? { type: 'reasoning', text: body, summary } : { type: 'reasoning', text: body }]
    }
    case 'tool_use':
      return [readCall(block, artifacts)]
    case 'tool_result':
      return [readResult(block)]
    case 'voice_note':
      return textParts(text(block['transcript']) ?? text(block['text']) ?? '', undefined)
    case 'image':
    case 'document':
      return [readPicture(kind, block)]
    default:
      return []
  }
}

function textParts(body: string, citations: readonly Json[] | undefined): Part[] {
  if (body === '') return []
  return [citations?.length ? { type: 'text', text: body, citations } : { type: 'text', text: body }]
}

function readCall(block: JsonObject, artifacts: ArtifactTexts): Part {
  const name = text(block['name']) ?? 'tool'
  const input = block['input'] ?? null
  const fields = obj(input)
  if (name === 'artifacts' && fields) return artifacts.read(fields)
  const part: Part = { type: 'tool-call', name, input }
  put(part, 'id', text(block['id']))
  return part
}

function readResult(block: JsonObject): Part {
  const content = block['content'] ?? null
  const pieces = typeof content === 'string' ? [content] : (arr(content) ?? [])
  const said = pieces.map((piece) => str(piece) ?? str(obj(piece)?.['text']))
  const plain = pieces.every((piece) => typeof piece === 'string' || isPlainText(obj(piece)))
  const part: Part = { type: 'tool-result', text: said.filter((line) => line !== undefined).join('\n') }
  put(part, 'name', text(block['name']))
  put(part, 'id', text(block['tool_use_id']))
  if (bool(block['is_error'])) part.error = true
  if (!plain || (pieces.length === 0 && !isBlank(content))) part.raw = content
  return part
}

function isPlainText(piece: JsonObject | undefined): boolean {
  if (piece?.['type'] !== 'text' || typeof piece['text'] !== 'string') return false
  for (const field in piece) if (field !== 'type' && field !== 'text' && !isBlank(piece[field] ?? null)) return false
  return true
}

function readPicture(kind: 'image' | 'document', block: JsonObject): Part {
  const pointer = text(block['file_uuid']) ?? text(block['file_name']) ?? kind
  const name = text(block['file_name']) ?? pointer
  const mime = mimeOf(text(block['media_type']) ?? text(obj(block['source'])?.['media_type']), name)
  const part: Part = { type: 'attachment', kind: kind === 'image' ? 'image' : kindOf(mime), name, mime, pointer }
  put(part, 'size', num(block['size_bytes']))
  return part
}

/**
 * What each artifact of a conversation says so far. A later call may only replace a passage; its part then holds
 * the whole text that results, or just the new passage where the old one is not to be found.
 */
export class ArtifactTexts {
  #texts = new Map<string, { text: string; kind: string; title: string | undefined; language: string | undefined }>()

  /** The part for one call of the `artifacts` tool; `raw` is the call as it came. */
  read(input: JsonObject): Part {
    const id = text(input['id']) ?? 'artifact'
    const before = this.#texts.get(id)
    const now = {
      text: this.#textAfter(input, before?.text),
      kind: text(input['type']) ?? before?.kind ?? 'artifact',
      title: text(input['title']) ?? before?.title,
      language: text(input['language']) ?? before?.language,
    }
    this.#texts.set(id, now)
    const part: Part = { type: 'artifact', id, kind: now.kind, text: now.text, raw: input }
    put(part, 'title', now.title)
    put(part, 'language', now.language)
    return part
  }

  #textAfter(input: JsonObject, before: string | undefined): string {
    const content = str(input['content'])
    if (content) return content
    const old = text(input['old_str'])
    const fresh = str(input['new_str']) ?? ''
    const at = old === undefined || before === undefined ? -1 : before.indexOf(old)
    if (before === undefined || old === undefined || at < 0) return fresh || (content ?? '')
    return before.slice(0, at) + fresh + before.slice(at + old.length)
  }
}
