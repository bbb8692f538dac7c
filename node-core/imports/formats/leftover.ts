/**
 * The net under every format's message: what a provider wrote as text and nothing of the message holds is kept as
 * `extra.raw`, by the path at which it stood. Formats differ from year to year; nothing of them may fall away.
 */
import type { Json, JsonObject, Message } from '../../contract/content.ts'
import { type Fields, time } from './fields.ts'
import { parsedJson } from './put.ts'

/** Words that parts are told apart by: their meaning is the part itself. */
const tags = new Set(['type', 'content_type', 'role', 'stepIdentifier'])
/** Fields whose text formats join with their neighbours' or take apart. */
const joined = new Set(['text', 'content', 'summary', 'value'])
const address = new Set(['url', 'image_url', 'filepath'])
/** Fields that hold a file's bytes, which are stored apart. */
const bytes = new Set(['data', 'base64', 'result'])
const looksBase64 = /^[A-Za-z0-9+/_\s-]{8,}=*$/
/** What flags say nearly always; the other value is a fact. */
const usual: ReadonlyMap<string, boolean> = new Map([
  ['finished', true],
  ['done', true],
  ['isDone', true],
  ['end_turn', true],
])
/** Flags that parts and messages have fields for, or that say what the role says. */
const flags = new Set(
  'is_error isError success is_visually_hidden_from_conversation isCreatedByUser shouldIncludeInContext defaultShouldIncludeInContext'.split(
    ' ',
  ),
)

/** As {@link keepLeftovers}, of a message that was one object. */
export function keepLeftover(message: Message, raw: JsonObject, known: ReadonlySet<string>): void {
  keepLeftovers(message, [['', raw]], known)
}

/**
 * Puts into `message.extra.raw` the strings, numbers and flags of `raws` that appear nowhere in the message, as objects of
 * the fields left over, by the path of the object they stood in (`content.0.image`; the message itself is ''); each of
 * `raws` has a path of its own in front. `known` are the fields of the outermost objects that the format answers for.
 * Linear in the size of both.
 */
export function keepLeftovers(
  message: Message,
  raws: readonly (readonly [path: string, raw: JsonObject])[],
  known: ReadonlySet<string>,
): void {
  const { strings: held, flags: said } = contentsOf([
    message.parts,
    message.extra ?? null,
    message.author ?? null,
    message.model ?? null,
  ])
  held.add(message.id)
  for (const part of message.parts)
    if (part.type === 'attachment') for (const piece of part.pointer.split(/[/#]+/)) held.add(piece)
  const stored = message.parts.some((part) => part.type === 'attachment' && part.blob !== undefined)
  // Most messages hold each string as it is: their texts are copied and cut only where one is looked for inside.
  let made: Texts | undefined
  const texts = (): Texts => (made ??= textsOf(message.parts))
  // Looking inside texts is bounded; what is not looked for is kept.
  let looks = 256
  const isHeld = (key: string, value: string): boolean => {
    if (value.trim() === '' || held.has(value)) return true
    if (address.has(key) && value.startsWith('data:')) return true
    if (bytes.has(key) && stored && looksBase64.test(value.slice(0, 400))) return true
    const at = time(value)
    if (at !== undefined && (at === message.time || at === message.updated)) return true
    if (!joined.has(key)) return false
    return (
      texts().lines.has(value) ||
      (value.length > 3 &&
        looks-- > 0 &&
        (texts().whole.includes(value.trim()) || texts().compact().includes(value.replace(/\s+/g, ''))))
    )
  }

  // A map: paths are words from outside, and an object has fields of its own by some of them.
  const left = new Map<string, Fields>()
  const keep = (path: string, field: string, value: Json) => {
    const kept = left.get(path) ?? {}
    kept[field] = value
    left.set(path, kept)
  }
  const waiting: { path: string; key: string; value: Json }[] = []
  const enter = (path: string, field: string, value: Json, around: string) => {
    if (typeof value === 'string') {
      const inner = held.has(value) ? value : parsedJson(value)
      if (typeof inner !== 'string') waiting.push({ path: path === '' ? field : `${path}.${field}`, key: field, value: inner })
      else if (!isHeld(around, value)) {
        keep(path, field, value)
      }
    } else if (typeof value === 'number') {
      const at = time(value)
      if (held.has(String(value)) || (at !== undefined && (at === message.time || at === message.updated))) return
      keep(path, field, value)
    } else if (typeof value === 'boolean') {
      if (!flags.has(field) && usual.get(field) !== value && !said.has(`${field}=${value}`)) keep(path, field, value)
    } else if (typeof value === 'object' && value !== null)
      waiting.push({ path: path === '' ? field : `${path}.${field}`, key: around, value })
  }
  for (const [path, raw] of raws)
    for (const field in raw) if (!known.has(field) && field !== '__proto__') enter(path, field, raw[field] ?? null, field)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, key, value } = next
    if (Array.isArray(value)) for (const [index, inner] of value.entries()) enter(path, String(index), inner, key)
    else
      for (const [field, inner] of Object.entries(value as JsonObject))
        if (!(tags.has(field) && typeof inner === 'string') && field !== '__proto__') enter(path, field, inner, field)
  }
  if (left.size > 0) message.extra = { ...message.extra, raw: Object.fromEntries(left) }
}

/** A message's texts, to look for others inside. */
interface Texts {
  whole: string
  /** The lines of those that formats put together from several. */
  lines: ReadonlySet<string>
  /** All without white space. */
  compact(): string
}

function textsOf(parts: Message['parts']): Texts {
  const texts = parts.flatMap((part) => ('text' in part && part.text !== undefined ? [part.text] : []))
  for (const part of parts) if (part.type === 'reasoning' && part.summary) texts.push(part.summary)
  const lines = new Set<string>()
  for (const part of parts) {
    if (part.type === 'tool-result' || part.type === 'reasoning') for (const line of part.text.split('\n')) lines.add(line)
    if (part.type === 'reasoning') for (const line of part.summary?.split('\n') ?? []) lines.add(line)
  }
  let squeezed: string | undefined
  return { whole: texts.join('\0'), lines, compact: () => (squeezed ??= texts.join('').replace(/\s+/g, '')) }
}

/** The strings and numbers in a value, and its flags with their names. */
function contentsOf(value: readonly unknown[]): { strings: Set<string>; flags: Set<string> } {
  const strings = new Set<string>()
  const named = new Set<string>()
  const waiting: unknown[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') strings.add(next)
    else if (typeof next === 'number') strings.add(String(next))
    else if (typeof next === 'object' && next !== null)
      for (const [name, inner] of Object.entries(next))
        if (typeof inner === 'boolean') named.add(`${name}=${inner}`)
        else if (inner !== null && inner !== undefined) waiting.push(inner)
  }
  return { strings, flags: named }
}
