import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { librechat } from './librechat.ts'

const none = '00000000-0000-0000-0000-000000000000'
const message = (messageId: string, parentMessageId: string | undefined, user: boolean, text: string, more: object = {}) => ({
  messageId,
  ...(parentMessageId === undefined ? {} : { parentMessageId }),
  conversationId: 'c1',
  sender: user ? 'User' : 'Assistant',
  isCreatedByUser: user,
  text,
  createdAt: '2025-06-15T15:06:40.000Z',
  updatedAt: '2025-06-15T15:06:40.000Z',
  ...more,
})

async function readOne(files: Record<string, unknown>) {
  const read = await readAll(librechat, sourceOf(files))
  const [conversation] = read.conversations
  if (!conversation) throw new Error('nothing was read')
  return { ...read, conversation }
}

describe('librechat', () => {
  it('says as of when it speaks, beside the time of the last change', async () => {
    const chat = { conversationId: 'c1', endpoint: 'openAI', title: 'T', messages: [message('u1', none, true, 'Hi')] }
    const { conversation } = await readOne({ 'c.json': { ...chat, exportAt: '2025-07-01T00:00:00.000Z' } })
    expect(conversation).toMatchObject({ updated: Date.parse('2025-06-15T15:06:40.000Z'), asOf: Date.parse('2025-07-01') })
    // older versions of the app write the time of day alone
    for (const exportAt of ['14:22:11 GMT+0200 (Central European Summer Time)', 'May 5', ''])
      expect((await readOne({ 'c.json': { ...chat, exportAt } })).conversation.asOf).toBeUndefined()
  })

  it('reads nested trees as it reads flat lists', async () => {
    const flat = {
      conversationId: 'c1',
      endpoint: 'openAI',
      title: 'T',
      exportAt: 'x',
      branches: true,
      recursive: false,
      options: { model: 'm' },
      messages: [
        message('u1', none, true, 'Hi'),
        message('a1', 'u1', false, 'One'),
        message('a2', 'u1', false, 'Two'),
        message('u2', 'a2', true, 'More'),
      ],
    }
    const { messages: _, ...head } = flat
    const nested = {
      ...head,
      exportAt: 'y',
      recursive: true,
      messagesTree: [
        {
          ...message('u1', none, true, 'Hi'),
          children: [
            { ...message('a1', 'u1', false, 'One'), children: [] },
            { ...message('a2', undefined, false, 'Two'), children: [message('u2', 'a2', true, 'More')] },
          ],
        },
      ],
    }
    const { conversation } = await readOne({ 'c.json': flat })
    expect(conversation).toMatchObject({
      key: 'c1',
      title: 'T',
      model: 'm',
      extra: { endpoint: 'openAI', options: { model: 'm' } },
    })
    expect(conversation.messages.map(({ id, parent, role }) => [id, parent, role])).toEqual([
      ['u1', null, 'user'],
      ['a1', 'u1', 'assistant'],
      ['a2', 'u1', 'assistant'],
      ['u2', 'a2', 'user'],
    ])
    expect((await readOne({ 'c.json': nested })).conversation).toEqual(conversation)
  })

  it('reads content parts, files and errors', async () => {
    const { conversation, attached } = await readOne({
      'files/photo.png': 'png',
      'c.json': {
        conversationId: 'c1',
        endpoint: 'agents',
        title: 'T',
        messages: [
          message('u1', none, true, 'See', {
            files: [
              {
                file_id: 'f',
                filename: 'photo.png',
                filepath: '/images/u/photo.png',
                type: 'image/png',
                bytes: 3,
                width: 4,
                height: 5,
              },
            ],
          }),
          message('a1', 'u1', false, '', {
            model: 'm',
            error: true,
            content: [
              { type: 'think', think: 'Hmm' },
              { type: 'text', text: { value: 'Say' } },
              { type: 'tool_call', tool_call: { id: 't', name: 'search', args: '{"q":1}', output: 'found', progress: 1 } },
              { type: 'text', text: 'Done' },
              { type: 'agent_update', agent_update: { index: 1 } },
            ],
          }),
          message('a2', 'u1', false, ':::thinking\nHm\n:::\nOld'),
        ],
      },
    })
    expect(attached).toEqual(['files/photo.png'])
    expect(conversation.messages[0]?.parts[1]).toMatchObject({
      kind: 'image',
      name: 'photo.png',
      pointer: '/images/u/photo.png',
      width: 4,
      height: 5,
      blob: 'blob-of-files/photo.png',
    })
    expect(conversation.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'text', text: 'Say' },
      { type: 'tool-call', name: 'search', id: 't', input: { q: 1 } },
      { type: 'tool-result', name: 'search', id: 't', text: 'found' },
      { type: 'text', text: 'Done' },
      { type: 'unknown', kind: 'agent_update', raw: { type: 'agent_update', agent_update: { index: 1 } } },
    ])
    expect(conversation.messages[1]?.extra).toEqual({ error: true })
    expect(conversation.messages[2]?.parts).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Old' },
    ])
  })

  it('reports a cycle, repairs a missing parent, and passes other files by', async () => {
    const { conversations, unreadable } = await readAll(
      librechat,
      sourceOf({
        'a.json': {
          conversationId: 'a',
          title: 'Round',
          messages: [message('x', 'y', true, '1'), message('y', 'x', false, '2')],
        },
        'b.json': { conversationId: 'b', title: 'B', messages: [message('x', 'gone', true, '1')] },
        'c.json': '{"conversationId": "c", "messages": [',
        'package.json': { name: 'other' },
      }),
    )
    expect(conversations.map(({ key, messages }) => [key, messages[0]?.parent])).toEqual([['b', null]])
    expect(unreadable.map(({ ref }) => ref)).toEqual(['a.json #1 “Round”', 'c.json'])
  })
})
