/** Searching what is held: titles, messages and notes of conversations that the filters choose. */
import type { z } from 'zod'
import type { search } from '../../node-core/contract/api/search.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { type Mark, marksIn, type Query, queryOf, snippetOf } from './find.ts'
import type { Head, Held, Note, Unit } from './held.ts'
import { cursorFor, isChosen, offsetIn } from './listing.ts'

type Find = (typeof search)['search.find']
type Input = z.output<Find['input']>
type Hit = Output<Find>['items'][number]

/** One page of hits, the best or the newest first. */
export async function searched(held: Held, input: Input): Promise<Output<Find>> {
  const { q, prefix, order, cursor, limit } = input
  const query = queryOf(q, prefix)
  const hits: Hit[] = []
  for (const head of await held.heads()) {
    if (input.conversation ? head.id !== input.conversation : !isChosen(head, input)) continue
    hits.push(...(await hitsIn(held, head, query, input)))
  }
  const newest = (a: Hit, b: Hit) => (b.time ?? 0) - (a.time ?? 0)
  hits.sort(order === 'newest' ? newest : (a, b) => b.score - a.score || newest(a, b))
  const from = offsetIn(cursor)
  return {
    items: hits.slice(from, from + limit),
    next: from + limit < hits.length ? cursorFor(from + limit) : null,
    total: hits.length,
  }
}

async function hitsIn(held: Held, head: Head, query: Query, { kind, role }: Input): Promise<Hit[]> {
  const wants = (one: 'message' | 'title' | 'note') => (kind ? kind.includes(one) : !role || one === 'message')
  const conversation = { id: head.id, title: head.title, source: head.source }
  const hits: Hit[] = []
  const titleMarks = wants('title') && head.title !== null ? marksIn(head.title, query) : undefined
  if (titleMarks && head.title !== null)
    hits.push({
      conversation,
      kind: 'title',
      role: null,
      time: head.updated,
      snippet: { text: head.title, marks: titleMarks },
      // A title is short: a word in it says more than one in a text.
      score: scoreOf(head.title, titleMarks) * 2,
    })
  if (wants('message'))
    for (const message of messagesOf((await held.part(head.id, 'path'))?.units ?? [])) {
      const first = message[0]
      if (!first || (role && !role.includes(first.role))) continue
      const hit = hitIn(message, query)
      if (hit)
        hits.push({ conversation, kind: 'message', role: first.role, time: first.time ?? null, message: first.message, ...hit })
    }
  if (wants('note'))
    for (const note of (await held.part(head.id, 'notes')) ?? []) {
      const marks = marksIn(note.text, query)
      if (marks) hits.push({ conversation, kind: 'note', ...noteHit(note, marks) })
    }
  return hits
}

function noteHit({ id, target, text, updated }: Note, marks: readonly Mark[]): Omit<Hit, 'conversation' | 'kind'> {
  const unit = target?.split('-').length === 3 ? (target as NonNullable<Hit['unit']>) : undefined
  return {
    note: id,
    ...(unit ? { unit } : {}),
    role: null,
    time: updated,
    snippet: snippetOf(text, marks),
    score: scoreOf(text, marks),
  }
}

/** Units that follow one another of the same message. */
function messagesOf(units: readonly Unit[]): Unit[][] {
  const messages: Unit[][] = []
  for (const unit of units) {
    const last = messages.at(-1)
    if (last?.[0]?.message === unit.message) last.push(unit)
    else messages.push([unit])
  }
  return messages
}

/** All words have to occur in the message; it opens at the unit where the first of them stands. */
function hitIn(units: readonly Unit[], query: Query): Pick<Hit, 'unit' | 'snippet' | 'score'> | undefined {
  const text = units.map((unit) => unit.text).join('\n')
  const marks = marksIn(text, query)
  const first = marks?.[0]
  if (!marks || !first) return undefined
  let start = 0
  for (const unit of units) {
    const end = start + unit.text.length + 1
    if (first[0] < end) {
      const inside = marks.filter(([from, to]) => from >= start && to < end).map(([from, to]): Mark => [from - start, to - start])
      return { unit: unit.id, snippet: snippetOf(unit.text, inside), score: scoreOf(text, marks) }
    }
    start = end
  }
  return undefined
}

/** How often the words occur, less where there are many others. */
const scoreOf = (text: string, marks: readonly Mark[]): number => marks.length / Math.sqrt(text.length + 100)
