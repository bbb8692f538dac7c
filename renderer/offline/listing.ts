/** Listing, filtering and counting what is held, as the node does it with everything. Pure. */
import type { z } from 'zod'
import type { conversations } from '../../node-core/contract/api/conversations.ts'
import type { Cursor } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import type { Head } from './held.ts'

type List = (typeof conversations)['conversations.list']
export type Filters = Omit<z.output<List['input']>, 'order' | 'cursor' | 'limit'>

/** Whether a conversation is chosen by every filter. */
export function isChosen(head: Head, filters: Filters): boolean {
  const { source, model, project, tag, from, to } = filters
  const any = (wanted: readonly string[] | undefined, has: readonly string[]) =>
    !wanted || wanted.some((one) => has.some((other) => folded(one) === folded(other)))
  if (source && !source.includes(head.source)) return false
  if (!any(model, head.models) || !any(project, head.project === null ? [] : [head.project]) || !any(tag, head.tags)) return false
  if (from !== undefined && (head.updated ?? 0) < from) return false
  if (to !== undefined && (head.created ?? 0) >= to) return false
  if (filters.import !== undefined && !head.imports.includes(filters.import)) return false
  return (['archived', 'starred', 'inferred'] as const).every(
    (name) => filters[name] === undefined || filters[name] === head[name],
  )
}

/** Names are told apart without case, as the node does. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase()

/** A page of what is held, newest first. */
export function listed(heads: readonly Head[], input: z.output<List['input']>): Output<List> {
  const { order, cursor, limit, ...filters } = input
  const chosen = heads.filter((head) => head.kind === null && isChosen(head, filters))
  chosen.sort((a, b) => (b[order] ?? 0) - (a[order] ?? 0) || (a.id < b.id ? 1 : -1))
  const from = offsetIn(cursor)
  return { items: chosen.slice(from, from + limit), next: from + limit < chosen.length ? cursorFor(from + limit) : null }
}

/** What is held can be filtered by, the most frequent first. */
export function facetsOf(heads: readonly Head[]): Output<(typeof conversations)['facets.get']> {
  return {
    sources: counted(heads.map(({ source }) => source)),
    models: counted(heads.flatMap(({ models }) => models)),
    projects: counted(heads.flatMap(({ project }) => (project === null ? [] : [project]))),
    tags: counted(heads.flatMap(({ tags }) => tags)),
  }
}

function counted<T extends string>(values: readonly T[]): { value: T; count: number }[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}

/** Positions in what is held are told from the node's own: those mean nothing here, and begin anew. */
export const cursorFor = (offset: number): Cursor => `held-${offset}` as Cursor
export const offsetIn = (cursor: Cursor | undefined): number => Number(/^held-(\d{1,9})$/.exec(cursor ?? '')?.[1] ?? 0)
