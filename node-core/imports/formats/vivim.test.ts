import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { wordsOf } from '../../contract/import-reasons.ts'
import type { Found } from './format.ts'
import { detectFormat } from './index.ts'
import { vivim } from './vivim.ts'

const blob = `bafkrei${'a'.repeat(52)}`
const manifest = (more: object = {}) =>
  `{\n  "format": "vivim-export", ${JSON.stringify({ version: 1, exported: 0, counts: { conversations: 1, documents: 0, messages: 1, notes: 0, blobs: 1 }, incomplete: [], ...more }).slice(1)}`
const conversation = {
  source: 'chatgpt',
  key: 'k',
  title: 'T',
  later: 'a field of a later version',
  messages: [
    {
      id: 'm',
      parent: null,
      role: 'user',
      parts: [
        { type: 'attachment', kind: 'file', name: 'a.txt', mime: 'text/plain', pointer: 'p', blob },
        { type: 'attachment', kind: 'file', name: 'b', mime: 'x', pointer: 'q', blob },
      ],
    },
  ],
}
const note = { id: 'a'.repeat(26), text: 'n', created: 1, updated: 2 }

async function foundIn(files: Record<string, unknown>): Promise<Found[]> {
  const all: Found[] = []
  const attach = async ({ path }: { path: string }) => `stored ${path}`
  for await (const found of vivim.read(sourceOf(files), { signal: new AbortController().signal, attach })) all.push(found)
  return all
}

describe('an export of our own', () => {
  it('is known, also inside a folder, before any other format', async () => {
    expect(
      await detectFormat(
        sourceOf({ 'x/vivim-export.json': manifest(), 'x/conversations/a.json': { ...conversation, chat: { history: {} } } }),
      ),
    ).toBe(vivim)
    expect(await vivim.detect(sourceOf({ 'vivim-export.json': '{"format":"other"}' }))).toBe(0)
    expect(await vivim.detect(sourceOf({ 'conversations/a.json': conversation }))).toBe(0)
  })

  it('keeps source and key, attaches each file once, and puts what a person said right behind', async () => {
    const found = await foundIn({
      'e/vivim-export.json': manifest(),
      'e/conversations/a.json': conversation,
      'e/conversations/a.md': '# T',
      [`e/blobs/${blob}.txt`]: 'hello',
      'e/personal/a.json': {
        conversation: { source: 'chatgpt', key: 'k' },
        edits: { starred: true },
        tags: [{ tag: 't' }],
        notes: [{ ...note, message: 'm', unit: 0 }],
      },
      'e/personal/notes.json': { tags: [], notes: [note] },
      'other/conversations/b.json': conversation,
    })
    const [message] = conversation.messages
    expect(found).toEqual([
      {
        type: 'conversation',
        ref: 'e/conversations/a.json #1 “T”',
        conversation: {
          source: 'chatgpt',
          key: 'k',
          title: 'T',
          messages: [{ ...message, parts: message?.parts.map((part) => ({ ...part, blob: `stored e/blobs/${blob}.txt` })) }],
        },
      },
      {
        type: 'personal',
        ref: 'e/personal/a.json',
        personal: {
          conversation: { source: 'chatgpt', key: 'k' },
          edits: { starred: true },
          tags: [{ tag: 't' }],
          notes: [{ ...note, message: 'm', unit: 0 }],
        },
      },
      { type: 'personal', ref: 'e/personal/notes.json', personal: { tags: [], notes: [note] } },
    ])
  })

  it('goes on past files that were changed, and attaches none that is cut off', async () => {
    const found = await foundIn({
      'vivim-export.json': manifest({ incomplete: [{ path: `blobs/${blob}.txt`, what: 'the file is damaged' }] }),
      'conversations/a.json': '{"source":',
      'conversations/b.json': { ...conversation, source: 'constructor' },
      'conversations/c.json': { ...conversation, messages: [{ id: 1 }] },
      'conversations/d.json': conversation,
      [`blobs/${blob}.txt`]: 'hel',
      'personal/d.json': { tags: [{ tag: '' }], notes: [] },
      'personal/notes.json': { tags: [], notes: [{ ...note, id: 'b'.repeat(26) }] },
    })
    expect(found.map((one) => (one.type === 'unreadable' ? `${one.ref}: ${wordsOf(one.reason)}` : one.type))).toEqual([
      'conversations/a.json: it is not valid JSON',
      'conversations/b.json: it is not what an export holds, at source',
      'conversations/c.json: it is not what an export holds, at messages.0.id',
      'conversation',
      'personal/d.json: it is not what an export holds, at tags.0.tag',
      'personal/notes.json: it is not what an export holds, at notes.0.id',
    ])
    expect(JSON.stringify(found[3])).not.toContain('blob"')
  })

  it('is refused where it is of a later version, or says nothing', async () => {
    await expect(readAll(vivim, sourceOf({ 'vivim-export.json': manifest({ version: 2 }) }))).rejects.toMatchObject({
      code: 'import-unknown-format',
    })
    await expect(readAll(vivim, sourceOf({ 'vivim-export.json': '{"format":"vivim-export"}' }))).rejects.toMatchObject({
      code: 'import-damaged',
    })
  })
})
