import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { activePath, countConversation } from '../rules.ts'
import { openwebui } from './openwebui.ts'
import { detailParts } from './openwebui-details.ts'

const node = (id: string, parentId: string | null, role: string, content: unknown, more: object = {}) => ({
  id,
  parentId,
  childrenIds: [],
  role,
  content,
  timestamp: 1_715_000_000,
  ...more,
})
const chat = (
  nodes: { id: string; [key: string]: unknown }[],
  more: object = {},
  currentId: string | null = nodes.at(-1)?.id ?? null,
) => ({
  id: 'c1',
  user_id: 'u',
  title: 'T',
  created_at: 1_715_000_000,
  updated_at: 1_715_000_100,
  archived: false,
  pinned: false,
  meta: {},
  folder_id: null,
  chat: {
    title: 'T',
    models: ['m'],
    history: { currentId, messages: Object.fromEntries(nodes.map((each) => [each.id, each])) },
    files: [],
  },
  ...more,
})

async function readOne(...chats: unknown[]) {
  const read = await readAll(openwebui, sourceOf({ 'chats.json': chats }))
  const [conversation] = read.conversations
  if (!conversation) throw new Error('nothing was read')
  return { ...read, conversation }
}

describe('open webui', () => {
  it('keeps parallel models as siblings, several roots, tags, folders and flags', async () => {
    const { conversation } = await readOne(
      chat(
        [
          node('u1', null, 'user', 'Hi', { models: ['a', 'b'] }),
          node('a1', 'u1', 'assistant', 'from a', { model: 'a', modelName: 'Model A', modelIdx: 0, done: true }),
          node('a2', 'u1', 'assistant', 'from b', { model: 'b', modelIdx: 1, done: false, usage: { total: 3 } }),
          node('u2', null, 'user', 'Another beginning'),
        ],
        { archived: true, pinned: true, meta: { tags: ['work'] }, folder_id: 'f1' },
        'a2',
      ),
    )
    expect(conversation).toMatchObject({
      key: 'c1',
      current: 'a2',
      tags: ['work'],
      project: { id: 'f1' },
      archived: true,
      starred: true,
      updated: 1_715_000_100_000,
    })
    expect(conversation.messages.map(({ id, parent, model, author }) => [id, parent, model, author])).toEqual([
      ['u1', null, undefined, undefined],
      ['a1', 'u1', 'a', 'Model A'],
      ['a2', 'u1', 'b', undefined],
      ['u2', null, undefined, undefined],
    ])
    expect(conversation.messages[2]?.extra).toEqual({ modelIdx: 1, usage: { total: 3 }, done: false })
    expect(countConversation(conversation).branches).toBe(2)
  })

  it('repairs a broken end, missing parents, roles and children', async () => {
    const { conversation } = await readOne(
      chat(
        [
          { ...node('u1', null, 'user', 'Hi'), childrenIds: ['a1'] },
          { id: 'a1', content: 'No role, no parent', model: 'm', timestamp: 1_715_000_001, childrenIds: [] },
          node('u2', 'gone', 'user', 'Orphan', { timestamp: 1_715_000_000 }),
          { id: 'empty' },
        ],
        {},
        'nowhere',
      ),
    )
    expect(conversation.messages.map(({ id, parent, role }) => [id, parent, role])).toEqual([
      ['u1', null, 'user'],
      ['a1', 'u1', 'assistant'],
      ['u2', null, 'user'],
    ])
    expect(conversation.current).toBeUndefined()
    expect(activePath(conversation).map(({ id }) => id)).toEqual(['u1', 'a1'])
  })

  it('reports a cycle and a chat without messages, and goes on', async () => {
    const { conversation, unreadable } = await readOne(
      chat([node('x', 'y', 'user', '1'), node('y', 'x', 'assistant', '2')]),
      { id: 'none', title: 'Empty', chat: { title: 'Empty' } },
      chat([node('u', null, 'user', 'ok')], { id: 'good' }),
    )
    expect(conversation.key).toBe('good')
    expect(unreadable.map(({ ref }) => ref)).toEqual(['chats.json #1 “T”', 'chats.json #2 “Empty”'])
  })

  it('prefers output to the content that repeats it', async () => {
    const { conversation } = await readOne(
      chat([
        node('u', null, 'user', 'Hi'),
        node('a', 'u', 'assistant', '<details type="reasoning"></details>Answer', {
          output: [
            { type: 'reasoning', content: [{ type: 'output_text', text: 'Hmm' }], summary: null },
            { type: 'function_call', call_id: 'c', name: 'search', arguments: '{"q":1}' },
            { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'found' }], files: [] },
            { type: 'message', content: [{ type: 'output_text', text: 'Answer' }] },
            { type: 'puzzle' },
          ],
          sources: [{ source: { name: 'x' } }],
        }),
      ]),
    )
    expect(conversation.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'tool-call', name: 'search', id: 'c', input: { q: 1 } },
      { type: 'tool-result', id: 'c', text: 'found' },
      { type: 'text', text: 'Answer', citations: [{ source: { name: 'x' } }] },
      { type: 'unknown', kind: 'puzzle', raw: { type: 'puzzle' } },
    ])
  })

  it('stores pictures that stand in the export, and keeps references to the others', async () => {
    const { conversation, attached } = await readOne(
      chat([
        node('u', null, 'user', 'See', {
          files: [
            { type: 'image', url: `data:image/jpeg;base64,${Buffer.from('jpg').toString('base64')}` },
            {
              type: 'file',
              id: 'f',
              name: 'a.pdf',
              url: '/api/v1/files/f',
              file: {
                id: 'f',
                filename: 'a.pdf',
                meta: { content_type: 'application/pdf', size: 9 },
                data: { content: 'its text' },
              },
            },
          ],
        }),
      ]),
    )
    expect(attached).toEqual(['image.jpeg'])
    expect(conversation.messages[0]?.parts.slice(1)).toMatchObject([
      { kind: 'image', mime: 'image/jpeg', size: 3, blob: 'blob-of-image.jpeg' },
      { kind: 'file', name: 'a.pdf', mime: 'application/pdf', pointer: '/api/v1/files/f', size: 9, text: 'its text' },
    ])
    expect(conversation.messages[0]?.parts[2]).not.toHaveProperty('blob')
  })

  it('reads one chat alone, and old chats whose messages are a list', async () => {
    const one = sourceOf({
      x: {
        title: 'Old',
        models: ['m'],
        timestamp: 1_715_000_000_000,
        messages: [
          { id: '1', role: 'user', content: 'a' },
          { id: '2', role: 'assistant', content: 'b' },
        ],
        history: {},
      },
    })
    const {
      conversations: [conversation],
    } = await readAll(openwebui, one)
    expect(conversation).toMatchObject({ key: 'first:1', title: 'Old', created: 1_715_000_000_000 })
    expect(conversation?.messages.map(({ parent }) => parent)).toEqual([null, '1'])
    expect(await openwebui.detect(sourceOf({ x: chat([node('u', null, 'user', 'a')]) }))).toBe(1)
  })
})

