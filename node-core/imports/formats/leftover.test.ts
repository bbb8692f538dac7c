import { describe, expect, it } from 'vitest'
import { makeExport, readAll, sourceOf } from '../../../tests/kit/exports.ts'
import type { Message } from '../../contract/content.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { deepseek } from './deepseek.ts'
import type { Format } from './format.ts'
import { detectFormat } from './index.ts'
import { keepLeftover } from './leftover.ts'
import { librechat } from './librechat.ts'
import { openwebui } from './openwebui.ts'

const message = (): Message => ({ id: 'm', parent: null, role: 'user', parts: [{ type: 'text', text: 'Hello there' }] })

describe('keepLeftover', () => {
  it('keeps what appears nowhere, by its path, and nothing that does', () => {
    const kept = message()
    const raw = { id: 'x', content: [{ type: 'text', text: 'Hello there', language: 'go' }, 'lost'], note: 'aside' }
    keepLeftover(kept, raw, new Set(['id']))
    expect(kept.extra).toEqual({ raw: { '': { note: 'aside' }, content: { '1': 'lost' }, 'content.0': { language: 'go' } } })
  })
  it('leaves a message alone of which nothing is missing', () => {
    const whole = message()
    keepLeftover(whole, { text: 'Hello there' }, new Set())
    expect(whole).toEqual(message())
  })
})

const made = [
  'chatgpt',
  'chatgpt-sharded',
  'chatgpt-json',
  'chatgpt-nested',
  'claude',
  'claude-parts',
  'openwebui',
  'librechat',
  'deepseek',
]
it.each(made)('adds nothing to a whole export of %s', async (name) => {
  const { source } = await makeExport(name, { seed: 1 })
  const read = await readAll(await detectFormat(source), source)
  const kept = read.conversations.flatMap(({ messages }) => messages.flatMap(({ extra }) => extra?.['raw'] ?? []))
  expect(read.conversations.length).toBeGreaterThan(0)
  expect(kept).toEqual([])
})

describe('hostile names', () => {
  it('touch no prototype', () => {
    const kept = message()
    keepLeftover(
      kept,
      JSON.parse('{"constructor":{"evil":"x1"},"__proto__":{"evil":"x2"},"a":{"__proto__":{"evil":"x3"}}}'),
      new Set(),
    )
    expect(kept.extra).toEqual({ raw: { constructor: { evil: 'x1' } } })
    expect([Reflect.get({}, 'evil'), Reflect.get(Object, 'evil')]).toEqual([undefined, undefined])
  })
})

const first = async (format: Format, file: unknown): Promise<Message> => {
  const found = (await readAll(format, sourceOf({ 'conversations.json': file }))).conversations[0]?.messages[0]
  if (!found) throw new Error('nothing was read')
  return found
}
const gpt = (raw: unknown) => first(chatgpt, [{ id: 'c', mapping: { m: { id: 'm', parent: null, children: [], message: raw } } }])
const user = { role: 'user' }

