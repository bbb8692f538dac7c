import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { lechat } from './lechat.ts'

const id = '0a1b2c3d-1111-4222-8333-444455556666'
const message = (name: string, role: string, second: number, more: object = {}) => ({
  id: name,
  version: 0,
  chatId: id,
  role,
  content: name,
  contentChunks: null,
  createdAt: new Date(1.75e12 + second * 1000).toISOString(),
  reaction: 'neutral',
  canvas: [],
  quotes: [],
  files: [],
  ...more,
})

describe('le chat', () => {
  it('orders by time, and reads chunks, canvases, quotes and files', async () => {
    const {
      conversations: [chat],
      attached,
      unreadable,
    } = await readAll(
      lechat,
      sourceOf({
        [`chat-${id}.json`]: [
          message('second', 'assistant', 2, {
            model: 'mistral-large',
            contentChunks: [
              {
                type: 'tool_call',
                name: 'web_search',
                publicArguments: '{"q":"x"}',
                publicResult: [{ url: 'u' }],
                isDone: true,
                success: true,
              },
              { type: 'text', text: 'It is ' },
              { type: 'reference', referenceIds: [1] },
              { type: 'text', text: 'so.' },
              { type: 'custom_element', element: { kind: 'map' } },
            ],
            canvas: [{ id: 'k', title: 'Plan', type: 'code', language: 'python', content: 'print()' }],
          }),
          message('first', 'user', 1, {
            files: [
              { type: 'image', name: 'photo.png' },
              { type: 'text', name: 'gone.txt' },
            ],
            quotes: [{ text: 'said before' }],
          }),
        ],
        [`chat-${id}-files/photo.png`]: 'png',
        [`chat-${id}-files/notes.json`]: '[]',
        'user.json': { name: 'x' },
      }),
    )
    expect(unreadable).toEqual([])
    expect(chat).toMatchObject({ key: id, created: 1.75e12 + 1000, updated: 1.75e12 + 2000, model: 'mistral-large' })
    expect(chat?.messages.map(({ id: name, parent }) => [name, parent])).toEqual([
      ['first', null],
      ['second', 'first'],
    ])
    expect(chat?.messages[0]?.parts).toMatchObject([
      { type: 'quote', text: 'said before' },
      { type: 'text', text: 'first' },
      { name: 'photo.png', kind: 'image', size: 3 },
      { name: 'gone.txt', kind: 'file' },
    ])
    expect(attached).toEqual([`chat-${id}-files/photo.png`])
    expect(chat?.messages[1]?.parts).toEqual([
      { type: 'tool-call', name: 'web_search', input: { q: 'x' } },
      { type: 'tool-result', name: 'web_search', text: '[{"url":"u"}]', raw: { publicResult: [{ url: 'u' }], success: true } },
      { type: 'text', text: 'It is so.', citations: [{ at: 6, type: 'reference', referenceIds: [1] }] },
      { type: 'unknown', kind: 'custom_element', raw: { type: 'custom_element', element: { kind: 'map' } } },
      {
        type: 'artifact',
        id: 'k',
        kind: 'code',
        title: 'Plan',
        language: 'python',
        text: 'print()',
        raw: { id: 'k', title: 'Plan', type: 'code', language: 'python' },
      },
    ])
  })

  it('keeps branches where messages have parents', async () => {
    const {
      conversations: [chat],
    } = await readAll(
      lechat,
      sourceOf({
        x: [
          message('u', 'user', 1),
          message('a', 'assistant', 2, { parentId: 'u' }),
          message('b', 'assistant', 3, { parentId: 'u' }),
        ],
      }),
    )
    expect(chat?.messages.map(({ parent }) => parent)).toEqual([null, 'u', 'u'])
  })

  it('reports what is no message, and a file that breaks off, and goes on', async () => {
    const other = id.replace('0a', '1b')
    const { conversations, unreadable } = await readAll(
      lechat,
      sourceOf({
        [`chat-${id}.json`]: [5, message('u', 'user', 1)],
        [`chat-${other}.json`]: '[{"id": "x"',
        'settings.json': { a: 1 },
      }),
    )
    expect(conversations).toHaveLength(1)
    expect(unreadable.map(({ ref }) => ref)).toEqual([`chat-${id}.json #1`, `chat-${other}.json #1`])
  })
})
