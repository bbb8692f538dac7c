/**
 * Puts a Claude Code session together. One answer of the API spans several lines, told by `message.id`: they become
 * one message. A tool's result comes in the person's role: it becomes part of the message that called the tool.
 */
import type { Conversation, Json, JsonObject, Message } from '../../contract/content.ts'
import { blocksOf, readBlock, readResult } from './claude-code-blocks.ts'
import { sessionFacts, sessionTitles } from './claude-code-facts.ts'
import { type Strand, sessionStrands } from './claude-code-strands.ts'
import { baseName } from './detect.ts'
import { attachment } from './embedded.ts'
import { type Fields, obj, rest, some, str, text, time } from './fields.ts'
import type { ExportFile, FormatContext } from './format.ts'
import { keepLeftovers } from './leftover.ts'
import { projectAt, put } from './put.ts'

export interface ClaudeCodeSession {
  /** One line of the session's file, or of the file of its subagent `agent`. */
  add(number: number, value: Json, agent?: string): Promise<void>
  /** Something that is no line: kept with the conversation as it is. */
  keep(raw: Json): void
  /** A file that holds the long result of the call with this id. */
  output(call: string, file: ExportFile): Promise<void>
  /** `summaries` by the id of the message that they end at. Undefined where no message was added. */
  finish(summaries: ReadonlyMap<string, string>): Conversation | undefined
}

