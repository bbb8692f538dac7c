import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import type { Json } from '../../contract/content.ts'
import { countConversation } from '../rules.ts'
import { codex } from './codex.ts'

const id = '0196a1b2-0000-7000-8000-0123456789ab'
const jsonl = (...lines: Json[]) => lines.map((line) => JSON.stringify(line)).join('\n')
const at = (second: number) => new Date(1.75e12 + second * 1000).toISOString()
const item = (second: number, payload: Json): Json => ({ timestamp: at(second), type: 'response_item', payload })
const message = (role: string, text: string) => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
})
const meta = {
  timestamp: at(0),
  type: 'session_meta',
  payload: { id, timestamp: at(0), cwd: '/work/app', cli_version: '0.50.0', git: { branch: 'main' } },
}
const file = `sessions/2025/06/15/rollout-2025-06-15T15-06-40-${id}.jsonl`

async function readOne(files: Record<string, unknown>) {
  const read = await readAll(codex, sourceOf(files))
  const [conversation] = read.conversations
  if (!conversation) throw new Error('nothing was read')
  return { ...read, conversation }
}

describe('codex', () => {
  it('puts reasoning, calls and results into the answer that they belong to', async () => {
    const { conversation } = await readOne({
      [file]: jsonl(
        meta,
        item(1, message('user', '<environment_context>\n  <cwd>/work/app</cwd>\n</environment_context>')),
        { timestamp: at(2), type: 'turn_context', payload: { cwd: '/work/app', model: 'model-x', effort: 'high' } },
        item(2, message('user', 'Fix it')),
        { timestamp: at(2), type: 'event_msg', payload: { type: 'user_message', message: 'Fix it', images: [] } },
        item(3, {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: '**Looking**' }],
          content: null,
          encrypted_content: 'gAAA',
        }),
        { timestamp: at(3), type: 'event_msg', payload: { type: 'agent_reasoning', text: '**Looking**' } },
        item(4, { type: 'function_call', name: 'shell', arguments: '{"command":["ls"]}', call_id: 'c1' }),
        item(5, {
          type: 'function_call_output',
          call_id: 'c1',
          output: '{"output":"app.ts","metadata":{"exit_code":1,"duration_seconds":0.1}}',
        }),
        { timestamp: at(5), type: 'event_msg', payload: { type: 'token_count', info: { total: 5 } } },
        item(6, message('assistant', 'I see.')),
        item(7, { type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin Patch', call_id: 'c2', status: 'completed' }),
        item(8, { type: 'custom_tool_call_output', call_id: 'c2', output: 'ok' }),
        item(9, message('assistant', 'Fixed.')),
      ),
    })
    expect(
      conversation.messages.map(({ id, parent, role, folded, parts }) => [
        id,
        parent,
        role,
        folded,
        parts.map(({ type }) => type).join(' '),
      ]),
    ).toEqual([
      ['line-2', null, 'user', true, 'text'],
      ['line-4', 'line-2', 'user', undefined, 'text'],
      ['line-6', 'line-4', 'assistant', undefined, 'reasoning tool-call tool-result text tool-call tool-result'],
      ['line-14', 'line-6', 'assistant', undefined, 'text'],
    ])
    expect(conversation.messages[2]?.parts.slice(1, 3)).toEqual([
      { type: 'tool-call', name: 'shell', id: 'c1', input: { command: ['ls'] } },
      { type: 'tool-result', id: 'c1', text: 'app.ts', error: true, raw: { metadata: { exit_code: 1, duration_seconds: 0.1 } } },
    ])
    expect(conversation).toMatchObject({
      key: id,
      model: 'model-x',
      project: { id: '/work/app', name: 'app' },
      created: 1.75e12,
      updated: 1.75e12 + 9000,
    })
    const kept = JSON.stringify(conversation)
    for (const word of ['gAAA', 'token_count', 'rs_1', '"effort"']) expect(kept).toContain(word)
    for (const echo of ['user_message', 'agent_reasoning']) expect(kept).not.toContain(echo)
  })

  it('keeps events that say more than the items do, pictures, and summaries of what came before', async () => {
    const { conversation, attached } = await readOne({
      [file]: jsonl(
        meta,
        item(1, {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'See' },
            { type: 'input_image', image_url: `data:image/png;base64,${Buffer.from('png').toString('base64')}` },
          ],
        }),
        { timestamp: at(2), type: 'event_msg', payload: { type: 'agent_message', message: 'Only an event' } },
        { timestamp: at(3), type: 'compacted', payload: { message: 'So far: nothing.' } },
        item(4, { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } }),
        item(5, { type: 'hologram', beam: 1 }),
      ),
    })
    expect(attached).toEqual(['image.png'])
    expect(conversation.messages.map(({ role, folded }) => [role, folded])).toEqual([
      ['user', undefined],
      ['system', true],
      ['assistant', undefined],
    ])
    expect(conversation.messages[2]?.parts).toEqual([
      { type: 'tool-call', name: 'web_search', input: { type: 'search', query: 'x' } },
      { type: 'unknown', kind: 'hologram', raw: { type: 'hologram', beam: 1 } },
    ])
    expect(JSON.stringify(conversation.messages[0]?.extra)).toContain('Only an event')
    expect(countConversation(conversation).unknownTypes).toBe(1)
  })

  it('reads both older shapes', async () => {
    const items = [
      message('user', 'Hi'),
      { type: 'reasoning', summary: [], id: 'rs' },
      { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c', output: 'plain' },
      message('assistant', 'Hello'),
    ]
    const session = { id, timestamp: at(0), instructions: 'Be brief' }
    const lines = sourceOf({ 'anything.log': jsonl(session, ...items.slice(0, 1), { record_type: 'state' }, ...items.slice(1)) })
    const object = sourceOf({ 'anything.txt': JSON.stringify({ session, items }, null, 2) })
    for (const source of [lines, object]) {
      expect(await codex.detect(source)).toBe(1)
      const {
        conversations: [conversation],
        unreadable,
      } = await readAll(codex, source)
      expect(unreadable).toEqual([])
      expect(conversation?.key).toBe(id)
      expect(conversation?.created).toBe(1.75e12)
      expect(conversation?.extra).toMatchObject({ instructions: 'Be brief' })
      expect(conversation?.messages.map(({ role, parts }) => [role, parts.map(({ type }) => type).join(' ')])).toEqual([
        ['user', 'text'],
        ['assistant', 'tool-call tool-result text'],
      ])
    }
  })

  it('takes names from the index of sessions, and passes other files by', async () => {
    const { conversation, unreadable } = await readOne({
      [file]: jsonl(meta, item(1, message('user', 'Hi'))),
      'session_index.jsonl': jsonl({ id, thread_name: 'Old name' }, { id, thread_name: 'Greeting' }),
      'history.jsonl': jsonl({ session_id: id, ts: 1750000000, text: 'Hi' }),
    })
    expect([conversation.title, unreadable]).toEqual(['Greeting', []])
  })
})
