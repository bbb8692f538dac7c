/**
 * Puts a Codex session's items together. Reasoning, calls and their results are items of their own; they become parts
 * of the assistant's message that they belong to: the open one, or the one that follows them.
 * Messages have no ids: their line numbers are, which hold because a session's file only grows.
 */
import type { Conversation, Json, JsonObject, Message, Role } from '../../contract/content.ts'
import { codexParts, isPreamble } from './codex-parts.ts'
import { obj, rest, some, str, text, time } from './fields.ts'
import type { FormatContext } from './format.ts'
import { keepLeftovers } from './leftover.ts'
import { chain, emptyMessage, projectAt, put, roleOf } from './put.ts'

export interface CodexSession {
  /** One line of the file, in its order. */
  add(number: number, value: Json): Promise<void>
  /** Something that is no item: kept with the conversation as it is. */
  keep(raw: Json): void
  /** Undefined where the file held no session at all. */
  finish(titles: ReadonlyMap<string, string>): Conversation | undefined
}

export function codexSession(context: FormatContext, stem: string): CodexSession {
  const messages: Message[] = []
  /** Events repeat what items say: those that do are dropped at the end. */
  const echoes: { echo: string; raw: Json; under: Message | undefined }[] = []
  const said = new Set<string>()
  const kept: Json[] = []
  let meta: JsonObject | undefined
  let turn = ''
  let model: string | undefined
  let cwd: string | undefined
  let started: number | undefined
  let last: number | undefined

  const begin = (number: number, role: Role, at: number | undefined): Message => {
    const message = emptyMessage(`line-${number}`, null, role)
    put(message, 'time', at)
    if (role === 'assistant') put(message, 'model', model)
    messages.push(message)
    return message
  }
  const notes = new Map<Message, Json[]>()
  const note = (raw: Json, message = messages.at(-1)): void => {
    if (!message) return void kept.push(raw)
    const list = notes.get(message) ?? []
    if (list.length === 0) {
      notes.set(message, list)
      message.extra = { ...message.extra, lines: list }
    }
    list.push(raw)
  }

  const raws = new Map<Message, [path: string, raw: JsonObject][]>()
  const remember = (number: number, item: JsonObject, message: Message): void => {
    const lines = raws.get(message) ?? []
    raws.set(message, lines)
    lines.push([`line ${number}`, item])
  }

  const addMessage = async (number: number, item: JsonObject, at: number | undefined): Promise<void> => {
    const role = roleOf(item['role']) ?? 'assistant'
    const open = messages.at(-1)
    // An assistant's message that so far only thought and called is the beginning of this one.
    const joins = role === 'assistant' && open?.role === 'assistant' && !open.parts.some((part) => part.type === 'text')
    const message = joins && open ? open : begin(number, role, at)
    const from = message.parts.length
    await codexParts(item, message.parts, context)
    remember(number, item, message)
    for (const part of message.parts.slice(from)) if (part.type === 'text') said.add(part.text.trim())
    if (role === 'user' && isPreamble(message.parts)) message.folded = true
    const left = rest(item, messageFields)
    if (left) message.extra = { ...message.extra, ...left }
  }

  const addItem = async (number: number, item: JsonObject, at: number | undefined): Promise<void> => {
    if (item['type'] === 'message' || (item['type'] === undefined && item['role'] !== undefined))
      return await addMessage(number, item, at)
    if (item['type'] === 'ghost_snapshot') return note(item)
    const open = messages.at(-1)
    const message = open?.role === 'assistant' ? open : begin(number, 'assistant', at)
    const from = message.parts.length
    await codexParts(item, message.parts, context)
    remember(number, item, message)
    const added = message.parts.slice(from)
    for (const part of added) {
      if (part.type !== 'reasoning') continue
      for (const thought of [part.text, part.summary]) for (const piece of thought?.split('\n\n') ?? []) said.add(piece.trim())
      said.add(part.text.trim())
    }
    const left = added.some((part) => part.type === 'unknown') ? undefined : rest(item, itemFields)
    if (left) note({ type: item['type'] ?? null, ...left })
  }

  const addMeta = (payload: JsonObject): void => {
    if (meta) note({ type: 'session_meta', payload })
    meta ??= payload
    cwd ??= text(payload['cwd'])
    started ??= time(payload['timestamp'])
  }

  const addTurn = (payload: JsonObject): void => {
    model = text(payload['model']) ?? model
    cwd ??= text(payload['cwd'])
    const written = JSON.stringify(payload)
    if (written !== turn) note({ type: 'turn_context', payload })
    turn = written
  }

  const addEvent = (line: JsonObject, payload: JsonObject): void => {
    const echo = text(payload['message']) ?? text(payload['text'])
    if (echo !== undefined && echoing.has(str(payload['type']) ?? ''))
      echoes.push({ echo: echo.trim(), raw: line, under: messages.at(-1) })
    else note(line)
  }

  return {
    keep: (raw) => void kept.push(raw),

    async add(number, value) {
      const line = obj(value)
      if (!line) return void kept.push(value)
      const at = time(line['timestamp'])
      last = at ?? last
      const payload = obj(line['payload'])
      const type = str(line['type'])
      if (payload && type === 'session_meta') addMeta(payload)
      else if (payload && type === 'response_item') await addItem(number, payload, at)
      else if (payload && type === 'turn_context') addTurn(payload)
      else if (payload && type === 'event_msg') addEvent(line, payload)
      else if (payload && type === 'compacted') {
        const summary = begin(number, 'system', at)
        if (text(payload['message'])) summary.parts.push({ type: 'text', text: text(payload['message']) ?? '' })
        put(summary, 'extra', rest(payload, new Set(['message'])))
      } else if (payload) note(line)
      else if (type === undefined && line['role'] === undefined && text(line['id']) && !meta) addMeta(line)
      else if (type !== undefined || line['role'] !== undefined) await addItem(number, line, at)
      else note(line)
    },

    finish(titles) {
      if (!meta && messages.length === 0) return undefined
      for (const { echo, raw, under } of echoes) {
        if (said.has(echo)) continue
        if (under) note(raw, under)
        else kept.push(raw)
      }
      for (const [message, items] of raws) keepLeftovers(message, items, answeredFor)
      chain(messages)
      const key = text(meta?.['id']) ?? /[\da-f]{8}-[\da-f-]{27}$/i.exec(stem)?.[0] ?? stem
      const conversation: Conversation = { source: 'codex', key, messages }
      put(conversation, 'title', titles.get(key))
      put(conversation, 'created', started ?? messages.find((message) => message.time !== undefined)?.time)
      put(conversation, 'updated', last ?? started)
      put(conversation, 'model', model)
      put(conversation, 'project', projectAt(cwd))
      const extra: Record<string, Json> = { ...(meta && rest(meta, metaFields)) }
      if (kept.length > 0) extra['lines'] = kept
      put(conversation, 'extra', some(extra))
      return conversation
    },
  }
}

const answeredFor = new Set(['type', 'role', 'id', 'call_id', 'timestamp'])
const messageFields = new Set(['type', 'role', 'content'])
const itemFields = new Set([
  'type',
  'name',
  'arguments',
  'call_id',
  'output',
  'summary',
  'content',
  'input',
  'action',
  'timestamp',
  'result',
  'revised_prompt',
])
const metaFields = new Set(['id', 'timestamp', 'cwd'])
const echoing = new Set(['user_message', 'agent_message', 'agent_reasoning', 'agent_reasoning_raw_content'])
