/** Messages and conversations as ChatGPT exports them, and what the format reads of them. */

import type { Message } from '../../node-core/contract/content.ts'
import { chatgpt } from '../../node-core/imports/formats/chatgpt.ts'
import { readAll, sourceOf } from './exports.ts'

export type Raw = Record<string, unknown>
/** A message as ChatGPT exports it. */
export const raw = (id: string, content: Raw, fields: Raw = {}): Raw => ({
  id,
  author: { role: 'assistant', name: null, metadata: {} },
  create_time: 1700000000.5,
  update_time: null,
  content,
  status: 'finished_successfully',
  end_turn: true,
  weight: 1,
  metadata: {},
  recipient: 'all',
  channel: 'final',
  ...fields,
})
/** A conversation whose messages follow one another. */
export const conversation = (messages: Raw[], fields: Raw = {}): Raw => {
  const mapping: Record<string, Raw> = { root: { id: 'root', message: null, parent: null, children: [messages[0]?.['id']] } }
  for (const [index, message] of messages.entries()) {
    mapping[String(message['id'])] = {
      id: message['id'],
      message,
      parent: messages[index - 1]?.['id'] ?? 'root',
      children: messages[index + 1] ? [messages[index + 1]?.['id']] : [],
    }
  }
  return {
    conversation_id: 'c1',
    id: 'c1',
    title: 'T',
    create_time: 1700000000,
    update_time: 1700000001,
    mapping,
    current_node: messages.at(-1)?.['id'],
    ...fields,
  }
}
/** What the format reads of an export of these conversations. */
export const read = (...conversations: unknown[]) => readAll(chatgpt, sourceOf({ 'conversations.json': conversations }))
/** The message that it reads of one. */
export const one = async (message: Raw): Promise<Message> => {
  const { conversations } = await read(conversation([message]))
  const found = conversations[0]?.messages[0]
  if (!found) throw new Error('nothing was read')
  return found
}
