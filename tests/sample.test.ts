import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { exportedConversation, exportedPersonal, exportManifest } from '../node-core/contract/export.ts'
import { blobPattern } from '../node-core/contract/ids.ts'
import { blobIdOf } from '../node-core/crypto/blob-id.ts'
import { sampleFiles } from '../resources/sample/index.ts'

const files = sampleFiles()
const inside = (folder: string): unknown[] =>
  files.filter(({ path }) => path.startsWith(`sample/${folder}/`)).map(({ content }) => JSON.parse(String(content)))

it('is an export of our own, word for word', () => {
  expect(files[0]?.path).toBe('sample/vivim-export.json')
  const { counts } = exportManifest.parse(JSON.parse(String(files[0]?.content)))
  const conversations = inside('conversations').map((one) => {
    const parsed = exportedConversation.parse(one)
    // nothing that a reader of exports would drop
    expect(parsed).toEqual(one)
    return parsed
  })
  const personal = inside('personal').map((one) => exportedPersonal.parse(one))
  expect(counts).toEqual({
    conversations: conversations.length,
    documents: 0,
    messages: conversations.flatMap(({ messages }) => messages).length,
    notes: personal.flatMap(({ notes }) => notes).length,
    blobs: 1,
  })
})

it('names every message and conversation that it speaks of', () => {
  const known = new Map(
    inside('conversations')
      .map((one) => exportedConversation.parse(one))
      .map((one) => [one.key, one]),
  )
  for (const { messages, current } of known.values()) {
    const ids = messages.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { parent } of messages) if (parent !== null) expect(ids).toContain(parent)
    if (current) expect(ids).toContain(current)
  }
  for (const { conversation, tags, notes } of inside('personal').map((one) => exportedPersonal.parse(one))) {
    const ids = known.get(conversation?.key ?? '')?.messages.map(({ id }) => id)
    for (const { message } of [...tags, ...notes]) if (message) expect(ids).toContain(message)
  }
})

it('holds its picture under the name of its bytes', () => {
  const [picture] = files.filter(({ path }) => path.includes('/blobs/'))
  const bytes = picture?.content instanceof Uint8Array ? picture.content : new Uint8Array()
  const id = blobIdOf(createHash('sha256').update(bytes).digest())
  expect(id).toMatch(blobPattern)
  expect(picture?.path).toBe(`sample/blobs/${id}.webp`)
})