export function claudeCodeSession(context: FormatContext, stem: string): ClaudeCodeSession {
  const strands = sessionStrands()
  const { byLine } = strands
  /** What a line said, to tell a line that is written twice from another with the same id. */
  const said = new Map<string, Json>()
  const calls = new Map<string, Message>()
  const facts = sessionFacts()
  const titles = sessionTitles()
  const kept: Json[] = []
  const progress = new Map<string, number>()
  /** What each message's lines said, by their numbers. */
  const raws = new Map<Message, [path: string, raw: JsonObject][]>()
  const notes = new Map<Message, Json[]>()
  let sessionId: string | undefined
  let began: number | undefined
  let ended: number | undefined
  /** The newest time of any line, and how many lines have none: sessions are only ever added to. */
  let newest = 0
  let undated = 0

  /** Lines that are no message stay with the message before them. */
  const note = (raw: Json, message: Message | undefined): void => {
    if (!message) return void kept.push(raw)
    const list = notes.get(message)
    if (list) return void list.push(raw)
    notes.set(message, [raw])
  }

  const addAnswer = async (number: number, line: JsonObject, raw: JsonObject, strand: Strand): Promise<Message> => {
    const id = text(raw['id'])
    const open = id === undefined ? undefined : strand.answers.get(id)
    const message = open ?? strands.begin(number, line, 'assistant', strand)
    if (id !== undefined) strand.answers.set(id, message)
    const model = text(raw['model'])
    if (model !== '<synthetic>') put(message, 'model', model)
    const left = await addBlocks(message, raw)
    const uuid = text(line['uuid'])
    if (open && uuid) note({ uuid, ...(line['timestamp'] === undefined ? {} : { timestamp: line['timestamp'] }) }, message)
    // `usage` stands in each line of one answer: the last one is the whole.
    extend(message, { ...facts.of(line), ...left, ...(id === undefined || id === message.id ? {} : { messageId: id }) })
    return message
  }

  const addBlocks = async (message: Message, raw: JsonObject, only?: readonly Json[]): Promise<JsonObject | undefined> => {
    const blocks = only ?? blocksOf(raw['content'])
    if (!blocks) message.parts.push({ type: 'unknown', kind: 'message', raw })
    for (const block of blocks ?? []) {
      const left = await readBlock(block, message.parts, context)
      if (left) note(left, message)
      const part = message.parts.at(-1)
      if (part?.type !== 'tool-call') continue
      if (part.id) calls.set(part.id, message)
      const prompt = text(obj(part.input)?.['prompt'])
      if (prompt) strands.prompts.set(prompt, message)
    }
    return rest(raw, blocks ? messageFields : new Set(Object.keys(raw)))
  }

  const addTurn = async (number: number, line: JsonObject, raw: JsonObject, strand: Strand): Promise<Message> => {
    const blocks = blocksOf(raw['content'])
    const others: Json[] = []
    const lost: JsonObject[] = []
    let target: Message | undefined
    let beside: JsonObject = { ...facts.of(line), ...pick(line, ['uuid', 'timestamp', 'toolUseResult']) }
    for (const block of blocks ?? []) {
      const result = obj(block)
      if (result?.['type'] !== 'tool_result') others.push(block)
      else {
        const caller = calls.get(text(result['tool_use_id']) ?? '')
        if (!caller) lost.push(result)
        else {
          caller.parts.push(...(await readResult(result, beside, context)))
          beside = {}
          target = caller
          const agent = text(obj(line['toolUseResult'])?.['agentId'])
          if (agent) strands.starts.set(agent, caller)
        }
      }
    }
    if (target && others.length === 0 && lost.length === 0) return target
    const message = strands.begin(number, line, lost.length > 0 && others.length === 0 ? 'tool' : 'user', strand)
    const left = await addBlocks(message, raw, blocks && others)
    for (const result of lost) message.parts.push(...(await readResult(result, beside, context)))
    const { uuid: _, timestamp: __, ...unsaid } = target || lost.length > 0 ? {} : beside
    extend(message, { ...unsaid, ...left })
    return message
  }

  const addMessage = async (number: number, line: JsonObject, strand: Strand): Promise<Message | undefined> => {
    const uuid = text(line['uuid'])
    const content = line['message'] ?? line['content'] ?? null
    if (uuid !== undefined && said.has(uuid) && JSON.stringify(said.get(uuid)) === JSON.stringify(content)) return undefined
    if (uuid !== undefined) said.set(uuid, content)
    const raw: JsonObject = obj(content) ?? { content }
    if (line['type'] === 'assistant') return await addAnswer(number, line, raw, strand)
    if (line['type'] === 'user') return await addTurn(number, line, raw, strand)
    const message = strands.begin(number, line, 'system', strand)
    await addBlocks(message, raw)
    extend(message, facts.of(line))
    return message
  }

  return {
    keep: (raw) => void kept.push(raw),

    async add(number, value, agent) {
      const line = obj(value)
      if (!line) return void kept.push(value)
      const when = time(line['timestamp'])
      if (when === undefined) undated++
      else if (when > newest) newest = when
      if (titles.add(line)) return
      const type = str(line['type'])
      const strand = strands.of(agent ?? (line['isSidechain'] === true ? (text(line['agentId']) ?? 'sidechain') : undefined))
      const uuid = text(line['uuid'])
      const isMessage =
        ((type === 'user' || type === 'assistant') && line['message'] !== undefined) ||
        (type === 'system' && text(line['content']))
      if (!isMessage) {
        const above = byLine.get(text(line['parentUuid']) ?? '') ?? strand.last
        if (uuid && above) byLine.set(uuid, above)
        // What a running tool showed meanwhile: its result, and the subagents' own lines, say it in full. Only counted.
        if (type !== 'progress') note(line, strand.last)
        else {
          const kind = str(obj(line['data'])?.['type']) ?? 'progress'
          progress.set(kind, (progress.get(kind) ?? 0) + 1)
        }
        return
      }
      if (when !== undefined) {
        began = Math.min(began ?? when, when)
        ended = Math.max(ended ?? when, when)
      }
      if (agent === undefined) sessionId = text(line['sessionId']) ?? sessionId
      const message = await addMessage(number, line, strand)
      if (message && uuid) byLine.set(uuid, message)
      const content = obj(line['message'])?.['content']
      if (!message || typeof content !== 'object') return
      const lines = raws.get(message) ?? []
      raws.set(message, lines)
      lines.push([agent === undefined ? `line ${number}` : `${agent} line ${number}`, { content }])
    },

    async output(call, file) {
      const message = calls.get(call)
      const made = await attachment(`tool-results/${baseName(file.path)}`, {}, file, context)
      const at = message?.parts.findLastIndex((part) => part.type === 'tool-result' && part.id === call) ?? -1
      if (message) message.parts.splice(at < 0 ? message.parts.length : at + 1, 0, made)
      else kept.push({ file: made.pointer, blob: made.blob ?? null })
    },

    finish(summaries) {
      const { messages, current } = strands.settle()
      if (messages.length === 0) return undefined
      for (const [message, list] of notes) extend(message, { lines: list })
      for (const [message, lines] of raws) keepLeftovers(message, lines, none)
      const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(stem)
      const key = isId ? stem : /^agent-/i.test(stem) && sessionId ? `${sessionId}/${stem}` : (sessionId ?? stem)
      const conversation: Conversation = { source: 'claude-code', key, messages }
      const title = titles.best((leaf) => byLine.has(leaf), summaries, byLine.keys())
      put(conversation, 'title', title)
      put(conversation, 'created', began)
      put(conversation, 'updated', ended)
      // A new title has no time: of two copies of a session the one with more lines is the later.
      if (newest > 0) conversation.asOf = newest + undated
      put(conversation, 'current', current)
      const model = messages.findLast((message) => message.model !== undefined && message.author === undefined)?.model
      put(conversation, 'model', model)
      const { cwd, sessionId: first, ...others } = facts.first
      put(conversation, 'project', projectAt(cwd))
      const extra: Fields = { ...others }
      if (first !== undefined && first !== key) extra['sessionId'] = first
      if (titles.all.length > 0) extra['titles'] = titles.all
      if (kept.length > 0) extra['lines'] = kept
      if (progress.size > 0) extra['progress'] = Object.fromEntries(progress)
      put(conversation, 'extra', some(extra))
      return conversation
    },
  }
}

const none: ReadonlySet<string> = new Set()
const messageFields = new Set(['id', 'type', 'role', 'model', 'content'])

function extend(message: Message, more: JsonObject): void {
  if (Object.keys(more).length > 0) message.extra = { ...message.extra, ...more }
}

function pick(line: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {}
  for (const name of names) {
    const value = line[name]
    if (value !== undefined && value !== null) picked[name] = value
  }
  return picked
}
