import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import type { Message } from '../../contract/content.ts'
import { claude } from './claude.ts'

type Raw = Record<string, unknown>
const at = '2026-01-02T03:04:05.678901Z'
const message = (uuid: string, content: unknown[], fields: Raw = {}): Raw => ({
  uuid,
  text: '```\nThis block is not supported on your current device yet.\n```',
  content,
  sender: 'assistant',
  created_at: at,
  updated_at: at,
  attachments: [],
  files: [],
  ...fields,
})
const conversation = (chat_messages: Raw[], fields: Raw = {}): Raw => ({
  uuid: 'c1',
  name: 'T',
  summary: '',
  created_at: at,
  updated_at: at,
  account: { uuid: 'a' },
  chat_messages,
  ...fields,
})
const read = (...conversations: unknown[]) => readAll(claude, sourceOf({ 'conversations.json': conversations }))
const one = async (raw: Raw): Promise<Message> => {
  const found = (await read(conversation([raw]))).conversations[0]?.messages[0]
  if (!found) throw new Error('nothing was read')
  return found
}

describe('messages', () => {
  it('reads blocks and not the flat text', async () => {
    const found = await one(
      message('m', [
        {
          type: 'thinking',
          thinking: 'Hm',
          summaries: [{ summary: 'Thinks' }],
          signature: 'sig',
          cut_off: false,
          start_timestamp: at,
          stop_timestamp: '2026-01-02T03:04:09Z',
        },
        { type: 'text', text: 'Yes', citations: [{ url: 'u' }], start_timestamp: at, stop_timestamp: at },
        { type: 'tool_use', id: 't1', name: 'search', input: { q: 1 }, message: 'Searching' },
        {
          type: 'tool_result',
          tool_use_id: 't1',
          name: 'search',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          is_error: true,
        },
        {
          type: 'tool_result',
          tool_use_id: 't2',
          name: 'search',
          content: [{ type: 'knowledge', title: 'K', text: 'c', url: 'u' }],
        },
        { type: 'voice_note', transcript: 'spoken' },
        { type: 'token_budget', remaining: 5 },
        { type: 'telepathy', waves: 2 },
      ]),
    )
    expect(found).toEqual({
      id: 'm',
      parent: null,
      role: 'assistant',
      time: Date.parse(at),
      parts: [
        { type: 'reasoning', text: 'Hm', summary: 'Thinks' },
        { type: 'text', text: 'Yes', citations: [{ url: 'u' }] },
        { type: 'tool-call', name: 'search', id: 't1', input: { q: 1 } },
        { type: 'tool-result', name: 'search', id: 't1', text: 'a\nb', error: true },
        {
          type: 'tool-result',
          name: 'search',
          id: 't2',
          text: 'c',
          raw: [{ type: 'knowledge', title: 'K', text: 'c', url: 'u' }],
        },
        { type: 'text', text: 'spoken' },
        { type: 'unknown', kind: 'telepathy', raw: { type: 'telepathy', waves: 2 } },
      ],
      extra: {
        blocks: {
          0: { signature: 'sig', cut_off: false, stop_timestamp: '2026-01-02T03:04:09Z' },
          2: { message: 'Searching' },
          6: { type: 'token_budget', remaining: 5 },
        },
        micros: { time: 901 },
      },
    })
  })
  it('reads the flat text of old exports', async () => {
    expect((await one({ ...message('m', []), text: 'plain', sender: 'human' })).parts).toEqual([{ type: 'text', text: 'plain' }])
  })
  it('reads attachments with their text, and files without bytes', async () => {
    const found = await one(
      message('m', [{ type: 'text', text: 'see' }], {
        sender: 'human',
        attachments: [{ file_name: 'a.pdf', file_size: 9, file_type: 'pdf', extracted_content: 'inside' }],
        files: [{ file_name: 'p.png', file_uuid: 'f1', thumbnail_url: '/x' }],
      }),
    )
    expect(found.parts).toEqual([
      { type: 'attachment', kind: 'file', name: 'a.pdf', mime: 'application/pdf', pointer: 'a.pdf', size: 9, text: 'inside' },
      { type: 'attachment', kind: 'image', name: 'p.png', mime: 'image/png', pointer: 'f1' },
      { type: 'text', text: 'see' },
    ])
    expect(found.extra).toEqual({
      files: { f1: { thumbnail_url: '/x' } },
      raw: { 'attachments.0': { file_type: 'pdf' } },
      micros: { time: 901 },
    })
  })
  it('follows an artifact through its changes', async () => {
    const call = (input: Raw) => ({ type: 'tool_use', id: 't', name: 'artifacts', input: { id: 'art', ...input } })
    const found = (
      await read(
        conversation([
          message('m', [
            call({
              command: 'create',
              type: 'application/vnd.ant.code',
              language: 'python',
              title: 'P',
              content: 'x = 1\ny = 2',
              version_uuid: 'v',
            }),
          ]),
          message('n', [
            call({ command: 'update', old_str: 'x = 1', new_str: 'x = $&' }),
            call({ command: 'update', old_str: 'nowhere', new_str: 'z' }),
          ]),
        ]),
      )
    ).conversations[0]?.messages
    expect(found?.flatMap(({ parts }) => parts)).toMatchObject([
      {
        type: 'artifact',
        id: 'art',
        kind: 'application/vnd.ant.code',
        language: 'python',
        title: 'P',
        text: 'x = 1\ny = 2',
        raw: { command: 'create', version_uuid: 'v' },
      },
      { type: 'artifact', kind: 'application/vnd.ant.code', text: 'x = $&\ny = 2', raw: { old_str: 'x = 1' } },
      { type: 'artifact', text: 'z' },
    ])
  })
})

