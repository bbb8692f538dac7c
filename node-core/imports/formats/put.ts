/** Small steps that several formats share when they put messages together. */
import type { Conversation, Json, JsonObject, Message, Part, Role } from '../../contract/content.ts'
import { type Fields, micros, str } from './fields.ts'

/** Sets a field that may be absent: an undefined value leaves it so. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value
}

/** Keeps in `extra.micros`, by field, what the providers' times say beyond the millisecond. */
export function putMicros(target: { extra?: JsonObject }, times: Readonly<Record<string, Json | undefined>>): void {
  let beyond: Fields | undefined
  for (const name in times) {
    const more = micros(times[name])
    if (more === undefined) continue
    beyond ??= {}
    beyond[name] = more
  }
  if (beyond) target.extra = { ...target.extra, micros: beyond }
}

const roleNames: ReadonlyMap<string, Role> = new Map([
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['bot', 'assistant'],
  ['model', 'assistant'],
  ['copilot', 'assistant'],
  ['system', 'system'],
  ['developer', 'system'],
  ['tool', 'tool'],
  ['function', 'tool'],
])

/** The role that a provider's word stands for, in any case; undefined for words that no provider is known to use. */
export const roleOf = (value: Json | undefined): Role | undefined => roleNames.get(str(value)?.toLowerCase() ?? '')

/** A message without content yet; systems and tools are folded. */
export function emptyMessage(id: string, parent: string | null, role: Role): Message {
  const message: Message = { id, parent, role, parts: [] }
  if (role === 'system' || role === 'tool') message.folded = true
  return message
}

/** Messages that have no parents of their own hang one under the other. */
export function chain(messages: readonly Message[]): void {
  for (const [index, message] of messages.entries()) message.parent = messages[index - 1]?.id ?? null
}

/** Makes ids unique within one conversation: the second use of `x` becomes `x#2`. Stable as long as the order is. */
export function uniqueIds(): (id: string) => string {
  const used = new Map<string, number>()
  return (id) => {
    const count = (used.get(id) ?? 0) + 1
    used.set(id, count)
    return count === 1 ? id : `${id}#${count}`
  }
}

/** The project of a session that ran in the folder `cwd`: its path, called by its last part. */
export function projectAt(cwd: Json | undefined): Conversation['project'] | undefined {
  const path = str(cwd)
  if (!path) return undefined
  return { id: path, name: path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '') || path }
}

/** JSON that stands as text inside JSON, as models write the arguments of tools; text that is no JSON stays text. */
export function parsedJson(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null
  const start = value.trimStart()[0]
  if (start !== '{' && start !== '[') return value
  try {
    const parsed: Json = JSON.parse(value)
    return parsed
  } catch {
    return value
  }
}

const thoughts = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: ':::thinking\n', close: '\n:::' },
] as const

/** The parts of an answer in which the model's reasoning stands in front, between marks, as local models write it. */
export function answerParts(text: string): Part[] {
  const start = text.length - text.trimStart().length
  const mark = thoughts.find(({ open }) => text.startsWith(open, start))
  if (!mark) return text === '' ? [] : [{ type: 'text', text }]
  const from = start + mark.open.length
  const to = text.indexOf(mark.close, from)
  const reasoning = (to < 0 ? text.slice(from) : text.slice(from, to)).trim()
  const answer = to < 0 ? '' : text.slice(to + mark.close.length).replace(/^\s*\n/, '')
  const parts: Part[] = reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning }]
  if (answer.trim() !== '') parts.push({ type: 'text', text: answer })
  return parts
}
