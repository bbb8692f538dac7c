/** What the node would answer, out of what is held here. A method that is not among these needs the node. */
import type { z } from 'zod'
import { accounts } from '../../node-core/contract/api/account.ts'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { imports } from '../../node-core/contract/api/imports.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import { search } from '../../node-core/contract/api/search.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { ConversationId, MessageId } from '../../node-core/contract/ids.ts'
import type { Method, Output } from '../../node-core/contract/method.ts'
import type { Held, Note, Path } from './held.ts'
import { cursorFor, facetsOf, listed, offsetIn } from './listing.ts'
import { searched } from './searched.ts'

/** Answers from what is held; throws `not-found` and `unavailable` as the node and its absence would. */
export type Answer = (input: unknown) => Promise<unknown>

/** Answers of no conversation that are kept as they came, by method; of listings the first page. */
export const keptAsTheyCome: ReadonlyMap<Method, string> = new Map<Method, string>([
  [accounts['account.get'], 'account'],
  [accounts['status.get'], 'status'],
  [imports['imports.list'], 'imports'],
])

export const notHeld = (): VivimError => new VivimError('unavailable', 'That is not held here.')

/** One answer per method that what is held can stand in for. */
export function answersOf(held: Held): ReadonlyMap<Method, Answer> {
  const answers = new Map<Method, Answer>()
  const add = <M extends Method>(method: M, answer: (input: z.output<M['input']>) => Promise<Output<M>>) =>
    answers.set(method, async (input) => await answer(method.input.parse(input) as z.output<M['input']>))

  const headOf = async (conversation: ConversationId) => {
    const head = await held.part(conversation, 'head')
    if (!head) throw notHeld()
    return head
  }
  add(conversations['conversations.list'], async (input) => listed(await held.heads(), input))
  add(conversations['conversations.get'], ({ conversation }) => headOf(conversation))
  add(conversations['facets.get'], async () => facetsOf(await held.heads()))
  add(conversations['conversations.units'], async (input) => {
    const path = await held.part(input.conversation, 'path')
    if (!path || !leadsThrough(path, input.leaf)) throw notHeld()
    return unitsOf(path, input)
  })
  add(conversations['conversations.outline'], async ({ conversation, leaf }) => {
    const [path, items] = await Promise.all([held.part(conversation, 'path'), held.part(conversation, 'outline')])
    if (!path || !items || !leadsThrough(path, leaf)) throw notHeld()
    return { items: [...items], next: null }
  })
  add(conversations['units.get'], async ({ unit }) => {
    const path = await held.part(conversationOf(unit), 'path')
    const found = path?.units.find(({ id }) => id === unit)
    if (!found) throw notHeld()
    return found
  })
  add(notes['notes.get'], async ({ note }) => {
    const found = (await allNotes(held)).find(({ id }) => id === note)
    if (!found) throw notHeld()
    return found
  })
  add(notes['notes.list'], async ({ target, cursor, limit }) => {
    const all = target ? await notesOn(held, target) : await allNotes(held)
    const from = offsetIn(cursor)
    return { items: all.slice(from, from + limit), next: from + limit < all.length ? cursorFor(from + limit) : null }
  })
  add(notes['tags.list'], async ({ target, within, tag, cursor, limit }) => {
    if (!target) throw notHeld()
    const tags = await held.part(conversationOf(target), 'tags')
    if (!tags) throw notHeld()
    const all = tags.filter(
      (one) =>
        (one.target === target || (within === true && one.target.startsWith(`${target}-`))) &&
        (tag === undefined || one.tag.toLowerCase() === tag.toLowerCase()),
    )
    const from = offsetIn(cursor)
    return { items: all.slice(from, from + limit), next: from + limit < all.length ? cursorFor(from + limit) : null }
  })
  add(search['search.find'], (input) => searched(held, input))
  for (const [method, name] of keptAsTheyCome)
    answers.set(method, async (input) => {
      const kept = method.output.safeParse(await held.global(name))
      if (!kept.success || !isFirstPage(input)) throw notHeld()
      return kept.data
    })
  return answers
}

/** Whether an input asks for the beginning of a listing, or for no listing at all. */
export const isFirstPage = (input: unknown): boolean =>
  typeof input !== 'object' || input === null || Reflect.get(input, 'cursor') === undefined

/** The conversation that an id of a message or unit begins with. */
export const conversationOf = (id: string): ConversationId => id.slice(0, 26) as ConversationId

async function notesOn(held: Held, target: string): Promise<Note[]> {
  const all = await held.part(conversationOf(target), 'notes')
  if (!all) throw notHeld()
  return all.filter((note) => note.target === target || note.target?.startsWith(`${target}-`) === true)
}

async function allNotes(held: Held): Promise<Note[]> {
  const all = await Promise.all((await held.rows()).map(({ id }) => held.part(id, 'notes')))
  return all.flatMap((notes) => notes ?? []).sort((a, b) => b.updated - a.updated)
}

const leadsThrough = ({ leaf, units }: Path, wanted: MessageId | undefined): boolean =>
  wanted === undefined || wanted === leaf || units.some(({ message }) => message === wanted)

type UnitsMethod = (typeof conversations)['conversations.units']

/** One page of a path. Error: `not-found` where the path does not lead through `start`. */
function unitsOf({ leaf, units }: Path, input: z.output<UnitsMethod['input']>): Output<UnitsMethod> {
  const { cursor, start, at, limit } = input
  const from = cursor ? offsetIn(cursor) : start ? placeOf(units, start) : (at ?? 0)
  const to = from + limit
  return {
    items: units.slice(from, to),
    next: to < units.length ? cursorFor(to) : null,
    previous: from > 0 ? cursorFor(Math.max(0, from - limit)) : null,
    leaf,
    total: units.length,
    offset: from,
  }
}

function placeOf(units: Path['units'], start: string): number {
  const at = units.findIndex(({ id, message }) => id === start || message === start)
  if (at < 0) throw new VivimError('not-found')
  return at
}
