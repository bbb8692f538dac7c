import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { anyConversation } from '../../tests/kit/conversations.ts'
import {
  closeNodes,
  contentOf,
  emptyNode,
  exported,
  importInto,
  message,
  opened,
  sample,
  textOf,
} from '../../tests/kit/exported.ts'
import type { Conversation } from '../contract/content.ts'
import { exportManifest } from '../contract/export.ts'
import type { ExportFile } from '../imports/formats/format.ts'
import { detectFormat } from '../imports/formats/index.ts'
import { vivim } from '../imports/formats/vivim.ts'
import { checkWhole } from '../imports/reading/check.ts'

afterEach(closeNodes)

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
