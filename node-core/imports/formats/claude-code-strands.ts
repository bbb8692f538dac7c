/**
 * Where the messages of a Claude Code session stand: the main talk, and the talk of each subagent, which hangs under
 * the call that started it and is folded.
 */
import type { JsonObject, Message, Role } from '../../contract/content.ts'
import { text, time } from './fields.ts'
import { emptyMessage, put, uniqueIds } from './put.ts'
import { orderTree } from './tree.ts'

/** The main talk, or that of one subagent. */
export interface Strand {
  readonly agent: string | undefined
  /** The message begun last. */
  last: Message | undefined
  /** By the API's id of the answer. */
  readonly answers: Map<string, Message>
}

export interface Strands {
  /** The main talk has no `agent`. */
  of(agent: string | undefined): Strand
  /** The message that a line became (part of), by the line's id. */
  readonly byLine: Map<string, Message>
  /** The calls that started subagents: by the subagent, and by what it was told. */
  readonly starts: Map<string, Message>
  readonly prompts: Map<string, Message>
  /** A new message for `line`, the file's line `number`, under the message that the line answers. */
  begin(number: number, line: JsonObject, role: Role, strand: Strand): Message
  /** All messages, parents first, and the end of the main talk. */
  settle(): { messages: Message[]; current: string | undefined }
}

/** The first message of a subagent, whose place is known when everything is read. */
interface Beginning {
  message: Message
  agent: string
  before: Message | undefined
}

export function sessionStrands(): Strands {
  const messages: Message[] = []
  /** Those of them that are no subagent's. */
  const talk: Message[] = []
  const unique = uniqueIds()
  const byLine = new Map<string, Message>()
  const starts = new Map<string, Message>()
  const prompts = new Map<string, Message>()
  const beginnings: Beginning[] = []
  const strands = new Map<string | undefined, Strand>()
  let linked = false

  const of = (agent: string | undefined): Strand => {
    const strand = strands.get(agent) ?? { agent, last: undefined, answers: new Map() }
    strands.set(agent, strand)
    return strand
  }
  const main = of(undefined)

  /** Under the call that started it: told by its id, else by its task, else by the moment. */
  const placeOf = ({ message, agent, before }: Beginning): Message | undefined => {
    const prompt = message.parts.find((part) => part.type === 'text')
    const told = starts.get(agent) ?? (prompt?.type === 'text' ? prompts.get(prompt.text) : undefined)
    if (told) return told
    const { time: at } = message
    return talk.findLast((other) => other.time !== undefined && at !== undefined && other.time <= at) ?? before
  }
  const ordered = (current: string | undefined) =>
    orderTree(
      messages.map((message) => ({ id: message.id, parent: message.parent, message })),
      current,
    )

  return {
    of,
    byLine,
    starts,
    prompts,

    begin(number, line, role, strand) {
      const written = text(line['parentUuid']) ?? text(line['logicalParentUuid'])
      const known = written === undefined ? undefined : byLine.get(written)
      linked ||= known !== undefined && strand === main
      // A parent that is not in the file (its line was lost, or stayed in another session) leaves the order to go by.
      const parent = known ?? (written === undefined ? undefined : strand.last)
      const message = emptyMessage(unique(text(line['uuid']) ?? `line-${number}`), parent?.id ?? null, role)
      put(message, 'time', time(line['timestamp']))
      if (line['isMeta'] === true) message.hidden = true
      if (line['isCompactSummary'] === true) message.folded = true
      if (strand.agent === undefined) talk.push(message)
      else {
        message.folded = true
        if (role === 'assistant') message.author = strand.agent
        if (!parent) beginnings.push({ message, agent: strand.agent, before: main.last })
      }
      messages.push(message)
      strand.last = message
      return message
    },

    settle() {
      // The oldest files, and some tools' copies, link nothing: there the order is the conversation.
      if (!linked) for (const [index, message] of talk.entries()) message.parent = talk[index - 1]?.id ?? null
      if (main.last) for (const beginning of beginnings) beginning.message.parent = placeOf(beginning)?.id ?? null
      // A subagent's file alone is a talk of its own.
      else for (const message of messages) if (message.role === 'user' || message.role === 'assistant') delete message.folded

      const current = main.last?.id ?? messages.at(-1)?.id
      let tree = ordered(current)
      if ('reason' in tree) {
        for (const { message } of beginnings) message.parent = null
        tree = ordered(current)
      }
      return { messages: 'reason' in tree ? messages : tree.messages, current }
    },
  }
}