describe('nothing written falls away', () => {
  it.each([
    ['content', { author: user, content: 'Hi you' }, 'Hi you'],
    ['parts', { author: user, content: { content_type: 'text', parts: 'Hi you' } }, 'Hi you'],
    ['thoughts', { author: user, content: { content_type: 'thoughts', thoughts: 'Hm' } }, 'Hm'],
    ['thought', { author: user, content: { content_type: 'thoughts', thoughts: ['Hm'] } }, 'Hm'],
    ['message', 'Hi you', 'Hi you'],
    ['author', { author: 'me', content: { content_type: 'text', parts: [] } }, 'me'],
    ['metadata', { author: user, metadata: 'facts', content: { content_type: 'text', parts: [] } }, 'facts'],
  ])('chatgpt: a %s of another type is an unknown part', async (kind, raw, value) => {
    expect((await gpt(raw)).parts).toEqual([{ type: 'unknown', kind, raw: value }])
  })
  it('chatgpt: citations without a text that carries them, the language of a call, a developer', async () => {
    const content = { content_type: 'code', language: 'json', text: 'go' }
    const found = await gpt({ author: { role: 'developer' }, recipient: 'web', content, metadata: { citations: [{ n: 7 }] } })
    expect(found.extra).toMatchObject({
      role: 'developer',
      metadata: { citations: [{ n: 7 }] },
      raw: { content: { language: 'json' } },
    })
  })
  it('claude: the flat text where blocks have none, but not the notice; odd citations; ids of artifacts', async () => {
    const read = (text: string, content: unknown[]) =>
      first(claude, [{ uuid: 'c', name: 'T', chat_messages: [{ uuid: 'm', sender: 'human', text, content }] }])
    const call = { type: 'tool_use', id: 'tool-9', name: 'artifacts', input: { id: 'a', content: 'x' } }
    const said = await read('Really said', [call])
    expect(said.parts.at(-1)).toEqual({ type: 'text', text: 'Really said' })
    expect(said.extra).toMatchObject({ raw: { 'content.0': { id: 'tool-9' } } })
    const notice = await read('```\nThis block is not supported on your current device yet.\n```', [call])
    expect(notice.parts.map(({ type }) => type)).toEqual(['artifact'])
    const odd = await read('T', [{ type: 'text', text: 'T', citations: { url: 'u' } }])
    expect(odd.extra).toEqual({ raw: { 'content.0.citations': { url: 'u' } } })
  })
  it('librechat: text beside content, annotations, file ids', async () => {
    const content = [{ type: 'text', text: { value: 'One', annotations: [{ cites: 'page 3' }] }, tool_call_ids: ['t1'] }]
    const files = [{ file_id: 'f9', filepath: '/a.png', filename: 'a.png', source: 'local', context: 'agents' }]
    const raw = { messageId: 'm', parentMessageId: null, isCreatedByUser: true, text: 'Another', content, files }
    const found = await first(librechat, { conversationId: 'c', endpoint: 'x', messages: [raw] })
    expect(found.extra).toEqual({
      raw: {
        '': { text: 'Another' },
        'content.0.text.annotations.0': { cites: 'page 3' },
        'content.0.tool_call_ids': { '0': 't1' },
        'files.0': { file_id: 'f9', source: 'local', context: 'agents' },
      },
    })
  })
  it('open webui: content beside output, annotations, citations beside sources', async () => {
    const output = [
      { type: 'message', status: 'cut', content: [{ type: 'output_text', text: 'One', annotations: [{ url: 'u1' }] }] },
    ]
    const raw = { role: 'assistant', content: 'Another', output, sources: [{ name: 's' }], citations: [{ name: 'c2' }] }
    const found = await first(openwebui, [{ id: 'c', chat: { history: { messages: { m: raw }, currentId: 'm' } } }])
    expect(found.extra).toEqual({
      raw: {
        content: { '0': 'Another' },
        'output.0': { status: 'cut' },
        'output.0.content.0.annotations.0': { url: 'u1' },
        'citations.0': { name: 'c2' },
      },
    })
  })
  it('deepseek: content beside fragments, a file’s status, results of an answer', async () => {
    const fragments = [{ type: 'RESPONSE', content: 'One', results: [{ url: 'u1' }] }]
    const raw = { fragments, content: 'Another', files: [{ id: 'f', file_name: 'a', status: 'OK', token_usage: 5 }] }
    const chat = {
      id: 'c',
      inserted_at: '2025-03-04T05:06:07Z',
      mapping: { m: { id: 'm', parent: null, children: [], message: raw } },
    }
    expect((await first(deepseek, [chat])).extra).toEqual({
      files: { '0': { status: 'OK', token_usage: 5 } },
      raw: { '': { content: 'Another' }, 'fragments.0.results.0': { url: 'u1' } },
    })
  })
})
