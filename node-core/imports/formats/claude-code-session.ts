/**
 * Puts a Claude Code session together. One answer of the API spans several lines, told by `message.id`: they become
 * one message. A tool's result comes in the person's role: it becomes part of the message that called the tool.
 */
import type { Conversation, Json, JsonObject, Message, Role } from '../../contract/content.ts'
import { blocksOf, readBlock, readResult } from './claude-code-blocks.ts'
import { sessionFacts, sessionTitles } from './claude-code-facts.ts'
import { baseName } from './detect.ts'
import { attachment } from './embedded.ts'
import { obj, rest, some, str, text, time } from './fields.ts'
import type { ExportFile, FormatContext } from './format.ts'
import { emptyMessage, put, uniqueIds } from './put.ts'
import { orderTree } from './tree.ts'

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

/** The main talk, or that of one subagent. */
interface Strand {
  agent: string | undefined
  last: Message | undefined
  /** By the API's id of the answer. */
  answers: Map<string, Message>
}
/** The first message of a subagent, whose place is known when everything is read. */
interface Beginning {
  message: Message
  agent: string
  before: Message | undefined
}

export function claudeCodeSession(context: FormatContext, stem: string): ClaudeCodeSession {
  const messages: Message[] = []
  /** Those of them that are no subagent's. */
  const talk: Message[] = []
  const unique = uniqueIds()
  /** The message that a line became (part of), by the line's id. */
  const byLine = new Map<string, Message>()
  /** What a line said, to tell a line that is written twice from another with the same id. */
  const said = new Map<string, Json>()
  const calls = new Map<string, Message>()
  /** The calls that started subagents: by the subagent, and by what it was told. */
  const starts = new Map<string, Message>()
  const prompts = new Map<string, Message>()
  const beginnings: Beginning[] = []
  const strands = new Map<string | undefined, Strand>()
  const facts = sessionFacts()
  const titles = sessionTitles()
  const kept: Json[] = []
  const notes = new Map<Message, Json[]>()
  let sessionId: string | undefined
  let first: number | undefined
  let last: number | undefined
  let linked = false

  const strandOf = (agent: string | undefined): Strand => {
    const strand = strands.get(agent) ?? { agent, last: undefined, answers: new Map() }
    strands.set(agent, strand)
    return strand
  }
  const main = strandOf(undefined)

  /** Lines that are no message stay with the message before them. */
  const note = (raw: Json, message: Message | undefined): void => {
    if (!message) return void kept.push(raw)
    const list = notes.get(message)
    if (list) return void list.push(raw)
    notes.set(message, [raw])
  }

  const begin = (number: number, line: JsonObject, role: Role, strand: Strand): Message => {
    const written = text(line['parentUuid']) ?? text(line['logicalParentUuid'])
    linked ||= written !== undefined && strand === main
    const known = written === undefined ? undefined : byLine.get(written)
    // A parent that is not in the file (its line was lost, or stayed in another session) leaves the order to go by.
    const parent = known ?? (written === undefined ? undefined : strand.last)
    const message = emptyMessage(unique(text(line['uuid']) ?? `line-${number}`), parent?.id ?? null, role)
    put(message, 'time', time(line['timestamp']))
    if (line['isMeta'] === true) message.hidden = true
    if (line['isCompactSummary'] === true) message.folded = true
    if (strand.agent !== undefined) {
      message.folded = true
      if (role === 'assistant') message.author = strand.agent
      if (!parent) beginnings.push({ message, agent: strand.agent, before: main.last })
    }
    messages.push(message)
    if (strand === main) talk.push(message)
    return message
  }

  const addAnswer = async (number: number, line: JsonObject, raw: JsonObject, strand: Strand): Promise<Message> => {
    const id = text(raw['id'])
    const open = id === undefined ? undefined : strand.answers.get(id)
    const message = open ?? begin(number, line, 'assistant', strand)
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
      if (prompt) prompts.set(prompt, message)
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
          if (agent) starts.set(agent, caller)
        }
      }
    }
    if (target && others.length === 0 && lost.length === 0) return target
    const message = begin(number, line, lost.length > 0 && others.length === 0 ? 'tool' : 'user', strand)
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
    const message = begin(number, line, 'system', strand)
    await addBlocks(message, raw)
    extend(message, facts.of(line))
    return message
  }

  return {
    keep: (raw) => void kept.push(raw),

    async add(number, value, agent) {
      const line = obj(value)
      if (!line) return void kept.push(value)
      if (titles.add(line)) return
      const type = str(line['type'])
      const strand = strandOf(agent ?? (line['isSidechain'] === true ? (text(line['agentId']) ?? 'sidechain') : undefined))
      const uuid = text(line['uuid'])
      const isMessage =
        ((type === 'user' || type === 'assistant') && line['message'] !== undefined) ||
        (type === 'system' && text(line['content']))
      if (!isMessage) {
        const above = byLine.get(text(line['parentUuid']) ?? '') ?? strand.last
        if (uuid && above) byLine.set(uuid, above)
        // What a running tool showed meanwhile: its result, and the subagents' own lines, say it in full.
        if (type !== 'progress') note(line, strand.last)
        return
      }
      const at = time(line['timestamp'])
      if (at !== undefined) {
        first = Math.min(first ?? at, at)
        last = Math.max(last ?? at, at)
      }
      if (agent === undefined) sessionId = text(line['sessionId']) ?? sessionId
      const message = await addMessage(number, line, strand)
      if (!message) return
      if (uuid) byLine.set(uuid, message)
      strand.last = message
    },

    async output(call, file) {
      const message = calls.get(call)
      const made = await attachment(file.path, { name: baseName(file.path) }, file, context)
      const at = message?.parts.findLastIndex((part) => part.type === 'tool-result' && part.id === call) ?? -1
      if (message) message.parts.splice(at < 0 ? message.parts.length : at + 1, 0, made)
      else messages.at(-1)?.parts.push(made)
    },

    finish(summaries) {
      if (messages.length === 0) return undefined
      for (const [message, list] of notes) extend(message, { lines: list })
      // The oldest files, and some tools' copies, link nothing: there the order is the conversation.
      if (!linked) for (const [index, message] of talk.entries()) message.parent = talk[index - 1]?.id ?? null
      if (main.last) for (const beginning of beginnings) beginning.message.parent = placeOf(beginning)?.id ?? null
      else for (const message of messages) if (message.role === 'user' || message.role === 'assistant') delete message.folded

      const current = main.last?.id ?? messages.at(-1)?.id
      let tree = orderTree(
        messages.map((message) => ({ id: message.id, parent: message.parent, message })),
        current,
      )
      if ('reason' in tree) {
        for (const { message } of beginnings) message.parent = null
        tree = orderTree(
          messages.map((message) => ({ id: message.id, parent: message.parent, message })),
          current,
        )
      }
      const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(stem)
      const key = isId ? stem : /^agent-/i.test(stem) && sessionId ? `${sessionId}/${stem}` : (sessionId ?? stem)
      const conversation: Conversation = { source: 'claude-code', key, messages: 'reason' in tree ? messages : tree.messages }
      put(
        conversation,
        'title',
        titles.best((leaf) => byLine.has(leaf), summaries, byLine.keys()),
      )
      put(conversation, 'created', first)
      put(conversation, 'updated', last)
      put(conversation, 'current', current)
      put(conversation, 'model', messages.findLast(({ model, author }) => model !== undefined && author === undefined)?.model)
      const { cwd, sessionId: began, ...others } = facts.first
      const folder = text(cwd)
      if (folder) conversation.project = { id: folder, name: baseName(folder.replaceAll('\\', '/').replace(/\/$/, '')) || folder }
      put(
        conversation,
        'extra',
        some({
          ...others,
          ...(began !== undefined && began !== key ? { sessionId: began } : {}),
          ...(titles.all.length > 0 ? { titles: titles.all } : {}),
          ...(kept.length > 0 ? { lines: kept } : {}),
        }),
      )
      return conversation
    },
  }

  /** Under the call that started it: told by its id, else by its task, else by the moment. */
  function placeOf({ message, agent, before }: Beginning): Message | undefined {
    const prompt = message.parts.find((part) => part.type === 'text')
    const told = starts.get(agent) ?? (prompt?.type === 'text' ? prompts.get(prompt.text) : undefined)
    if (told) return told
    const { time: at } = message
    return talk.findLast((other) => other.time !== undefined && at !== undefined && other.time <= at) ?? before
  }
}

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