describe('conversations', () => {
  const root = '00000000-0000-4000-8000-000000000000'
  const text = [{ type: 'text', text: 'x' }]
  const parents = async (raw: Raw) =>
    (await read(raw)).conversations[0]?.messages.map(({ id, parent }) => `${parent ?? ''}>${id}`)
  it('keeps branches where parents are given', async () => {
    expect(
      await parents(
        conversation([
          message('a', text, { parent_message_uuid: root }),
          message('b', text, { parent_message_uuid: 'a' }),
          message('c', text, { parent_message_uuid: 'a' }),
        ]),
      ),
    ).toEqual(['>a', 'a>b', 'a>c'])
  })
  it('chains the messages of older exports, under either name', async () => {
    expect(await parents(conversation([message('a', text), message('b', text), message('b', text)]))).toEqual([
      '>a',
      'a>b',
      'b>b#2',
    ])
    const { chat_messages, ...old } = conversation([message('a', text), message('b', text)])
    expect(await parents({ ...old, messages: chat_messages })).toEqual(['>a', 'a>b'])
  })
  it('reads what it is, and keeps the rest', async () => {
    const { conversations } = await readAll(
      claude,
      sourceOf({
        'conversations.json': [
          conversation([], {
            project_uuid: 'p1',
            is_starred: true,
            model: 'm',
            current_leaf_message_uuid: 'gone',
            settings: { a: 1 },
            summary: 'Long ago',
          }),
        ],
        'projects/p1.json': { uuid: 'p1', name: 'Garden', docs: [] },
      }),
    )
    expect(conversations).toEqual([
      {
        source: 'claude',
        key: 'c1',
        title: 'T',
        created: Date.parse(at),
        updated: Date.parse(at),
        model: 'm',
        starred: true,
        project: { id: 'p1', name: 'Garden' },
        messages: [],
        extra: {
          summary: 'Long ago',
          account: { uuid: 'a' },
          settings: { a: 1 },
          micros: { created: 901, updated: 901 },
        },
      },
    ])
  })
  it('goes on after broken ones', async () => {
    const { conversations, unreadable } = await read(
      1,
      { uuid: 'x', name: 'No messages' },
      conversation([message('a', text, { parent_message_uuid: 'a' })]),
      conversation([], { uuid: 'ok' }),
    )
    expect(unreadable.map(({ ref }) => ref)).toEqual([
      'conversations.json #1',
      'conversations.json #2 “No messages”',
      'conversations.json #3 “T”',
    ])
    expect(conversations.map(({ key }) => key)).toEqual(['ok'])
  })
})

