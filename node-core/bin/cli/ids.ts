/** Ids as people paste them. */
import type { z } from 'zod'
import { conversationId, importId, messageId, noteId, targetId, unitId } from '../../contract/api/fields.ts'
import { VivimError } from '../../contract/errors.ts'

const parse = <T>(type: z.ZodType<T>, text: string, what: string): T => {
  const parsed = type.safeParse(text.trim())
  if (!parsed.success) throw new VivimError('bad-request', `“${text.slice(0, 60)}” is not ${what}.`)
  return parsed.data
}
export const parseConversation = (text: string) =>
  parse(conversationId, text, 'the id of a conversation; “vivim list” shows them')
export const parseMessage = (text: string) => parse(messageId, text, 'the id of a message; “vivim show” shows them')
export const parseImport = (text: string) => parse(importId, text, 'the id of an import; “vivim imports” lists them')
export const parseNote = (text: string) => parse(noteId, text, 'the id of a note; “vivim note list” shows them')
export const parseTarget = (text: string) => parse(targetId, text, 'the id of a conversation, message or unit')

/** What an id names. Error: `bad-request`. */
export function parseAny(text: string) {
  const unit = unitId.safeParse(text)
  if (unit.success) return { kind: 'unit', id: unit.data } as const
  const message = messageId.safeParse(text)
  if (message.success) return { kind: 'message', id: message.data } as const
  return { kind: 'conversation', id: parse(conversationId, text, 'the id of a conversation, message or unit') } as const
}
