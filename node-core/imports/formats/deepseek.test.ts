import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { deepseek } from './deepseek.ts'

describe('deepseek', () => {
  it('reads fragments, files and branches of the account’s export', async () => {
    const node = (id: string, parent: string | null, children: string[], message: unknown) => [
      id,
      { id, parent, children, message },
    ]
    const said = (fragments: unknown[], fields = {}) => ({
      files: [],
      model: 'deepseek-chat',
      inserted_at: '2025-03-04T05:06:07.891000+08:00',
      fragments,
      ...fields,
    })
    const { conversations, unreadable } = await readAll(
      deepseek,
      sourceOf({
        'conversations.json': [
          {
            id: 'c',
            title: 'T',
            inserted_at: '2025-03-04T05:06:07+08:00',
            updated_at: '2025-03-05T05:06:07+08:00',
            mapping: Object.fromEntries([
              node('root', null, ['1'], null),
              node(
                '1',
                'root',
                ['2', '3'],
                said([{ type: 'REQUEST', content: 'Q' }], { files: [{ id: 'file-1', file_name: 'a.csv', file_size: 3 }] }),
              ),
              node(
                '2',
                '1',
                [],
                said([
                  { type: 'THINK', content: 'hm', elapsed: 2 },
                  { type: 'RESPONSE', content: 'A' },
                ]),
              ),
              node(
                '3',
                '1',
                [],
                said([
                  { type: 'SEARCH', content: '', results: [{ url: 'u' }] },
                  { type: 'DREAM', content: 'zzz' },
                ]),
              ),
            ]),
          },
          { id: 'x', title: 'Broken' },
        ],
      }),
    )
    expect(unreadable).toEqual([{ ref: 'conversations.json #2 “Broken”', reason: 'it has no messages (no “mapping”)' }])
    const time = Date.parse('2025-03-03T21:06:07.891Z')
    expect(conversations).toEqual([
      {
        source: 'deepseek',
        key: 'c',
        title: 'T',
        created: Date.parse('2025-03-03T21:06:07Z'),
        updated: Date.parse('2025-03-04T21:06:07Z'),
        messages: [
          {
            id: '1',
            parent: null,
            role: 'user',
            time,
            parts: [
              { type: 'text', text: 'Q' },
              { type: 'attachment', kind: 'file', name: 'a.csv', mime: 'text/csv', pointer: 'file-1', size: 3 },
            ],
          },
          {
            id: '2',
            parent: '1',
            role: 'assistant',
            time,
            model: 'deepseek-chat',
            parts: [
              { type: 'reasoning', text: 'hm' },
              { type: 'text', text: 'A' },
            ],
            extra: { fragments: { 0: { elapsed: 2 } } },
          },
          {
            id: '3',
            parent: '1',
            role: 'assistant',
            time,
            model: 'deepseek-chat',
            parts: [
              { type: 'tool-result', name: 'search', text: '', raw: [{ url: 'u' }] },
              { type: 'unknown', kind: 'DREAM', raw: { type: 'DREAM', content: 'zzz' } },
            ],
          },
        ],
      },
    ])
  })
  it('reads what the web page gets from the API', async () => {
    const source = sourceOf({
      'saved.json': {
        code: 0,
        data: {
          biz_data: {
            chat_session: {
              id: 's',
              title: 'T',
              inserted_at: 1740000000.5,
              updated_at: 1740000100.25,
              current_message_id: 2,
              pinned: true,
            },
            chat_messages: [
              { message_id: 1, parent_id: null, role: 'USER', content: 'Q', inserted_at: 1740000000.5 },
              {
                message_id: 2,
                parent_id: 1,
                role: 'ASSISTANT',
                content: 'A',
                thinking_content: 'hm',
                thinking_elapsed_secs: 3,
                inserted_at: 1740000001,
              },
              { message_id: 3, parent_id: 1, role: 'ASSISTANT', content: 'B', inserted_at: 1740000002 },
            ],
          },
        },
      },
    })
    expect(await deepseek.detect(source)).toBe(1)
    expect((await readAll(deepseek, source)).conversations).toMatchObject([
      {
        key: 's',
        created: 1740000000500,
        updated: 1740000100250,
        current: '2',
        starred: true,
        messages: [
          { id: '1', role: 'user' },
          {
            id: '2',
            parent: '1',
            parts: [{ type: 'reasoning', text: 'hm' }, { text: 'A' }],
            extra: { thinking_elapsed_secs: 3 },
          },
          { id: '3', parent: '1' },
        ],
      },
    ])
  })
})
