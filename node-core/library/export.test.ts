import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../tests/kit/clock.ts'
import { anyConversation } from '../../tests/kit/conversations.ts'
import { type SmallNode, smallNode } from '../../tests/kit/small-node.ts'
import { MemoryBlobs } from '../adapters/blobs-memory/blobs.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import type { store } from '../contract/api/store.ts'
import type { Attachment, Conversation, Message } from '../contract/content.ts'
import { exportManifest } from '../contract/export.ts'
import { type ConversationId, type NoteId, toBase32 } from '../contract/ids.ts'
import type { Call } from '../contract/method.ts'
import type { ExportFile } from '../imports/formats/format.ts'
import { detectFormat } from '../imports/formats/index.ts'
import { vivim } from '../imports/formats/vivim.ts'
import { memoryAccess } from '../imports/reading/access.ts'
import { checkWhole } from '../imports/reading/check.ts'
import { openZip } from '../imports/reading/zip.ts'
import { runImport } from '../imports/run.ts'
import { migrations } from '../threads/migrations.ts'
import { exportHandlers } from './export.ts'
import { conversationIdFor } from './ids.ts'
import { noteHandlers } from './note-handlers.ts'

const nodes: SmallNode[] = []
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.storage[Symbol.asyncDispose]()
})

async function emptyNode(seed: number | string): Promise<SmallNode> {
  const storage = await openMemoryStorage({ migrations })
  const node = await smallNode({
    storage,
    keychain: new MemoryKeychain(),
    random: seededRandom(seed),
    blobs: async () => new MemoryBlobs(),
  })
  nodes.push(node)
  return node
}

type ExportInput = Parameters<ReturnType<typeof exportHandlers>['export.get']>[0]
const call = (node: SmallNode): Call<(typeof store)['export.get']> => ({
  caller: 'local',
  account: node.account.did,
  capabilities: [],
  signal: new AbortController().signal,
})
const handlersOf = (node: SmallNode) =>
  exportHandlers({ library: node.library, accountOf: () => node.account, blobs: node.blobs, clock: node.clock })

async function exported(node: SmallNode, input: ExportInput = {}): Promise<Buffer> {
  const download = await handlersOf(node)['export.get'](input, call(node))
  const pieces: Uint8Array[] = []
  for await (const piece of download.open(undefined, new AbortController().signal)) pieces.push(piece)
  return Buffer.concat(pieces)
}
const opened = async (bytes: Uint8Array) => ({ name: 'export.zip', files: await openZip(memoryAccess(bytes), 'export.zip') })
const textOf = async (file: ExportFile | undefined): Promise<string> => Buffer.from((await file?.bytes(2 ** 30)) ?? []).toString()

async function importInto(node: SmallNode, bytes: Uint8Array) {
  return await runImport(
    {
      source: await opened(bytes),
      intake: node.intake(),
      store: async (content) => (await node.blobs.put(node.account.did, content)).id,
      clock: node.clock,
      onFormat: () => {},
      onProgress: () => {},
    },
    new AbortController().signal,
  )
}

/** Everything that an export says, by the name of its file; blobs by their sums, the manifest without what is the node's own. */
async function contentOf(bytes: Uint8Array): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const file of (await opened(bytes)).files) {
    const content = await file.bytes(2 ** 30)
    // ids are the owner's: names hold their first ten characters
    const name = file.path.replace(/ [a-z2-7]{10}(?=\.\w+$)/, '')
    const value =
      file.path.endsWith('.json') && !file.path.startsWith('blobs/')
        ? JSON.parse(Buffer.from(content).toString())
        : createHash('sha256').update(content).digest('hex')
    if (name === 'vivim-export.json') {
      delete value.account
      delete value.exported
    }
    found.set(found.has(name) ? `${name}#${file.path}` : name, value)
  }
  return found
}

