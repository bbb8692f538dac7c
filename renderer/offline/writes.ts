/** Writing without the node: what a person does becomes signed events that wait, and is shown at once. */
import type { z } from 'zod'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { liveNotes } from '../../node-core/contract/api/live-notes.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import type { EventTarget } from '../../node-core/contract/events.ts'
import {
  type ConversationId,
  fromBase32,
  type MessageId,
  messagePattern,
  type NoteId,
  splitMessageId,
  splitUnitId,
  toBase32,
  type UnitId,
  unitPattern,
} from '../../node-core/contract/ids.ts'
import type { Method, Output } from '../../node-core/contract/method.ts'
import { cutUpdate } from '../../node-core/contract/text-cut.ts'
import { fromBase64url, toBase64url } from '../base64url.ts'
import { type Answer, conversationOf, notHeld } from './answers.ts'
import { encoded, type Intent } from './chain.ts'
import type { Head, Held, Note, Whole } from './held.ts'
import { joined, rewritten, textOf } from './note-document.ts'

export interface WriteParts {
  readonly held: Held
  /** Signs changes and keeps them until the node has them. */
  readonly append: (intents: readonly Intent[]) => Promise<void>
  readonly now: () => number
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
}
type TargetId = ConversationId | MessageId | UnitId

/** One function per method that can be done here. What needs the node, as deleting does, is not among them. */
export function writesOf({ held, append, now, random }: WriteParts): ReadonlyMap<Method, Answer> {
  const writes = new Map<Method, Answer>()
  const add = <M extends Method>(method: M, write: (input: z.output<M['input']>) => Promise<Output<M>>) =>
    writes.set(method, async (input) => await write(method.input.parse(input) as z.output<M['input']>))

  const headOf = async (id: ConversationId): Promise<Head> => {
    const head = await held.part(id, 'head')
    if (!head) throw notHeld()
    return head
  }
  /** What an event says of a target; it has to be held here. */
  const targetOf = async (id: TargetId): Promise<EventTarget> => {
    const { incarnation } = await headOf(conversationOf(id))
    return { ...partsOf(id), ...(incarnation > 0 ? { incarnation } : {}) }
  }

  add(notes['notes.create'], async ({ target, text }) => {
    if (!target) throw notHeld()
    const conversation = conversationOf(target)
    const on = await targetOf(target)
    const note = random(16)
    const id = toBase32(note) as NoteId
    const { updates, state } = rewritten(undefined, text, clientOf(random))
    await append([
      {
        type: 'library.note-written',
        parts: updates.map((update) => encoded({ note, target: on, update })),
        shown: { kind: 'note', conversation, text },
      },
    ])
    const written: Note = { id, target, text, revision: 'waits', created: now(), updated: now() }
    await keepNote(held, conversation, written, state)
    return written
  })

  add(notes['notes.update'], async ({ note, text }) => {
    const found = await findNote(held, note)
    const state = found.documents[note]
    // Without its document only the node can change a note so that nobody else's words are lost.
    if (state === undefined || !found.note.target) throw notHeld()
    const before = fromBase64url(state)
    if (textOf(before) !== found.note.text) throw notHeld()
    const target = await targetOf(found.note.target)
    const after = rewritten(before, text, clientOf(random))
    const bytes = fromBase32(note)
    await append([
      {
        type: 'library.note-written',
        parts: after.updates.map((update) => encoded({ note: bytes, target, update })),
        shown: { kind: 'note', conversation: found.conversation, text },
      },
    ])
    const written: Note = { ...found.note, text, updated: now() }
    await keepNote(held, found.conversation, written, after.state)
    return written
  })

  // As a field hands over a note that it had open at the node. Saying the same again adds nothing.
  add(liveNotes['notes.change'], async ({ note, update, save }) => {
    // Each letter on its own stays in the field until it is saved or left.
    if (update === undefined || save !== true) throw notHeld()
    const found = await findNote(held, note)
    if (!found.note.target) throw notHeld()
    const state = found.documents[note]
    const after = joined(state === undefined ? undefined : fromBase64url(state), fromBase64url(update))
    if (!after) throw notHeld()
    if (after.added) {
      const target = await targetOf(found.note.target)
      const bytes = fromBase32(note)
      await append([
        {
          type: 'library.note-written',
          parts: cutUpdate(after.added).map((one) => encoded({ note: bytes, target, update: one })),
          shown: { kind: 'note', conversation: found.conversation, text: after.text },
        },
      ])
      await keepNote(held, found.conversation, { ...found.note, text: after.text, updated: now() }, after.state)
    }
    return {}
  })

  const tag = async (target: TargetId, name: string, on: boolean) => {
    const conversation = conversationOf(target)
    const value = { target: await targetOf(target), tag: name, on }
    const shown = { kind: on ? 'tag' : 'untag', conversation, text: name } as const
    await append([{ type: 'library.tagged', parts: [encoded(value)], shown }])
    const made = { target, tag: name, time: now() }
    const same = (one: string) => one.toLowerCase() === name.toLowerCase()
    await held.change(conversation, 'tags', (tags) => [
      ...(on ? [made] : []),
      ...tags.filter((one) => one.target !== target || !same(one.tag)),
    ])
    const left = (await held.part(conversation, 'tags')) ?? []
    await held.change(conversation, 'head', (head) => ({ ...head, tags: tagsShown(head, left, on ? name : undefined) }))
    return made
  }
  add(notes['tags.add'], ({ target, tag: name }) => tag(target, name, true))
  add(notes['tags.remove'], async ({ target, tag: name }) => {
    await tag(target, name, false)
    return {}
  })

  add(conversations['conversations.edit'], async ({ conversation, title, archived, starred }) => {
    const head = await headOf(conversation)
    // What was imported is the node's to know: going back to it waits.
    if (title === null || archived === null || starred === null) throw notHeld()
    const said = {
      ...(title !== undefined ? { title } : {}),
      ...(archived !== undefined ? { archived } : {}),
      ...(starred !== undefined ? { starred } : {}),
    }
    const value = { conversation: fromBase32(conversation), incarnation: head.incarnation, ...said }
    const shown = { kind: 'edit', conversation, text: title ?? head.title ?? '' } as const
    await append([{ type: 'library.conversation-edited', parts: [encoded(value)], shown }])
    const after: Head = { ...head, ...said }
    await held.change(conversation, 'head', () => after)
    return after
  })
  return writes
}

