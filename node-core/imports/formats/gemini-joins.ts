/**
 * Joining threads to those that are stored. A log that begins or ends elsewhere than an earlier export infers other
 * threads from the same turns; a turn is itself in all of them. So a turn that is stored stays in its thread, and a
 * new one goes to the thread of the turn before it (or, at the beginning, of the next one that is stored). Pure.
 */
import type { Conversation } from '../../contract/content.ts'
import type { KeptMessage, KeptThread } from '../../ports/intake.ts'
import type { Activity } from './gemini-activities.ts'
import { put } from './put.ts'

/** The messages that a turn may have, in their order. */
export const messageIds = ({ id }: Pick<Activity, 'id'>): { question: string; answer: string } => ({
  question: `${id}-q`,
  answer: `${id}-a`,
})

/** Turns of one thread; `kept` where it is stored. */
export interface Joined<T> {
  members: T[]
  kept?: KeptThread
}

/** Divides the turns of an inferred thread, oldest first, among the stored threads that hold some of them. */
export function joinThreads<T extends { activity: Pick<Activity, 'id'> }>(
  members: readonly T[],
  stored: readonly KeptThread[],
): Joined<T>[] {
  if (stored.length === 0) return [{ members: [...members] }]
  const holders = new Map<string, KeptThread>()
  for (const thread of [...stored].sort(oldestFirst))
    for (const { id } of thread.messages) if (!holders.has(id)) holders.set(id, thread)
  const keptOf = ({ activity }: T) => {
    const { question, answer } = messageIds(activity)
    return holders.get(question) ?? holders.get(answer)
  }
  const joined = new Map<KeptThread, T[]>()
  let thread = members.map(keptOf).find((kept) => kept !== undefined)
  if (!thread) return [{ members: [...members] }]
  for (const member of members) {
    thread = keptOf(member) ?? thread
    const own = joined.get(thread)
    if (own) own.push(member)
    else joined.set(thread, [member])
  }
  return [...joined].map(([kept, own]) => ({ members: own, kept }))
}

/**
 * Fits a conversation of these turns into the stored thread: under its key, behind the message that comes before.
 * What only the beginning of a thread says (its title) and only its end (the last change) is left out where the stored
 * thread has that; where turns come in between or before, the thread is told anew as of its end.
 */
export function fitInto(conversation: Conversation, { key, messages }: KeptThread): void {
  conversation.key = key
  const [first] = conversation.messages
  if (!first) return
  const known = new Map(messages.map((message) => [message.id, message]))
  const end = Math.max(...messages.map(({ time }) => time ?? 0))
  const above = known.has(first.id) ? known.get(first.id)?.parent : lastBefore(messages, first.time ?? 0)?.id
  if (above) {
    first.parent = above
    delete conversation.title
    delete conversation.created
  }
  const fresh = conversation.messages.some(({ id, time }) => !known.has(id) && (time ?? 0) < end)
  if (!fresh || end <= (conversation.updated ?? 0)) return
  delete conversation.updated
  put(conversation, 'asOf', end)
}

/** The last of those before a moment: a question and its answer have the same time. */
function lastBefore(messages: readonly KeptMessage[], moment: number): KeptMessage | undefined {
  const before = messages.filter(({ time }) => (time ?? 0) < moment)
  const latest = Math.max(...before.map(({ time }) => time ?? 0))
  const parents = new Set(before.map(({ parent }) => parent))
  const last = before.filter(({ time }) => (time ?? 0) === latest)
  return last.find(({ id }) => !parents.has(id)) ?? last.at(-1)
}

const beginOf = ({ messages }: KeptThread): number => Math.min(...messages.map(({ time }) => time ?? 0))
const oldestFirst = (a: KeptThread, b: KeptThread): number => beginOf(a) - beginOf(b) || (a.key < b.key ? -1 : 1)