const png: Attachment = { type: 'attachment', kind: 'image', name: 'a picture.png', mime: 'image/png', pointer: 'file://a' }
const sample = (blob: string): Conversation => ({
  source: 'chatgpt',
  key: 'c-1',
  title: 'Tea: "green"/black? <ok>',
  created: Date.UTC(2026, 4, 1, 12, 30),
  updated: Date.UTC(2026, 4, 2),
  model: 'gpt-x',
  project: { id: 'p', name: 'Kitchen' },
  starred: true,
  tags: ['drinks'],
  current: 'c',
  extra: { gizmo: { b: [1, null, 'x'] } },
  messages: [
    { id: 'sys', parent: null, role: 'system', hidden: true, folded: true, parts: [{ type: 'text', text: 'Be brief.' }] },
    {
      id: 'a',
      parent: 'sys',
      role: 'user',
      time: Date.UTC(2026, 4, 1, 12, 30),
      parts: [
        { type: 'text', text: 'How long?' },
        { ...png, blob },
      ],
    },
    { id: 'b', parent: 'a', role: 'assistant', time: 5, model: 'gpt-x', parts: [{ type: 'text', text: 'Five minutes.' }] },
    {
      id: 'c',
      parent: 'a',
      role: 'assistant',
      time: 4,
      updated: 9,
      model: 'gpt-y',
      extra: { weight: 0.5 },
      parts: [
        { type: 'reasoning', text: 'Hm </details> hm' },
        { type: 'tool-call', name: 'clock', input: { q: '```' } },
        { type: 'tool-result', text: 'done', error: true },
        { type: 'text', text: 'Three minutes.\n```sh\nboil', citations: [{ url: 'x' }] },
        { type: 'unknown', kind: 'hologram', raw: { w: 1 } },
      ],
    },
  ],
})

describe('an export', () => {
  it('holds readable pages, exact JSON, files and what the person said', async () => {
    const node = await emptyNode(1)
    const blob = await node.put(Buffer.from('PNG bytes'))
    const intake = node.intake()
    const conversation = sample(blob)
    await intake.add(conversation)
    await intake.personal({
      conversation: { source: 'chatgpt', key: 'c-1' },
      edits: { title: 'Tea time', archived: true },
      tags: [{ tag: 'mine' }, { message: 'c', unit: 1, tag: 'steps' }],
      notes: [{ id: 'a'.repeat(26), message: 'a', text: 'try it' }],
    })
    await intake.personal({ tags: [], notes: [{ id: 'e'.repeat(26), text: 'alone' }] })
    await intake.flush()

    const bytes = await exported(node)
    const source = await opened(bytes)
    const paths = source.files.map(({ path }) => path)
    expect(paths).toHaveLength(7)
    const name = paths[1]?.slice('conversations/'.length, -'.json'.length)
    expect(name).toMatch(/^2026-05-01 Tea time [a-z2-7]{10}$/)
    expect(paths).toEqual([
      'README.md',
      `conversations/${name}.json`,
      `conversations/${name}.md`,
      `personal/${name}.json`,
      `blobs/${blob}.png`,
      'personal/notes.json',
      'vivim-export.json',
    ])
    const file = (path: string) => source.files.find((one) => one.path === path)
    expect(JSON.parse(await textOf(file(`conversations/${name}.json`)))).toEqual(conversation)
    expect(JSON.parse(await textOf(file(`personal/${name}.json`)))).toMatchObject({
      conversation: { source: 'chatgpt', key: 'c-1' },
      edits: { title: 'Tea time', archived: true },
      tags: [{ tag: 'mine' }, { message: 'c', unit: 1, tag: 'steps' }],
      notes: [{ id: 'a'.repeat(26), message: 'a', text: 'try it' }],
    })
    expect(exportManifest.parse(JSON.parse(await textOf(file('vivim-export.json'))))).toMatchObject({
      counts: { conversations: 1, documents: 0, messages: 4, notes: 2, blobs: 1 },
      incomplete: [],
    })
    expect(await textOf(file(`conversations/${name}.md`))).toMatchInlineSnapshot(`
      "---
      title: "Tea time"
      source: "chatgpt"
      id: "c-1"
      created: "2026-05-01 12:30 UTC"
      updated: "2026-05-02 00:00 UTC"
      models: ["gpt-x","gpt-y"]
      project: "Kitchen"
      tags: ["drinks","mine"]
      starred: true
      archived: true
      ---

      # Tea time

      ## System · hidden by the provider

      <details>
      <summary>Not part of the talk</summary>

      Be brief.

      </details>

      ## You · 2026-05-01 12:30 UTC

      How long?

      ![a picture.png](../blobs/bafkreiewtaidzu4xzwtptad2fyv7kgjvoj7upjrntnwu7axfj33ay25ige.png)

      ## Assistant · gpt-y · 1970-01-01 00:00 UTC

      <details>
      <summary>Reasoning</summary>

      Hm &lt;/details> hm

      </details>

      <details>
      <summary>Tool call: clock</summary>

      \`\`\`\`json
      {
        "q": "\`\`\`"
      }
      \`\`\`\`

      </details>

      <details>
      <summary>Tool error</summary>

      \`\`\`
      done
      \`\`\`

      </details>

      Three minutes.
      \`\`\`sh
      boil
      \`\`\`

      <details>
      <summary>Of a type that is not known: hologram</summary>

      \`\`\`json
      {
        "w": 1
      }
      \`\`\`

      </details>

      ---

      # Branch 2 of 2

      *Branches off after: You · 2026-05-01 12:30 UTC*

      ## Assistant · gpt-x · 1970-01-01 00:00 UTC

      Five minutes.

      ---

      # Your notes

      *2026-11-01 00:00 UTC*

      try it
      "
    `)
  })

  it('gives the same content again when it is imported into an empty node, and nothing new into its own', async () => {
    const node = await emptyNode(2)
    const blob = await node.put(Buffer.from('bytes'))
    const intake = node.intake()
    await intake.add(sample(blob))
    await intake.add({
      source: 'claude',
      key: 'memory',
      title: 'Memory',
      extra: { kind: 'memory' },
      messages: [message('m', null, 'likes tea')],
    })
    await intake.add({ source: 'claude', key: 'big', messages: [message('m', null, 'long '.repeat(100_000))] })
    await intake.personal({
      conversation: { source: 'claude', key: 'big' },
      edits: { title: 'Mine', starred: true },
      tags: [{ tag: 'one' }, { message: 'm', tag: 'two' }],
      notes: [{ id: 'a'.repeat(26), text: 'a note' }],
    })
    await intake.personal({ tags: [], notes: [{ id: 'e'.repeat(26), text: 'alone' }] })
    await intake.flush()
    const bytes = await exported(node)

    const other = await emptyNode(3)
    // notes keep when they were written
    other.clock.advance(86_400_000)
    const report = await importInto(other, bytes)
    expect(report).toMatchObject({
      conversations: { imported: 2, updated: 0, unchanged: 0, unreadableTotal: 0 },
      documents: 1,
      messages: { total: 5, added: 5, hidden: 1, unknownTypes: 1 },
      attachments: { stored: 1, missing: 0 },
    })
    expect(await contentOf(await exported(other))).toEqual(await contentOf(bytes))
    expect(await importInto(other, bytes)).toMatchObject({
      conversations: { imported: 0, updated: 0, unchanged: 2 },
      messages: { added: 0 },
    })
    expect(await exported(node)).toEqual(bytes)
    expect((await importInto(node, bytes)).conversations).toMatchObject({ imported: 0, updated: 0, unchanged: 2 })
  })

  it('gives back any conversation as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyConversation, { selector: ({ key }) => key, maxLength: 4 }), async (all) => {
        const node = await emptyNode(4)
        const intake = node.intake()
        for (const conversation of all) {
          for (const part of conversation.messages.flatMap(({ parts }) => parts)) {
            if (part.type === 'attachment' && part.blob !== undefined) part.blob = await node.put(Buffer.from(part.pointer))
          }
          await intake.add(conversation)
        }
        await intake.flush()
        const source = await opened(await exported(node))
        await checkWhole(source)
        expect(await detectFormat(source)).toBe(vivim)
        const found: Conversation[] = []
        const attach = async (file: ExportFile) => node.put(await file.bytes(2 ** 20))
        for await (const one of vivim.read(source, { signal: new AbortController().signal, attach })) {
          expect(one.type).toBe('conversation')
          if (one.type === 'conversation') found.push(one.conversation)
        }
        const byKey = (a: Conversation, b: Conversation) => (a.key < b.key ? -1 : 1)
        expect(found.sort(byKey)).toEqual(all.sort(byKey))
      }),
      { numRuns: 30, examples: [[[{ source: 'vivim', key: '', title: '\u0000', messages: [] }]]] },
    )
  })
})

