/** LM Studio and Jan. */
import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { activePath } from '../rules.ts'
import { jan } from './jan.ts'
import { lmstudio } from './lmstudio.ts'

describe('lm studio', () => {
  const single = (role: string, text: string) => ({ type: 'singleStep', role, content: [{ type: 'text', text }] })
  const versions = (currentlySelected: number, ...all: unknown[]) => ({ versions: all, currentlySelected })
  const chat = (messages: unknown[]) => ({
    name: 'Chat',
    pinned: true,
    createdAt: 1_737_000_000_000,
    tokenCount: 3,
    systemPrompt: 'Be brief',
    userLastMessagedAt: 1_737_000_100_000,
    assistantLastMessagedAt: 1_737_000_200_000,
    messages,
  })

  it('keeps every version as a branch, under the version that is selected', async () => {
    const {
      conversations: [conversation],
    } = await readAll(
      lmstudio,
      sourceOf({
        'x.json': chat([
          versions(1, single('user', 'first'), single('user', 'edited')),
          versions(0, single('assistant', 'one'), single('assistant', 'two'), single('assistant', 'three')),
        ]),
      }),
    )
    expect(conversation).toMatchObject({
      key: '1737000000000',
      title: 'Chat',
      starred: true,
      current: '1.0',
      updated: 1_737_000_200_000,
      extra: { systemPrompt: 'Be brief' },
    })
    expect(conversation?.messages.map(({ id, parent }) => [id, parent])).toEqual([
      ['0.0', null],
      ['0.1', null],
      ['1.0', '0.1'],
      ['1.1', '0.1'],
      ['1.2', '0.1'],
    ])
    if (conversation) expect(activePath(conversation).map(({ id }) => id)).toEqual(['0.1', '1.0'])
  })

  it('reads the steps of an answer, and files', async () => {
    const {
      conversations: [conversation],
      attached,
    } = await readAll(
      lmstudio,
      sourceOf({
        'user-files/17-photo.png': 'png',
        'conversations/1737000000001.conversation.json': chat([
          versions(0, {
            type: 'singleStep',
            role: 'user',
            content: [
              { type: 'file', fileIdentifier: '17-photo.png', fileType: 'image', sizeBytes: 3 },
              { type: 'text', text: 'See' },
            ],
          }),
          versions(0, {
            type: 'multiStep',
            role: 'assistant',
            senderInfo: { senderName: 'qwen' },
            steps: [
              {
                type: 'contentBlock',
                stepIdentifier: 's1',
                style: { type: 'thinking', ended: true },
                content: [{ type: 'text', text: 'Hmm' }],
                genInfo: { indexedModelIdentifier: 'qwen/qwen3', stats: { tokens: 5 } },
              },
              {
                type: 'contentBlock',
                content: [
                  {
                    type: 'toolCallRequest',
                    toolCallRequestId: '9',
                    name: 'js',
                    parameters: { code: '1' },
                    pluginIdentifier: 'sandbox',
                  },
                ],
              },
              { type: 'toolStatus', callId: 1, statusState: { status: { type: 'toolCallSucceeded' } } },
              { type: 'contentBlock', content: [{ type: 'toolCallResult', toolCallId: '9', content: '1' }] },
              { type: 'contentBlock', content: [{ type: 'text', text: '<think>More</think>\n\nDone' }] },
            ],
          }),
        ]),
      }),
    )
    expect(conversation?.key).toBe('1737000000001')
    expect(attached).toEqual(['user-files/17-photo.png'])
    expect(conversation?.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'tool-call', name: 'js', id: '9', input: { code: '1' } },
      { type: 'tool-result', id: '9', text: '1' },
      { type: 'reasoning', text: 'More' },
      { type: 'text', text: 'Done' },
    ])
    expect(conversation?.messages[1]).toMatchObject({ model: 'qwen/qwen3', author: 'qwen' })
    const kept = JSON.stringify(conversation?.messages[1]?.extra)
    for (const word of ['"tokens":5', 'sandbox', 'toolCallSucceeded']) expect(kept).toContain(word)
  })

  it('reports a chat that is none, and passes other files by', async () => {
    const { conversations, unreadable } = await readAll(
      lmstudio,
      sourceOf({
        '1.conversation.json': { name: 'Odd', messages: [{ role: 'user' }] },
        'config.json': { a: 1 },
        '2.conversation.json': '{"name": ',
      }),
    )
    expect(conversations).toEqual([])
    expect(unreadable.map(({ ref }) => ref)).toEqual(['1.conversation.json #1 “Odd”', '2.conversation.json'])
  })
})

describe('jan', () => {
  const message = (id: string, role: string, content: unknown, more: object = {}) =>
    JSON.stringify({
      id,
      object: 'thread.message',
      thread_id: 't',
      role,
      content,
      status: 'ready',
      created_at: 1_738_000_000,
      ...more,
    })
  const text = (value: string, annotations: unknown[] = []) => [{ type: 'text', text: { value, annotations } }]
  const thread = {
    id: 't',
    object: 'thread',
    title: 'Talk',
    created: 1_738_000_000,
    updated: 1_738_000_100,
    assistants: [{ model: { id: 'llama' } }],
    metadata: { is_favorite: true, project: { id: 'p', name: 'Garden' } },
  }

  it('reads a thread with its messages, calls and pictures', async () => {
    const {
      conversations: [conversation],
      attached,
    } = await readAll(
      jan,
      sourceOf({
        'threads/t/thread.json': thread,
        'threads/t/messages.jsonl': [
          message('u', 'user', [
            ...text('See'),
            { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from('png').toString('base64')}` } },
          ]),
          message('a', 'assistant', text('<think>Hm</think>Yes', [{ cite: 1 }]), {
            completed_at: 1_738_000_009,
            metadata: {
              usage: { total: 4 },
              tool_calls: [
                {
                  tool: { id: 'c', function: { name: 'search', arguments: '{"q":1}' } },
                  response: { content: [{ type: 'text', text: 'found' }], error: '' },
                  state: 'ready',
                },
              ],
            },
          }),
        ].join('\n'),
      }),
    )
    expect(conversation).toMatchObject({
      key: 't',
      title: 'Talk',
      model: 'llama',
      starred: true,
      project: { id: 'p', name: 'Garden' },
      updated: 1_738_000_100_000,
    })
    expect(attached).toEqual(['image.png'])
    expect(conversation?.messages[1]).toMatchObject({
      parent: 'u',
      time: 1_738_000_000_000,
      updated: 1_738_000_009_000,
      extra: { status: 'ready', metadata: { usage: { total: 4 } } },
    })
    expect(conversation?.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Yes', citations: [{ cite: 1 }] },
      { type: 'tool-call', name: 'search', id: 'c', input: { q: 1 } },
      { type: 'tool-result', name: 'search', id: 'c', text: 'found' },
    ])
  })

  it('takes either file alone, reports lines that are damaged, and goes on', async () => {
    const messages = sourceOf({
      download: [message('u', 'user', text('a')), '{"id":', message('a', 'assistant', text('b'))].join('\n'),
    })
    const only = await readAll(jan, messages)
    expect(only.conversations[0]).toMatchObject({ key: 't' })
    expect(only.conversations[0]?.messages.map(({ parent }) => parent)).toEqual([null, 'u'])
    expect(only.unreadable.map(({ ref }) => ref)).toEqual(['download line 2'])
    const empty = await readAll(jan, sourceOf({ download: thread }))
    expect(empty.conversations[0]).toMatchObject({ key: 't', title: 'Talk', messages: [] })
  })
})
