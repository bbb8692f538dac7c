/** What is true of every conversation, whichever format it came from. Pure. */
import type { Conversation, Message } from '../contract/content.ts'

export interface ConversationCounts {
  /** Message nodes, branches included. */
  messages: number
  /** Messages off the active path. */
  branches: number
  /** Messages that carry the provider's own hidden flag. */
  hidden: number
  /** Parts of a type that the importer does not know. */
  unknownTypes: number
  /** References to files: those whose bytes the export held, and those it did not hold. */
  attachments: { stored: number; missing: number }
}

/**
 * The messages that the provider shows, from the root to the end. Where the provider names no end (or one that is
 * not there), the newest leaf is the end; of several equally new ones the last in the provider's order.
 * A message without a time is as old as the nearest one above it that has a time.
 * Invariant of {@link Conversation}: the parents form a forest; a cycle ends the walk instead of hanging it.
 */
export function activePath(conversation: Conversation): Message[] {
  const { messages } = conversation
  const byId = new Map<string, Message>()
  for (const message of messages) byId.set(message.id, message)
  const above = (message: Message) => (message.parent === null ? undefined : byId.get(message.parent))

  const path: Message[] = []
  let at = conversation.current === undefined ? undefined : byId.get(conversation.current)
  at ??= newestLeaf(messages, above)
  while (at !== undefined && path.length < messages.length) {
    path.push(at)
    at = above(at)
  }
  return path.reverse()
}

/** What the import report adds up. */
export function countConversation(conversation: Conversation): ConversationCounts {
  const counts: ConversationCounts = {
    messages: conversation.messages.length,
    branches: conversation.messages.length - activePath(conversation).length,
    hidden: 0,
    unknownTypes: 0,
    attachments: { stored: 0, missing: 0 },
  }
  for (const message of conversation.messages) {
    if (message.hidden) counts.hidden++
    for (const part of message.parts) {
      if (part.type === 'unknown') counts.unknownTypes++
      else if (part.type === 'attachment') counts.attachments[part.blob === undefined ? 'missing' : 'stored']++
    }
  }
  return counts
}

function newestLeaf(messages: readonly Message[], above: (message: Message) => Message | undefined): Message | undefined {
  const parents = new Set<string>()
  for (const message of messages) if (message.parent !== null) parents.add(message.parent)
  let best: Message | undefined
  let bestTime = Number.NEGATIVE_INFINITY
  for (const message of messages) {
    if (parents.has(message.id)) continue
    const time = timeOf(message, above, messages.length)
    if (time < bestTime) continue
    best = message
    bestTime = time
  }
  return best ?? messages.at(-1)
}

function timeOf(message: Message, above: (message: Message) => Message | undefined, limit: number): number {
  let at: Message | undefined = message
  for (let steps = 0; at !== undefined && steps < limit; steps++) {
    if (at.time !== undefined) return at.time
    at = above(at)
  }
  return Number.NEGATIVE_INFINITY
}
