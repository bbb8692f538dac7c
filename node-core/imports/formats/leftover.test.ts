import { describe, expect, it } from 'vitest'
import { makeExport, readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { exportFormats } from '../../../tests/kit/written-exports.ts'
import type { Message } from '../../contract/content.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import { deepseek } from './deepseek.ts'
import type { Format } from './format.ts'
import { gemini } from './gemini.ts'
import { grok } from './grok.ts'
import { detectFormat } from './index.ts'
import { jan } from './jan.ts'
import { lechat } from './lechat.ts'
import { keepLeftover } from './leftover.ts'
import { librechat } from './librechat.ts'
import { lmstudio } from './lmstudio.ts'
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

it.each(Object.keys(exportFormats))('adds nothing to a whole export of %s', async (name) => {
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
  it('chatgpt: flags inside what is modelled, times to the microsecond', async () => {
    const found = await gpt({
      author: user,
      create_time: 1700000000.123456,
      content: { content_type: 'thoughts', thoughts: [{ summary: 'S', content: 'Hm', finished: false, chunks: [] }] },
    })
    expect(found.time).toBe(1700000000123)
    expect(found.extra).toMatchObject({ content: { thoughts: [{ finished: false }] }, micros: { time: 456 } })
    const asset = { content_type: 'image_asset_pointer', asset_pointer: 'sediment://f', metadata: { dalle: { edited: true } } }
    const seen = await gpt({ author: user, content: { content_type: 'multimodal_text', parts: [asset] } })
    expect(JSON.stringify(seen.extra)).toContain('"edited":true')
  })
  it('grok: facts of files and thoughts', async () => {
    const response = {
      _id: 'm',
      sender: 'human',
      message: 'Hi you',
      create_time: { $date: '2026-01-02T03:04:05.678901Z' },
      file_attachments: [{ id: 'f', file_name: 'a.png', source: 'camera', is_public: true }],
    }
    const found = await first(grok, { conversations: [{ conversation: { id: 'c' }, responses: [{ response }] }] })
    expect(found.extra).toEqual({
      raw: { 'file_attachments.0': { source: 'camera', is_public: true } },
      micros: { time: 901 },
    })
  })
  it('le chat, jan and lm studio: what chunks, contents and steps say beside', async () => {
    const chunk = { type: 'text', text: 'Hi you', tone: 'warm', starred: true }
    const chat = [{ id: 'm', chatId: 'c', role: 'user', content: 'Hi you', contentChunks: [chunk] }]
    expect((await first(lechat, chat)).extra).toEqual({ raw: { 'contentChunks.0': { tone: 'warm', starred: true } } })

    const line = {
      id: 'm',
      object: 'thread.message',
      thread_id: 't',
      role: 'user',
      content: [{ type: 'text', text: { value: 'Hi you' }, tone: 'warm' }],
    }
    const thread = await readAll(jan, sourceOf({ 'messages.jsonl': `${JSON.stringify(line)}\n` }))
    expect(thread.conversations[0]?.messages[0]?.extra).toEqual({ raw: { 'content.0': { tone: 'warm' } } })

    const version = { type: 'singleStep', role: 'user', content: [{ type: 'text', text: 'Hi you', pinned: true }] }
    const studio = { name: 'T', createdAt: 1, tokenCount: 1, messages: [{ versions: [version], currentlySelected: 0 }] }
    expect((await first(lmstudio, studio)).extra).toEqual({ raw: { 'content.0': { pinned: true } } })
  })
  it('claude code and codex: what blocks inside results say, by the line; progress is counted', async () => {
    const base = { sessionId: 's', uuid: 'u', timestamp: '2026-01-02T03:04:05.000Z' }
    const session = [
      {
        ...base,
        uuid: 'a',
        parentUuid: null,
        type: 'assistant',
        message: { id: 'x', role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Read', input: {} }] },
      },
      { ...base, uuid: 'p', type: 'progress', data: { type: 'bash_progress', output: 'so far' } },
      {
        ...base,
        parentUuid: 'a',
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'got', origin: 'cache' }] }],
        },
      },
    ]
    const lines = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('')
    const code = (await readAll(claudeCode, sourceOf({ 's.jsonl': lines(session) }))).conversations[0]
    expect(code?.messages[0]?.extra?.['raw']).toEqual({ 'line 3.content.0.content.0': { origin: 'cache' } })
    expect(code?.extra?.['progress']).toEqual({ bash_progress: 1 })

    const item = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Hi you', locale: 'en', trusted: false }],
    }
    const payloads = [
      { type: 'session_meta', payload: { id: 'c' } },
      { type: 'response_item', payload: item },
    ]
    const rollout = (await readAll(codex, sourceOf({ 'rollout-x.jsonl': lines(payloads) }))).conversations[0]
    expect(rollout?.messages[0]?.extra).toEqual({ raw: { 'line 2.content.0': { locale: 'en', trusted: false } } })
  })
  it('gemini: names and verbs of other times, what is known of a file; copilot: other columns', async () => {
    const record = {
      header: 'Bard',
      title: 'Asked Hi you',
      time: '2024-01-02T03:04:05Z',
      products: ['Bard'],
      attachedFiles: [{ name: 'a.png', pages: 3 }],
    }
    const log = await readAll(gemini, sourceOf({ 'MyActivity.json': [record] }))
    expect(log.conversations[0]?.messages[0]?.extra).toEqual({
      header: 'Bard',
      verb: 'Asked',
      attachedFiles: [{ name: 'a.png', pages: 3 }],
    })
    const csv = 'Conversation,Time,Author,Message,Rating\r\nTrip,2025-06-15T10:00:03,AI,Yes,5,more\r\n'
    const rows = await readAll(copilot, sourceOf({ 'copilot.csv': csv }))
    expect(rows.conversations[0]?.messages[0]?.extra).toEqual({ 'Rating': '5', 'column 6': 'more' })
  })
  it('open webui: the title inside; design and group chats: who sent', async () => {
    const chat = { title: 'Old', history: { messages: { m: { role: 'user', content: 'Hi you' } }, currentId: 'm' } }
    const web = await readAll(openwebui, sourceOf({ 'c.json': [{ id: 'c', title: 'New', chat }] }))
    expect(web.conversations[0]).toMatchObject({ title: 'New', extra: { chat: { title: 'Old' } } })

    const sent = { uuid: 'm', role: 'user', content: { id: 'inner', content: 'Hi you', sender: { name: 'Ann', owner: true } } }
    const design = await readAll(
      claude,
      sourceOf({ 'conversations.json': [], 'design_chats/d.json': { uuid: 'd', title: 'D', messages: [sent] } }),
    )
    const [drawn] = [...design.conversations, ...design.documents]
    expect(drawn?.messages[0]?.extra).toEqual({ sender: { name: 'Ann', owner: true }, raw: { content: { id: 'inner' } } })

    const said = { id: 'm', author: { role: 'user', name: 'a' }, sender: 'Ann', role: 'owner', content: 'Hi you', text: 'Hi' }
    const group = await readAll(
      chatgpt,
      sourceOf({ 'conversations.json': [], 'group_chats.json': [{ id: 'g', name: 'G', messages: [said] }] }),
    )
    const [shared] = [...group.conversations, ...group.documents]
    expect(shared?.messages[0]?.extra).toEqual({ sender: 'Ann', role: 'owner', text: 'Hi' })
  })
})