describe('detailParts', () => {
  it('takes reasoning, calls and programs out of the text, in their order', () => {
    const content = [
      '<details type="reasoning" done="true" duration="3">',
      '<summary>Thought for 3 seconds</summary>',
      '> First &lt;b&gt;',
      '> second',
      '</details>',
      'Before.',
      '',
      '<details type="tool_calls" done="true" id="c1" name="get" arguments="&quot;{\\&quot;q\\&quot;: \\&quot;x\\&quot;}&quot;" result="&quot;ok&quot;" files="[1]">',
      '<summary>Tool Executed</summary>',
      '</details>',
      '<details type="code_interpreter" done="true" output="42">',
      '<summary>Analyzed</summary>',
      '```python',
      'print(42)',
      '```',
      '</details>',
      'After.',
    ].join('\n')
    expect(detailParts(content)).toEqual([
      { type: 'reasoning', text: 'First <b>\nsecond', summary: 'Thought for 3 seconds' },
      { type: 'text', text: 'Before.' },
      { type: 'tool-call', name: 'get', id: 'c1', input: { q: 'x' } },
      { type: 'tool-result', name: 'get', id: 'c1', text: 'ok', raw: { files: '[1]' } },
      { type: 'code', text: 'print(42)', language: 'python' },
      { type: 'tool-result', name: 'code_interpreter', text: '42' },
      { type: 'text', text: 'After.' },
    ])
  })
  it('leaves text about HTML, and blocks that never end, as they are', () => {
    for (const text of [
      'Use <details type="reasoning">x</details> so',
      '<details>\n<summary>Mine</summary>\n</details>',
      '<details type="reasoning" done="true">\n> and so',
    ])
      expect(detailParts(text)).toEqual([{ type: 'text', text }])
  })
  it('knows reasoning between marks', () => {
    expect(detailParts('<think>\nHmm\n</think>\n\nYes')).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'text', text: 'Yes' },
    ])
  })
  it('takes hostile text in linear time', () => {
    for (const text of [
      '<details type="reasoning">\n'.repeat(20_000),
      `<details type="tool_calls" ${'a="'.repeat(50_000)}`,
      `\n${'<details type="'.repeat(20_000)}`,
    ]) {
      const parts = detailParts(text)
      expect(parts.map((part) => ('text' in part ? part.text : '')).join('')).toBe(text)
    }
  })
})
