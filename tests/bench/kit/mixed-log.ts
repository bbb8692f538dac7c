/** What a person's log is made of as nodes sync it: tags, notes and messages, one event each. */
import type { Did } from '../../../node-core/contract/ids.ts'
import { conversationIdFor } from '../../../node-core/library/ids.ts'
import { rewrite } from '../../../node-core/library/notes.ts'
import type { Change } from '../../../node-core/log/append.ts'
import { chanceOf, zipfOf } from './chance.ts'

/** Of a hundred events. */
const shares = { tags: 70, notes: 20 } as const
/** Messages of one conversation. */
const CONVERSATION = 8
const MESSAGE_BYTES = 1024

/** An endless log: 70 % tags, 20 % notes, 10 % messages of 1 KB. The same for the same seed, but for ids by chance. */
export function* mixedChanges(owner: Did, seed: number, name = 'log'): Generator<Change, never> {
  const chance = chanceOf(seed)
  const rank = zipfOf(8000, chance)
  const word = (): string => spelled(rank())
  const sentence = (bytes: number): string => {
    let text = word()
    while (text.length < bytes) text += ` ${word()}`
    return text.slice(0, bytes)
  }
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(chance() * 256))
  const started = bytes(16)
  yield { type: 'imports.started', parts: [{ import: started, name: `${name}.zip`, format: 'chatgpt' }] }
  let messages = 0
  const conversationOf = (n: number): Uint8Array => conversationIdFor(owner, 'chatgpt', `${name}-${n}`)
  for (;;) {
    const conversations = Math.ceil(messages / CONVERSATION)
    const drawn = chance() * 100
    if (conversations === 0 || drawn >= shares.tags + shares.notes) {
      const n = Math.floor(messages / CONVERSATION)
      const place = messages++ % CONVERSATION
      const meta = {
        conversation: conversationOf(n),
        incarnation: 0,
        import: started,
        source: 'chatgpt' as const,
        key: `${name}-${n}`,
        updated: 1_700_000_000_000 + messages,
      }
      const message = {
        id: `m${place}`,
        parent: place === 0 ? null : `m${place - 1}`,
        role: place % 2 === 0 ? 'user' : 'assistant',
        parts: [{ type: 'text', text: sentence(MESSAGE_BYTES) }],
      }
      const fields = place === 0 ? { fields: { title: sentence(30) } } : {}
      yield { type: 'library.conversations-imported', parts: [[meta, { ...fields, messages: [message], orders: [place] }]] }
      continue
    }
    const target = { conversation: conversationOf(Math.floor(chance() * conversations)) }
    if (drawn < shares.tags)
      yield { type: 'library.tagged', parts: [{ target, tag: `tag ${Math.floor(chance() * 40)}`, on: chance() < 0.8 }] }
    else {
      const [update = new Uint8Array(0)] = rewrite(undefined, sentence(80), Math.floor(chance() * 2 ** 32))
      yield { type: 'library.note-written', parts: [{ note: bytes(16), target, update }] }
    }
  }
}

/** A tag on the log's first conversation. */
export const tagChange = (owner: Did, tag: string, name = 'log'): Change => ({
  type: 'library.tagged',
  parts: [{ target: { conversation: conversationIdFor(owner, 'chatgpt', `${name}-0`) }, tag, on: true }],
})

/** The next `count` changes. */
export function taken(changes: Generator<Change, never>, count: number): Change[] {
  return Array.from({ length: count }, () => changes.next().value)
}

/** A word that a rank stands for, of four to nine letters. */
function spelled(rank: number): string {
  let text = ''
  for (let left = rank * 7919 + 104_729; left > 0; left = Math.floor(left / 20))
    text += 'bcdfghklmnprstvwzjqx'.charAt(left % 20) + 'aeiou'.charAt(left % 5)
  return text
}
