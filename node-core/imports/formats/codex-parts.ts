/** One item of a Codex session as parts of a message. */
import type { Json, JsonObject, Part } from '../../contract/content.ts'
import { attachmentAt } from './embedded.ts'
import { arr, ident, obj, objects, rest, str, text } from './fields.ts'
import type { FormatContext } from './format.ts'
import { parsedJson } from './put.ts'

const noFiles = new Map<string, never>()

/** Adds the parts of `item` to `parts`; an unknown item is added as it came. */
export async function codexParts(item: JsonObject, parts: Part[], context: FormatContext): Promise<void> {
  const kind = str(item['type']) ?? 'message'
  if (kind === 'message') return await contentParts(item['content'], parts, context)
  if (kind === 'reasoning') return void reasoning(item, parts)
  const id = ident(item['call_id']) ?? ident(item['id'])
  const named = id ? { id } : {}
  if (kind === 'function_call' || kind === 'custom_tool_call') {
    const input = kind === 'function_call' ? parsedJson(item['arguments']) : (item['input'] ?? null)
    parts.push({ type: 'tool-call', name: text(item['name']) ?? kind, ...named, input })
  } else if (kind === 'local_shell_call' || kind === 'web_search_call' || kind === 'tool_search_call') {
    parts.push({ type: 'tool-call', name: kind.slice(0, -5), ...named, input: item['action'] ?? parsedJson(item['arguments']) })
  } else if (kind === 'function_call_output' || kind === 'custom_tool_call_output' || kind === 'local_shell_call_output') {
    await outputParts(item['output'], named, parts, context)
  } else if (kind === 'image_generation_call' && text(item['result'])) {
    parts.push(
      await attachmentAt(`data:image/png;base64,${text(item['result'])}`, { name: `${id ?? 'image'}.png` }, noFiles, context),
    )
    const prompt = text(item['revised_prompt'])
    if (prompt) parts.push({ type: 'tool-call', name: 'image_generation', ...named, input: prompt })
  } else parts.push({ type: 'unknown', kind, raw: item })
}

/** What Codex itself writes in the person's name: the surroundings and the repository's instructions. */
export function isPreamble(parts: readonly Part[]): boolean {
  return (
    parts.length > 0 &&
    parts.every(
      (part) =>
        part.type === 'text' &&
        /^\s*(?:<(?:environment_context|user_instructions|turn_aborted|INSTRUCTIONS|permissions|skill)\b|# AGENTS\.md instructions)/.test(
          part.text,
        ),
    )
  )
}

async function contentParts(content: Json | undefined, parts: Part[], context: FormatContext): Promise<void> {
  if (typeof content === 'string' && content) parts.push({ type: 'text', text: content })
  for (const part of arr(content) ?? []) {
    const raw = obj(part) ?? {}
    const kind = str(raw['type']) ?? typeof part
    const written = str(raw['text']) ?? str(part)
    if (/^(?:input_text|output_text|text|string|refusal)$/.test(kind)) {
      const said = written ?? str(raw['refusal']) ?? ''
      const citations = arr(raw['annotations'])
      if (said) parts.push({ type: 'text', text: said, ...(citations?.length ? { citations } : {}) })
    } else if (kind === 'input_image') {
      const url = text(raw['image_url']) ?? text(obj(raw['image_url'])?.['url']) ?? text(raw['file_id']) ?? ''
      parts.push(await attachmentAt(url, { kind: 'image' }, noFiles, context))
    } else parts.push({ type: 'unknown', kind, raw: part })
  }
}

function reasoning(item: JsonObject, parts: Part[]): void {
  const thought = objects(item['content'])
    .map((part) => str(part['text']) ?? '')
    .join('\n\n')
  const summary = objects(item['summary'])
    .map((part) => str(part['text']) ?? '')
    .join('\n\n')
  if (thought || summary) parts.push({ type: 'reasoning', text: thought || summary, ...(thought && summary ? { summary } : {}) })
}

/** A string, JSON as a string with `{output, metadata}`, an object with `content`, or a list of contents. */
async function outputParts(
  output: Json | undefined,
  named: { id?: string },
  parts: Part[],
  context: FormatContext,
): Promise<void> {
  const parsed = parsedJson(output)
  const inner = obj(parsed)
  const shown = str(inner?.['output']) ?? str(inner?.['content'])
  const list = arr(output) ?? arr(inner?.['content'])
  const failed =
    inner?.['success'] === false ||
    (typeof obj(inner?.['metadata'])?.['exit_code'] === 'number' && obj(inner?.['metadata'])?.['exit_code'] !== 0)
  const error = failed ? { error: true } : {}
  if (shown !== undefined && inner) {
    const left = rest(inner, new Set(['output', 'content']))
    parts.push({ type: 'tool-result', ...named, text: shown, ...error, ...(left ? { raw: left } : {}) })
  } else if (list) {
    const inside: Part[] = []
    await contentParts(list, inside, context)
    const written = inside.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
    parts.push({ type: 'tool-result', ...named, text: written, ...error }, ...inside.filter((part) => part.type !== 'text'))
  } else parts.push({ type: 'tool-result', ...named, text: str(output) ?? JSON.stringify(output ?? null) })
}
