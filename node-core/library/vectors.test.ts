/** The written-down ids and the written-down contribution: people's data is already in this format. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Conversation, Source } from '../contract/content.ts'
import { type ConversationId, type Did, fromBase32, messageIdOf, toBase32, unitIdOf } from '../contract/ids.ts'
import envelope from '../contract/vectors/envelope.json' with { type: 'json' }
import vectors from '../contract/vectors/ids.json' with { type: 'json' }
import { chunkOf, valueIn } from '../log/chunk.ts'
import { contributionFrom, contributionOf } from './content.ts'
import { encodeConversation } from './encode.ts'
import { conversationIdFor, messageKeyFor } from './ids.ts'
import { encodeParts } from './pack.ts'

const owner = vectors.owner as Did
const labelled = (label: string) => (length: number) =>
  Uint8Array.from(createHash('sha256').update(label).digest().subarray(0, length))

describe('the vectors of ids.json', () => {
  it('give ids of conversations, messages and units', () => {
    for (const { source, key, bytes, id } of vectors.conversations) {
      const made = conversationIdFor(owner, source as Source, key)
      expect(Buffer.from(made).toString('hex')).toBe(bytes)
      expect(toBase32(made)).toBe(id)
      expect(Buffer.from(fromBase32(id)).toString('hex')).toBe(bytes)
    }
    for (const { id, bytes, text } of vectors.messages) {
      expect(messageKeyFor(id)).toBe(bytes)
      expect(toBase32(Buffer.from(bytes, 'hex'))).toBe(text)
    }
    const { conversation, message, index, id } = vectors.unit
    const made = messageIdOf(conversation as ConversationId, Buffer.from(messageKeyFor('m2'), 'hex'))
    expect(made).toBe(message)
    expect(unitIdOf(made, index)).toBe(id)
  })

  it('give no two owners the same id', () => {
    const other = 'did:key:z6MkjdtgAQB5ZEd1a5AvDc2pM45mKm5G9mFD8EnXc1TJRDt3' as Did
    expect(toBase32(conversationIdFor(other, 'chatgpt', 'a'))).not.toBe(toBase32(conversationIdFor(owner, 'chatgpt', 'a')))
  })
})

describe('the contribution of envelope.json', () => {
  const written = envelope.events.find(({ label }) => label === 'contribution')

  it('is what the conversation is encoded as', async () => {
    const conversation = envelope.conversation as Conversation
    const encoded = await encodeConversation(conversation, async () => 'none')
    const meta = {
      conversation: conversationIdFor(owner, conversation.source, conversation.key),
      incarnation: 0,
      import: labelled(envelope.importLabel)(16),
      source: conversation.source,
      key: conversation.key,
      updated: encoded.updated,
    }
    const [part, ...more] = encodeParts(meta, encoded)
    expect(more).toEqual([])
    expect(Buffer.from(chunkOf(part?.value ?? new Uint8Array(), labelled('contribution'))).toString('hex')).toBe(written?.chunk)
  })

  it('reads back as it was said', async () => {
    const conversation = envelope.conversation as Conversation
    const encoded = await encodeConversation(conversation, async () => 'none')
    const said = contributionOf(valueIn(Buffer.from(written?.chunk ?? '', 'hex')))
    expect(said.messages).toEqual(conversation.messages)
    expect(said.fields).toEqual(encoded.fields)
    expect(said.extra).toEqual(conversation.extra)
    const stamp = { updated: said.updated, time: [0, 0] as const, device: '' }
    expect(contributionFrom(said, 0, stamp).entries).toEqual(encoded.messages.map(({ entry }, index) => ({ ...entry, index })))
  })
})