describe('what an export leaves out', () => {
  it('is what the filters do not choose', async () => {
    const node = await emptyNode(5)
    const intake = node.intake()
    const add = (key: string, more: Partial<Conversation>) =>
      intake.add({ source: 'claude', key, messages: [message('m', null, key)], ...more })
    await add('a', { created: 1000, updated: 2000, model: 'x', tags: ['t'] })
    await add('b', { created: 5000, updated: 6000, source: 'grok', project: { id: 'p', name: 'P' } })
    await add('d', { created: 1000, updated: 2000, extra: { kind: 'project' }, tags: ['t'] })
    await intake.personal({ conversation: { source: 'grok', key: 'b' }, tags: [{ tag: 'mine' }], notes: [] })
    await intake.personal({ tags: [], notes: [{ id: 'a'.repeat(26), text: 'alone' }] })
    await intake.flush()
    const keysOf = async (input: ExportInput): Promise<string[]> => {
      const files = (await opened(await exported(node, input))).files
      const talks = files.filter(({ path }) => /^(conversations|documents)\/.*\.json$/.test(path))
      const notes = files.some(({ path }) => path === 'personal/notes.json') ? ['notes'] : []
      return [...(await Promise.all(talks.map(async (file) => JSON.parse(await textOf(file)).key as string))), ...notes].sort()
    }
    const idOf = (source: 'claude' | 'grok', key: string) =>
      toBase32(conversationIdFor(node.account.did, source, key)) as ConversationId
    const two = [idOf('claude', 'd'), idOf('grok', 'b')]
    expect(await keysOf({})).toEqual(['a', 'b', 'd', 'notes'])
    expect(await keysOf({ source: ['claude'] })).toEqual(['a', 'd'])
    expect(await keysOf({ model: ['x'] })).toEqual(['a'])
    expect(await keysOf({ project: ['P'] })).toEqual(['b'])
    expect(await keysOf({ tag: ['t'] })).toEqual(['a', 'd'])
    expect(await keysOf({ tag: ['mine'] })).toEqual(['b'])
    expect(await keysOf({ from: 3000 })).toEqual(['b'])
    expect(await keysOf({ to: 3000 })).toEqual(['a', 'd'])
    expect(await keysOf({ conversation: two })).toEqual(['b', 'd'])
    expect(await keysOf({ conversation: two, source: ['grok'] })).toEqual(['b'])
    await expect(exported(node, { conversation: ['a'.repeat(26) as ConversationId] })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('is named where it cannot be read; the rest comes, and can be imported', async () => {
    const node = await emptyNode(6)
    const gone = await node.put(Buffer.from('gone'))
    const intake = node.intake()
    await intake.add({
      source: 'claude',
      key: 'whole',
      title: 'Whole',
      messages: [message('m', null, 'fine'), { ...message('n', 'm', ''), parts: [{ ...png, blob: gone }] }],
    })
    const long = 'x y '.repeat(6000)
    await intake.add({
      source: 'claude',
      key: 'hurt',
      title: 'Hurt',
      messages: [message('1', null, long), message('2', '1', long), message('3', '2', long)],
    })
    await intake.flush()
    await node.blobs.delete(node.account.did, gone)
    await node.storage.transaction(async (tx) => {
      const rows = await tx.all<{ chunk: number }>('SELECT chunk FROM contribution WHERE n = 1')
      expect(rows).toHaveLength(1)
      for (const { chunk } of rows) await tx.run('UPDATE chunk SET sealed = zeroblob(100) WHERE id = ?', [chunk])
    })
    const bytes = await exported(node)
    const { files } = await opened(bytes)
    const manifest = exportManifest.parse(JSON.parse(await textOf(files.find(({ path }) => path === 'vivim-export.json'))))
    expect(manifest.counts).toMatchObject({ conversations: 2, messages: 4, blobs: 0 })
    expect(manifest.incomplete.map(({ path, what }) => `${path.replace(/ [a-z2-7]{10}/, '')}: ${what}`).sort()).toEqual([
      `blobs/${gone}.png: the file is not on this node, or damaged`,
      'conversations/undated Hurt.json: 1 messages are damaged or gone',
    ])
    const other = await emptyNode(7)
    expect(await importInto(other, bytes)).toMatchObject({
      conversations: { imported: 2 },
      messages: { total: 4 },
      attachments: { stored: 0, missing: 1 },
    })
  })

  it('is the rest, where the reader goes away', async () => {
    const node = await emptyNode(8)
    const intake = node.intake()
    for (let n = 0; n < 40; n++)
      await intake.add({
        source: 'claude',
        key: String(n),
        messages: [message('m', null, createHash('sha512').update(`${n}`).digest('hex').repeat(300))],
      })
    await intake.flush()
    const download = await handlersOf(node)['export.get']({}, call(node))
    for await (const piece of download.open(undefined, new AbortController().signal)) {
      expect(piece.length).toBeGreaterThan(0)
      break
    }
    const leaving = new AbortController()
    const read = async () => {
      for await (const _ of download.open(undefined, leaving.signal)) leaving.abort()
    }
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' })
  })
})

it('holds no note that was deleted', async () => {
  const node = await emptyNode(9)
  const notes = noteHandlers({
    library: node.library,
    accountOf: () => node.account,
    append: node.writer.append,
    random: seededRandom(10),
  })
  const { id } = (await notes['notes.create']({ text: 'soon gone' }, call(node))) as { id: NoteId }
  await notes['notes.delete']({ note: id }, call(node))
  expect((await opened(await exported(node))).files.map(({ path }) => path)).toEqual(['README.md', 'vivim-export.json'])
})

function message(id: string, parent: string | null, text: string): Message {
  return { id, parent, role: 'user', parts: [{ type: 'text', text }] }
}