async function keepNote(held: Held, conversation: ConversationId, note: Note, state: Uint8Array): Promise<void> {
  await held.change(conversation, 'documents', (all) => ({ ...all, [note.id]: toBase64url(state) }))
  await held.change(conversation, 'notes', (all) => [note, ...all.filter(({ id }) => id !== note.id)])
}

async function findNote(
  held: Held,
  id: NoteId,
): Promise<{ note: Note; conversation: ConversationId; documents: Whole['documents'] }> {
  for (const { id: conversation } of await held.rows()) {
    const note = (await held.part(conversation, 'notes'))?.find((one) => one.id === id)
    if (note) return { note, conversation, documents: (await held.part(conversation, 'documents')) ?? {} }
  }
  throw notHeld()
}

/** The tags that a list shows of a conversation: what the service gave stays, what the person gave is as it is now. */
function tagsShown(head: Head, left: Whole['tags'], added: string | undefined): string[] {
  const folded = new Set(left.map(({ tag }) => tag.toLowerCase()))
  const kept = head.tags.filter((tag) => tag.toLowerCase() !== added?.toLowerCase())
  return added !== undefined && folded.has(added.toLowerCase()) ? [...kept, added] : kept
}

function partsOf(id: TargetId): Omit<EventTarget, 'incarnation'> {
  const conversation = fromBase32(conversationOf(id))
  if (unitPattern.test(id)) {
    const { message, index } = splitUnitId(id as UnitId)
    return { conversation, message: splitMessageId(message).message, unit: index }
  }
  return messagePattern.test(id) ? { conversation, message: splitMessageId(id as MessageId).message } : { conversation }
}

const clientOf = (random: (length: number) => Uint8Array<ArrayBuffer>): number => new DataView(random(4).buffer).getUint32(0)
