import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../tests/kit/clock.ts'
import {
  call,
  closeNodes,
  type ExportInput,
  emptyNode,
  exported,
  handlersOf,
  importInto,
  message,
  opened,
  png,
  textOf,
} from '../../tests/kit/exported.ts'
import type { Conversation } from '../contract/content.ts'
import { exportManifest } from '../contract/export.ts'
import { type ConversationId, type NoteId, toBase32 } from '../contract/ids.ts'
import { conversationIdFor } from './ids.ts'
import { noteHandlers } from './note-handlers.ts'

afterEach(closeNodes)

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
