/**
 * Answers in which Open WebUI writes reasoning, tool calls and programs as HTML blocks between the text:
 * `<details type="reasoning" done="true" duration="3"><summary>…</summary> > quoted lines </details>`.
 */
import type { JsonObject, Part } from '../../contract/content.ts'
import { answerParts, parsedJson } from './put.ts'

const opening = '<details type="'
const close = '</details>'
/** Attributes hold whole results of tools, with every `<` and `>` escaped. */
const tags = /<details type="(reasoning|tool_calls|code_interpreter)"([^<>]*)>/y

/** The parts of an answer, in their order. Text that holds no such block comes back whole. Linear in the text. */
export function detailParts(content: string): Part[] {
  const parts: Part[] = []
  let from = 0
  let end = 0
  for (let at = content.indexOf(opening); at >= 0; at = content.indexOf(opening, Math.max(at + 1, from))) {
    // A block begins a line; anywhere else it is what somebody wrote about HTML.
    if (at > 0 && content[at - 1] !== '\n') continue
    tags.lastIndex = at
    const tag = tags.exec(content)
    if (!tag) continue
    const inside = tags.lastIndex
    if (end < inside) end = content.indexOf(close, inside)
    if (end < 0) break
    pushText(parts, content.slice(from, at))
    block(tag[1] ?? '', attributesOf(tag[2] ?? ''), content.slice(inside, end), parts)
    from = end + close.length
  }
  if (from === 0) return answerParts(content)
  pushText(parts, content.slice(from))
  return parts
}

function pushText(parts: Part[], text: string): void {
  const trimmed = text.replace(/^\s*\n/, '').trimEnd()
  if (trimmed !== '') parts.push({ type: 'text', text: trimmed })
}

function block(kind: string, attributes: ReadonlyMap<string, string>, inner: string, parts: Part[]): void {
  const { summary, body } = summarised(inner)
  if (kind === 'reasoning') {
    const text = unescapeHtml(body.replace(/^> ?/gm, '').trim())
    parts.push({ type: 'reasoning', text, ...(summary ? { summary } : {}) })
  } else if (kind === 'tool_calls') {
    const name = attributes.get('name') ?? 'tool'
    const id = attributes.get('id')
    const named = id ? { id } : {}
    parts.push({ type: 'tool-call', name, ...named, input: parsedTwice(attributes.get('arguments')) })
    const result = attributes.get('result')
    const left = others(attributes)
    if (result === undefined && !left) return
    const plain = parsedTwice(result)
    parts.push({
      type: 'tool-result',
      name,
      ...named,
      text: typeof plain === 'string' ? plain : JSON.stringify(plain),
      ...(left ? { raw: left } : {}),
    })
  } else {
    const fence = /```(\w*)\n([\s\S]*?)\n?```/.exec(body)
    parts.push({ type: 'code', text: fence?.[2] ?? body.trim(), language: fence?.[1] || 'python' })
    const output = attributes.get('output')
    if (output) parts.push({ type: 'tool-result', name: 'code_interpreter', text: output })
  }
}

function summarised(inner: string): { summary: string; body: string } {
  const match = /^\s*<summary>([^<]*)<\/summary>/.exec(inner)
  return match
    ? { summary: unescapeHtml(match[1] ?? '').trim(), body: inner.slice(match[0].length) }
    : { summary: '', body: inner }
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/(?<![\w-])([\w-]+)="([^"]*)"/g))
    if (name) attributes.set(name, unescapeHtml(value ?? ''))
  return attributes
}

const shown = new Set(['type', 'done', 'id', 'name', 'arguments', 'result'])
function others(attributes: ReadonlyMap<string, string>): JsonObject | undefined {
  const left: Record<string, string> = {}
  for (const [name, value] of attributes) if (!shown.has(name) && value !== '' && value !== '""') left[name] = value
  return Object.keys(left).length > 0 ? left : undefined
}

/** Arguments and results are JSON in which the model's own JSON stands as a string. */
function parsedTwice(value: string | undefined) {
  if (value === undefined) return ''
  if (!value.startsWith('"')) return parsedJson(value)
  try {
    const inner: unknown = JSON.parse(value)
    return typeof inner === 'string' ? parsedJson(inner) : value
  } catch {
    return value
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", apos: "'" }
const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole)