describe('what stands beside', () => {
  it('reads projects and memories as documents', async () => {
    const { conversations, documents } = await readAll(
      claude,
      sourceOf({
        'part-1.zip!/conversations.json': [],
        'part-2.zip!/projects.json': [
          {
            uuid: 'p1',
            name: 'Garden',
            description: 'Beds',
            prompt_template: 'Be brief.',
            is_private: true,
            created_at: at,
            docs: [{ uuid: 'd1', filename: 'soil.md', content: '# Soil', created_at: at }],
          },
        ],
        'part-3.zip!/memories.json': [
          {
            account_uuid: 'a',
            conversations_memory: 'Likes tea',
            project_memories: { p1: 'Plants' },
            memory_files: [{ path: '/x.md', content: 'X', size: 1 }],
          },
        ],
      }),
    )
    expect(conversations).toEqual([])
    expect(documents).toMatchObject([
      {
        key: 'project:p1',
        title: 'Garden',
        project: { id: 'p1', name: 'Garden' },
        extra: { kind: 'project', is_private: true },
        messages: [
          { id: 'description', role: 'system', parts: [{ text: 'Beds' }] },
          { id: 'prompt', parent: 'description', parts: [{ text: 'Be brief.' }] },
          {
            id: 'd1',
            parent: 'prompt',
            author: 'soil.md',
            time: Date.parse(at),
            parts: [{ type: 'artifact', kind: 'text/markdown', title: 'soil.md', text: '# Soil' }],
          },
        ],
      },
      {
        key: 'memories:a',
        extra: { kind: 'memory' },
        messages: [
          { id: 'conversations' },
          { id: 'project:p1', parts: [{ text: 'Plants' }] },
          { id: 'file:/x.md', author: '/x.md', extra: { size: 1 } },
        ],
      },
    ])
    expect(documents.every(({ messages }) => messages.every(({ folded }) => folded === undefined))).toBe(true)
  })
  it('reads design chats as conversations', async () => {
    const source = sourceOf({
      'design_chats/d.json': {
        uuid: 'd',
        title: 'Logo',
        project: { uuid: 'p', name: 'Brand' },
        created_at: at,
        messages: [
          {
            uuid: 'm1',
            role: 'user',
            created_at: at,
            content: { content: 'Draw', attachments: [{ name: 'a.txt', content: 'inside' }], authorAccountUuid: 'me' },
          },
          {
            uuid: 'm2',
            role: 'assistant',
            content: {
              timestamp: at,
              contentBlocks: [
                { type: 'thinking', text: 'Hm' },
                { type: 'tool_call', toolCall: { name: 'draw', input: { w: 1 } } },
                { type: 'text', text: 'Done' },
                { type: 'error', message: 'Oops' },
              ],
            },
          },
        ],
      },
    })
    expect(await claude.detect(source)).toBeGreaterThan(0.5)
    const { conversations, documents } = await readAll(claude, source)
    expect(documents).toEqual([])
    expect(conversations).toMatchObject([
      {
        key: 'd',
        title: 'Logo',
        project: { id: 'p', name: 'Brand' },
        messages: [
          {
            id: 'm1',
            parts: [
              { type: 'attachment', name: 'a.txt', text: 'inside' },
              { type: 'text', text: 'Draw' },
            ],
            extra: { authorAccountUuid: 'me' },
          },
          {
            id: 'm2',
            parent: 'm1',
            time: Date.parse(at),
            parts: [
              { type: 'reasoning', text: 'Hm' },
              { type: 'tool-call', name: 'draw', input: { w: 1 } },
              { type: 'text', text: 'Done' },
              { type: 'text', text: 'Oops' },
            ],
          },
        ],
      },
    ])
  })
})
