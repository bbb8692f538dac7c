/** What the contract's methods answer about conversations, messages and units. Pure. */
import type { z } from 'zod'
import type { conversationSummary, conversations, unit } from '../contract/api/conversations.ts'
import type { Json, Message, Part } from '../contract/content.ts'
import { type ConversationId, type MessageId, messageIdOf, unitIdOf } from '../contract/ids.ts'
import type { Output } from '../contract/method.ts'
import { childrenOf } from '../contract/tree.ts'
import { citationsOf } from './citations.ts'
import type { Shown, ShownTree } from './read.ts'
import { distinctTags } from './taggings.ts'
import type { TreeEntry } from './tree-block.ts'
import type { Unit } from './units.ts'

export type Summary = z.output<typeof conversationSummary>
export type UnitView = z.output<typeof unit>
export type MessageView = Output<(typeof conversations)['messages.get']>

export const idOfEntry = (conversation: ConversationId, hex: string): MessageId =>
  messageIdOf(conversation, Buffer.from(hex, 'hex'))

/** The row and head of a conversation as lists show it; `tags` are the person's. */
export function summaryOf({ row, head, id, source }: Shown, tags: readonly string[]): Summary {
  const project = head.registers.project?.[0]
  return {
    id,
    source,
    title: head.title,
    created: row.created === 0 ? null : row.created,
    updated: row.updated === 0 ? null : row.updated,
    models: head.models,
    project: project ? (project.name ?? project.id) : null,
    // the person's own spelling over the imported one
    tags: distinctTags([...(head.registers.tags?.[0] ?? []), ...tags]).sort(),
    messages: row.messages,
    branches: row.branches,
    starred: row.starred === 1,
    archived: row.archived === 1,
    inferred: row.inferred === 1,
  }
}

export function messageView(conversation: ConversationId, entry: TreeEntry, message: Message): MessageView {
  const { id: key, parts, extra, author, updated } = message
  return {
    id: idOfEntry(conversation, entry.id),
    key,
    conversation,
    parent: entry.parent === null ? null : idOfEntry(conversation, entry.parent),
    role: entry.role,
    time: entry.time ?? null,
    ...(author !== undefined ? { author } : {}),
    ...(updated !== undefined ? { updated } : {}),
    ...(entry.model !== undefined ? { model: entry.model } : {}),
    ...(entry.hidden ? { hidden: true } : {}),
    ...(entry.folded ? { folded: true } : {}),
    parts: parts.map((part) => ({ ...part })),
    ...(extra ? { extra: { ...extra } } : {}),
  }
}

/** One unit; the message's own fields stand at its first. */
export function unitView(
  conversation: ConversationId,
  entry: TreeEntry,
  message: Message,
  one: Unit,
  siblings: UnitView['siblings'],
): UnitView {
  const id = idOfEntry(conversation, entry.id)
  return {
    id: unitIdOf(id, one.index),
    message: id,
    role: entry.role,
    kind: one.kind,
    text: one.text,
    ...(one.code !== undefined ? { code: one.code } : {}),
    ...(one.language !== undefined ? { language: one.language } : {}),
    part: one.part,
    ...partFields(message.parts[one.part]),
    ...citationsIn(message.parts[one.part], one),
    ...(one.index === 0 ? firstFields(entry, message, siblings) : {}),
  }
}

const firstFields = (entry: TreeEntry, message: Message, siblings: UnitView['siblings']): Partial<UnitView> => ({
  first: true,
  ...(entry.time !== undefined ? { time: entry.time } : {}),
  ...(entry.model !== undefined ? { model: entry.model } : {}),
  ...(message.author !== undefined ? { author: message.author } : {}),
  ...(entry.hidden ? { hidden: true } : {}),
  ...(entry.folded ? { folded: true } : {}),
  ...(siblings ? { siblings } : {}),
})

function partFields(part: Part | undefined): Partial<UnitView> {
  switch (part?.type) {
    case 'tool-call':
      return { name: part.name, data: part.input }
    case 'tool-result':
      return {
        ...(part.name ? { name: part.name } : {}),
        ...(part.raw !== undefined ? { data: part.raw } : {}),
        ...(part.error ? { error: true } : {}),
      }
    case 'artifact':
      return {
        name: part.id,
        ...(part.title !== undefined ? { title: part.title } : {}),
        data: { kind: part.kind, ...changeOf(part.raw) },
      }
    case 'quote':
      return { ...(part.title !== undefined ? { title: part.title } : {}), ...(part.url !== undefined ? { url: part.url } : {}) }
    case 'reasoning':
      return part.summary === undefined ? {} : { title: part.summary }
    case 'unknown':
      return { name: part.kind, data: part.raw }
    case 'attachment': {
      const { kind, mime, size, width, height, blob } = part
      return {
        name: part.name,
        file: {
          kind,
          mime,
          ...(size !== undefined ? { size } : {}),
          ...(width !== undefined ? { width } : {}),
          ...(height !== undefined ? { height } : {}),
          ...(blob !== undefined ? { blob: blob as NonNullable<NonNullable<UnitView['file']>['blob']> } : {}),
        },
      }
    }
    default:
      return {}
  }
}

/** The citations of a text that fall into one of its units. */
function citationsIn(part: Part | undefined, { start, end }: Unit): Pick<UnitView, 'citations'> {
  if (part?.type !== 'text' || !part.citations?.length) return {}
  const last = end === part.text.length
  const citations = citationsOf(part.text, part.citations).flatMap((one) => {
    if (one.start === undefined || one.end === undefined) return last ? [one] : []
    if (one.end <= start || one.end > end) return []
    return [{ ...one, start: Math.max(one.start, start) - start, end: one.end - start }]
  })
  return citations.length > 0 ? { citations } : {}
}

/** What a call made of an artifact, where the provider says so: `create`, `update`, `rewrite`. */
function changeOf(raw: Json | undefined): { change?: string } {
  const command = typeof raw === 'object' && raw !== null && 'command' in raw ? raw.command : undefined
  return typeof command === 'string' ? { change: command } : {}
}

/** Where a message stands among those that answer the same one; undefined where it stands alone. */
export function siblingsIn(tree: ShownTree): (entry: TreeEntry) => UnitView['siblings'] {
  const children = childrenOf(tree.entries)
  const known = new Set(tree.entries.map((entry) => entry.id))
  return (entry) => {
    const all = children.get(entry.parent !== null && known.has(entry.parent) ? entry.parent : null) ?? []
    if (all.length < 2) return undefined
    const index = all.indexOf(entry)
    const idAt = (at: number): MessageId | undefined => {
      const one = all[at]
      return one && idOfEntry(tree.id, one.id)
    }
    const previous = idAt(index - 1)
    const next = idAt(index + 1)
    return { index, count: all.length, ...(previous ? { previous } : {}), ...(next ? { next } : {}) }
  }
}
