/** What is true of every conversation, whichever format it came from. Pure. */
import type { Conversation, Message } from '../contract/content.ts'
import { activeLeaf, byIdOf, pathTo } from '../contract/tree.ts'

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

/** The messages that the provider shows, from the root to the end. */
export const activePath = ({ messages, current }: Conversation): Message[] =>
  pathTo(byIdOf(messages), activeLeaf(messages, current))

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
