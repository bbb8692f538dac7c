import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import type { Json } from '../../contract/content.ts'
import { activePath, countConversation } from '../rules.ts'
import { claudeCode } from './claude-code.ts'

const id = '3f0c8a52-5a7e-4a38-9d43-0d6a3b1f2c77'
const jsonl = (...lines: (Json | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
let clock = 0
const line = (type: string, uuid: string, parentUuid: string | null, message: Json, more: object = {}): Json => ({
  type,
  uuid,
  parentUuid,
  sessionId: id,
  timestamp: new Date(1.75e12 + clock++ * 1000).toISOString(),
  cwd: '/home/person/app',
  version: '2.1.0',
  message,
  ...more,
})
const user = (uuid: string, parent: string | null, content: Json, more: object = {}) =>
  line('user', uuid, parent, { role: 'user', content }, more)
const answer = (uuid: string, parent: string | null, api: string, block: Json, more: object = {}) =>
  line('assistant', uuid, parent, { id: api, role: 'assistant', model: 'model-a', content: [block], usage: { asOf: uuid } }, more)
const said = (text: string) => ({ type: 'text', text })
const call = (callId: string, name: string, input: Json) => ({ type: 'tool_use', id: callId, name, input })
const result = (callId: string, content: Json, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id: callId,
  content,
  ...more,
})

async function readOne(...lines: (Json | string)[]) {
  const read = await readAll(claudeCode, sourceOf({ [`${id}.jsonl`]: jsonl(...lines) }))
  const [conversation] = read.conversations
  if (!conversation) throw new Error('nothing was read')
  return { ...read, conversation }
}

describe('claude code', () => {
  it('makes one message of an answer in several lines, with its tools’ results in their place', async () => {
    const { conversation } = await readOne(
      user('u1', null, 'What is here?'),
      answer('a1', 'u1', 'msg_1', { type: 'thinking', thinking: 'Look.', signature: 'sig' }),
      answer('a2', 'a1', 'msg_1', call('t1', 'Bash', { command: 'ls' })),
      user('r1', 'a2', [result('t1', 'app.ts')], { toolUseResult: { stdout: 'app.ts', stderr: '' } }),
      answer('a3', 'r1', 'msg_1', said('One file.')),
      answer('a4', 'a3', 'msg_2', said('Anything else?')),
      user('u2', 'a4', 'No.'),
    )
    expect(
      conversation.messages.map(({ id, parent, role, parts }) => [id, parent, role, parts.map(({ type }) => type).join(' ')]),
    ).toEqual([
      ['u1', null, 'user', 'text'],
      ['a1', 'u1', 'assistant', 'reasoning tool-call tool-result text'],
      ['a4', 'a1', 'assistant', 'text'],
      ['u2', 'a4', 'user', 'text'],
    ])
    const [, first] = conversation.messages
    expect(first?.parts[2]).toMatchObject({
      type: 'tool-result',
      id: 't1',
      text: 'app.ts',
      raw: { uuid: 'r1', toolUseResult: { stdout: 'app.ts', stderr: '' } },
    })
    expect(first?.extra).toMatchObject({ messageId: 'msg_1', usage: { asOf: 'a3' } })
    expect(JSON.stringify(first?.extra)).toContain('sig')
    expect(conversation).toMatchObject({
      key: id,
      project: { id: '/home/person/app', name: 'app' },
      current: 'u2',
      model: 'model-a',
      extra: { version: '2.1.0' },
    })
  })

  it('keeps what a person says beside a result as the person’s message', async () => {
    const { conversation } = await readOne(
      user('u1', null, 'Go'),
      answer('a1', 'u1', 'm1', call('t1', 'Edit', {})),
      user('r1', 'a1', [result('t1', 'refused', { is_error: true }), said('[Request interrupted by user]')]),
    )
    expect(conversation.messages.map(({ id, role, parent }) => [id, role, parent])).toEqual([
      ['u1', 'user', null],
      ['a1', 'assistant', 'u1'],
      ['r1', 'user', 'a1'],
    ])
    expect(conversation.messages[1]?.parts[1]).toMatchObject({ type: 'tool-result', text: 'refused', error: true })
    expect(conversation.messages[2]?.parts).toEqual([{ type: 'text', text: '[Request interrupted by user]' }])
  })

  it('keeps a result whose call is gone as a folded message of the tool', async () => {
    const { conversation } = await readOne(user('u1', null, 'Go'), user('r1', 'u1', [result('gone', [said('done')])]))
    expect(conversation.messages[1]).toMatchObject({
      role: 'tool',
      folded: true,
      parent: 'u1',
      parts: [{ type: 'tool-result', text: 'done' }],
    })
  })

  it('keeps the branch that a person left by going back', async () => {
    const { conversation } = await readOne(
      user('u1', null, 'Go'),
      answer('a1', 'u1', 'm1', said('Left')),
      user('u2', 'a1', 'more'),
      user('u3', 'a1', 'instead'),
      answer('a2', 'u3', 'm2', said('Right')),
    )
    expect(activePath(conversation).map(({ id }) => id)).toEqual(['u1', 'a1', 'u3', 'a2'])
    expect(countConversation(conversation).branches).toBe(1)
  })

  it('marks meta lines hidden, and folds summaries of what came before', async () => {
    const { conversation } = await readOne(
      user('u1', null, 'Caveat: …', { isMeta: true }),
      {
        type: 'system',
        subtype: 'compact_boundary',
        uuid: 's1',
        parentUuid: null,
        logicalParentUuid: 'u1',
        sessionId: id,
        content: 'Conversation compacted',
        level: 'info',
      },
      user('u2', 's1', 'This session continues …', { isCompactSummary: true }),
      answer('a1', 'u2', 'm1', said('Yes')),
    )
    expect(conversation.messages.map(({ role, hidden, folded, parent }) => [role, hidden, folded, parent])).toEqual([
      ['user', true, undefined, null],
      ['system', undefined, true, 'u1'],
      ['user', undefined, true, 's1'],
      ['assistant', undefined, undefined, 'u2'],
    ])
  })

  it('stores pictures, inside messages and inside results, and does not keep their text', async () => {
    const data = Buffer.from('picture').toString('base64')
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }
    const { conversation, attached } = await readOne(
      user('u1', null, [said('See'), image]),
      answer('a1', 'u1', 'm1', call('t1', 'Read', { file_path: 'x.png' })),
      user('r1', 'a1', [result('t1', [image])], {
        toolUseResult: { type: 'image', file: { base64: data, type: 'image/png', originalSize: 7 } },
      }),
    )
    expect(attached).toEqual(['image.png', 'image.png'])
    expect(countConversation(conversation).attachments).toEqual({ stored: 2, missing: 0 })
    expect(JSON.stringify(conversation)).not.toContain(data)
  })

  it('takes the title that outranks the others', async () => {
    const lines = [user('u1', null, 'Go'), answer('a1', 'u1', 'm1', said('Yes'))]
    const summary = { type: 'summary', summary: 'Summed up', leafUuid: 'a1' }
    const agent = { type: 'agent-name', agentName: 'Named', sessionId: id }
    const made = { type: 'ai-title', aiTitle: 'Made up', sessionId: id }
    const own = { type: 'custom-title', customTitle: 'My own', sessionId: id }
    expect((await readOne(summary, ...lines)).conversation.title).toBe('Summed up')
    expect((await readOne(summary, ...lines, agent)).conversation.title).toBe('Named')
    expect((await readOne(made, ...lines, agent, { ...made, aiTitle: 'Better' })).conversation.title).toBe('Better')
    const all = (await readOne(summary, own, ...lines, agent, made)).conversation
    expect(all.title).toBe('My own')
    expect(all.extra?.['titles']).toHaveLength(4)
  })

  it('tells the later of two copies by what was added, time or not', async () => {
    const lines = [user('u1', null, 'Go'), answer('a1', 'u1', 'm1', said('Yes'))]
    const since = async (...all: Json[]) => (await readOne(...all)).conversation.asOf ?? 0
    const own = { type: 'custom-title', customTitle: 'My own', sessionId: id }
    const before = await since(...lines)
    expect(before).toBeGreaterThan(0)
    expect(await since(...lines, own)).toBeGreaterThan(before)
    expect(await since(...lines, own, { ...own, customTitle: 'Another' })).toBeGreaterThan(await since(...lines, own))
  })

  it('takes a summary that stands in another session’s file', async () => {
    const other = '11111111-5a7e-4a38-9d43-0d6a3b1f2c77'
    const read = await readAll(
      claudeCode,
      sourceOf({
        [`p/${other}.jsonl`]: jsonl(
          { type: 'summary', summary: 'Of the first', leafUuid: 'a1' },
          { type: 'summary', summary: 'Of none', leafUuid: 'zz' },
          user('x1', null, 'Hi'),
        ),
        [`p/${id}.jsonl`]: jsonl(user('u1', null, 'Go'), answer('a1', 'u1', 'm1', said('Yes'))),
        'p/old.jsonl': jsonl({ type: 'summary', summary: 'Of none', leafUuid: 'zz' }),
      }),
    )
    expect(read.conversations.map(({ key, title }) => [key, title])).toEqual([
      [other, undefined],
      [id, 'Of the first'],
    ])
    expect(read.unreadable).toEqual([])
  })

  it('hangs subagents under the calls that started them, folded and off the main path', async () => {
    const agentLine = (uuid: string, parent: string | null, type: 'user' | 'assistant', text: string, agentId: string) =>
      type === 'user'
        ? user(uuid, parent, text, { isSidechain: true, agentId })
        : answer(uuid, parent, `api-${uuid}`, said(text), { isSidechain: true, agentId })
    const session = jsonl(
      user('u1', null, 'Explore'),
      answer('a1', 'u1', 'm1', call('t1', 'Task', { prompt: 'Look at tests', subagent_type: 'Explore' })),
      answer('a1b', 'a1', 'm1', call('t2', 'Task', { prompt: 'Look at docs', subagent_type: 'Explore' })),
      user('r1', 'a1b', [result('t1', [said('3 tests')])], { toolUseResult: { agentId: 'one', status: 'completed' } }),
      answer('a2', 'r1', 'm2', said('Done')),
    )
    const {
      conversations: [conversation],
      unreadable,
    } = await readAll(
      claudeCode,
      sourceOf({
        [`p/${id}.jsonl`]: session,
        [`p/${id}/subagents/agent-one.jsonl`]: jsonl(
          agentLine('s1', null, 'user', 'Look at tests', 'one'),
          agentLine('s2', 's1', 'assistant', '3 tests', 'one'),
        ),
        'p/agent-two.jsonl': jsonl(
          agentLine('s3', null, 'user', 'Look at docs', 'two'),
          agentLine('s4', 's3', 'assistant', 'No docs', 'two'),
        ),
        [`p/${id}/tool-results/t1.txt`]: 'the whole output',
      }),
    )
    expect(unreadable).toEqual([])
    expect(conversation?.messages.map(({ id, parent, folded, author }) => [id, parent, folded, author])).toEqual([
      ['u1', null, undefined, undefined],
      ['a1', 'u1', undefined, undefined],
      ['a2', 'a1', undefined, undefined],
      ['s1', 'a1', true, undefined],
      ['s2', 's1', true, 'one'],
      ['s3', 'a1', true, undefined],
      ['s4', 's3', true, 'two'],
    ])
    if (conversation) expect(activePath(conversation).map(({ id }) => id)).toEqual(['u1', 'a1', 'a2'])
    expect(conversation?.messages[1]?.parts.map(({ type }) => type)).toEqual([
      'tool-call',
      'tool-call',
      'tool-result',
      'attachment',
    ])
  })

  it('reads a subagent’s file without its session as a conversation, and inline sidechains in theirs', async () => {
    const orphan = await readAll(
      claudeCode,
      sourceOf({
        'agent-x.jsonl': jsonl(
          user('s1', null, 'Task', { isSidechain: true, agentId: 'x' }),
          answer('s2', 's1', 'm', said('Done'), { isSidechain: true, agentId: 'x' }),
        ),
      }),
    )
    expect(orphan.conversations[0]).toMatchObject({ key: `${id}/agent-x`, current: 's2' })
    expect(orphan.conversations[0]?.messages.some(({ folded }) => folded)).toBe(false)
    const inline = await readOne(
      user('u1', null, 'Go'),
      answer('a1', 'u1', 'm1', call('t1', 'Task', { prompt: 'Sub' })),
      user('s1', null, 'Sub', { isSidechain: true }),
      answer('s2', 's1', 'm2', said('Sub done'), { isSidechain: true }),
      user('r1', 'a1', [result('t1', 'Sub done')]),
      answer('a2', 'r1', 'm3', said('Done')),
    )
    expect(activePath(inline.conversation).map(({ id }) => id)).toEqual(['u1', 'a1', 'a2'])
    expect(inline.conversation.messages.find(({ id }) => id === 's1')).toMatchObject({ parent: 'a1', folded: true })
  })

  it('keeps every other line, and the text of one that broke off', async () => {
    const snapshot = { type: 'file-history-snapshot', messageId: 'u1', snapshot: { trackedFileBackups: {} } }
    const { conversation, unreadable } = await readOne(
      snapshot,
      user('u1', null, 'Go'),
      { type: 'queue-operation', operation: 'enqueue', content: 'later', sessionId: id },
      { type: 'progress', uuid: 'p1', parentUuid: 'u1', sessionId: id, data: { type: 'bash_progress' } },
      answer('a1', 'p1', 'm1', said('Yes')),
      '{"type":"user","uuid":"cut',
    )
    expect(unreadable).toEqual([])
    expect(conversation.extra?.['lines']).toEqual([
      snapshot,
      { file: `${id}.jsonl`, line: 6, text: '{"type":"user","uuid":"cut' },
    ])
    expect(JSON.stringify(conversation.messages[0]?.extra)).toContain('enqueue')
    expect(conversation.messages[1]?.parent).toBe('u1')
  })

  it('notes where circumstances change, and names Windows folders', async () => {
    const { conversation } = await readOne(
      user('u1', null, 'a', { cwd: 'C:\\work\\app', gitBranch: 'main' }),
      user('u2', 'u1', 'b', { cwd: 'C:\\work\\app', gitBranch: 'fix' }),
    )
    expect(conversation.project).toEqual({ id: 'C:\\work\\app', name: 'app' })
    expect([conversation.extra?.['gitBranch'], conversation.messages[0]?.extra, conversation.messages[1]?.extra]).toEqual([
      'main',
      undefined,
      { gitBranch: 'fix' },
    ])
  })

  it('ignores lines that are written twice, and keeps others of the same id apart', async () => {
    const first = user('u1', null, 'Go')
    const { conversation } = await readOne(first, first, user('u1', null, 'Something else'))
    expect(conversation.messages.map(({ id }) => id)).toEqual(['u1', 'u1#2'])
  })

  it('is known by a first line that is longer than what is looked at', async () => {
    const { uuid, ...first } = {
      parentUuid: null,
      sessionId: id,
      type: 'user',
      message: { role: 'user', content: 'long '.repeat(50_000) },
      uuid: 'u1',
    }
    const source = sourceOf({ download: jsonl({ ...first, uuid }) })
    expect(await claudeCode.detect(source)).toBe(1)
    expect((await readAll(claudeCode, source)).conversations[0]?.messages).toHaveLength(1)
  })

  it('reads the public samples, of which one links nothing and is full of mistakes', async () => {
    const read = async (name: string) => {
      const file = readFileSync(new URL(`../../../tests/fixtures/claude-code-log/${name}.jsonl`, import.meta.url))
      const {
        conversations: [conversation],
        unreadable,
      } = await readAll(claudeCode, sourceOf({ [`${name}.jsonl`]: file }))
      expect(unreadable).toEqual([])
      return conversation
    }
    const edge = await read('edge_cases')
    expect(edge?.messages.map(({ id }) => id)).toEqual([
      'edge_001',
      'edge_002',
      'edge_003',
      'edge_004',
      'edge_006',
      'edge_007',
      'edge_008',
      'edge_009',
      'edge_010',
      'edge_011',
      'edge_011#2',
      'assistant_004',
      'edge_010#2',
    ])
    expect(edge && activePath(edge)).toHaveLength(13)
    expect(edge?.extra?.['lines']).toEqual(['massive error', 42, [1]])
    const todo = await read('todowrite_examples')
    expect(todo?.title).toBe('Feature Implementation with Task Management')
    expect(todo?.messages).toHaveLength(8)
    expect((await read('representative_messages'))?.messages).toHaveLength(9)
    expect((await read('session_b'))?.key).toBe('session_b')
  })
})
