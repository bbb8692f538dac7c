/** The contents of one version of an LM Studio message: plain content, or the steps of an answer. */
import type { Json, JsonObject, Message } from '../../contract/content.ts'
import { attachmentAt, type FilesByName } from './embedded.ts'
import { arr, ident, num, obj, objects, rest, str, text } from './fields.ts'
import type { FormatContext } from './format.ts'
import { answerParts, parsedJson } from './put.ts'

/** Adds the parts of `raw` to `message`, and what they do not hold to its `extra`; answers the model that wrote it. */
export async function versionParts(
  raw: JsonObject,
  message: Message,
  files: FilesByName,
  context: FormatContext,
): Promise<string | undefined> {
  let model: string | undefined
  const others: Json[] = []
  const notes: Json[] = []
  await readContent(arr(raw['content']) ?? [], message, notes, files, context)
  for (const step of objects(raw['steps'])) {
    if (step['type'] === 'contentBlock') {
      const thinking = obj(step['style'])?.['type'] === 'thinking'
      await readContent(arr(step['content']) ?? [], message, notes, files, context, thinking)
      const info = obj(step['genInfo'])
      model = text(info?.['identifier']) ?? text(info?.['indexedModelIdentifier']) ?? model
      const left = rest(step, contentFields)
      if (left) notes.push(left)
    } else others.push(step)
  }
  if (notes.length > 0 || others.length > 0) {
    message.extra = { ...(notes.length > 0 ? { blocks: notes } : {}), ...(others.length > 0 ? { steps: others } : {}) }
  }
  return model
}

const contentFields = new Set(['type', 'stepIdentifier', 'content', 'defaultShouldIncludeInContext', 'shouldIncludeInContext'])
const callFields = new Set(['type', 'name', 'parameters', 'arguments'])

async function readContent(
  content: readonly Json[],
  message: Message,
  notes: Json[],
  files: FilesByName,
  context: FormatContext,
  thinking = false,
): Promise<void> {
  for (const part of content) {
    const raw = obj(part) ?? {}
    const kind = str(raw['type']) ?? typeof part
    if (kind === 'text') {
      const written = str(raw['text']) ?? ''
      if (thinking) message.parts.push({ type: 'reasoning', text: written })
      else if (message.role === 'assistant') message.parts.push(...answerParts(written))
      else if (written) message.parts.push({ type: 'text', text: written })
    } else if (kind === 'file' && text(raw['fileIdentifier'])) {
      const name = text(raw['fileIdentifier']) ?? ''
      const facts = {
        name: text(raw['name']),
        size: num(raw['sizeBytes']),
        kind: raw['fileType'] === 'image' ? ('image' as const) : undefined,
      }
      message.parts.push(await attachmentAt(name, facts, files, context))
    } else if (kind === 'toolCallRequest' && text(raw['name'])) {
      const id = ident(raw['toolCallRequestId']) ?? ident(raw['callId'])
      message.parts.push({
        type: 'tool-call',
        name: text(raw['name']) ?? '',
        ...(id ? { id } : {}),
        input: parsedJson(raw['parameters'] ?? raw['arguments']),
      })
      const left = rest(raw, callFields)
      if (left) notes.push(left)
    } else if (kind === 'toolCallResult') {
      const id = ident(raw['toolCallId']) ?? ident(raw['toolCallRequestId'])
      const answer = raw['content'] ?? null
      message.parts.push({
        type: 'tool-result',
        ...(id ? { id } : {}),
        text: typeof answer === 'string' ? answer : JSON.stringify(answer),
        ...(typeof answer === 'string' ? {} : { raw: answer }),
      })
    } else message.parts.push({ type: 'unknown', kind, raw: part })
  }
}
