import { describe, expect, it } from 'vitest'
import type { Conversation, Message } from '../contract/content.ts'
import { activePath, countConversation } from './rules.ts'

const message = (id: string, parent: string | null, fields: Partial<Message> = {}): Message => ({
  id,
  parent,
  role: 'user',
  parts: [],
  ...fields,
})
const conversation = (messages: Message[], current?: string): Conversation => ({
  source: 'chatgpt',
  key: 'k',
  messages,
  ...(current === undefined ? {} : { current }),
})
const ids = (path: Message[]) => path.map(({ id }) => id).join(' ')

describe('activePath', () => {
  const fork = [
    message('a', null, { time: 1 }),
    message('b', 'a', { time: 5 }),
    message('c', 'a', { time: 3 }),
    message('d', 'c', { time: 4 }),
  ]
  it('goes from the root to where the provider shows the conversation', () => {
    expect(ids(activePath(conversation(fork, 'd')))).toBe('a c d')
    expect(ids(activePath(conversation(fork, 'c')))).toBe('a c')
  })
  it('goes to the newest leaf where the provider names no end, or one that is not there', () => {
    expect(ids(activePath(conversation(fork)))).toBe('a b')
    expect(ids(activePath(conversation(fork, 'gone')))).toBe('a b')
  })
  it('takes the last of equally new leaves', () => {
    expect(ids(activePath(conversation([message('a', null), message('b', 'a'), message('c', 'a')])))).toBe('a c')
  })
  it('takes a message without a time as being as old as what it answers', () => {
    const messages = [
      message('a', null, { time: 1 }),
      message('b', 'a', { time: 9 }),
      message('c', 'a', { time: 3 }),
      message('d', 'c'),
    ]
    expect(ids(activePath(conversation(messages)))).toBe('a b')
  })
  it('ends at a cycle', () => {
    const path = activePath(conversation([message('a', 'b'), message('b', 'a')]))
    expect(path.length).toBeLessThanOrEqual(2)
  })
  it('is empty without messages', () => {
    expect(activePath(conversation([]))).toEqual([])
  })
})

describe('countConversation', () => {
  it('counts branches, hidden messages, unknown parts and attachments', () => {
    const file = { type: 'attachment', kind: 'image', name: 'x', mime: 'image/png', pointer: 'p' } as const
    const counts = countConversation(
      conversation([
        message('a', null, {
          time: 1,
          hidden: true,
          parts: [
            { type: 'unknown', kind: 'new', raw: 1 },
            { ...file, blob: 'b' },
          ],
        }),
        message('b', 'a', { time: 2, folded: true, parts: [file] }),
        message('c', 'a', { time: 3, parts: [file] }),
      ]),
    )
    expect(counts).toEqual({ messages: 3, branches: 1, hidden: 1, unknownTypes: 1, attachments: { stored: 1, missing: 2 } })
  })
})
