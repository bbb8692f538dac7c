/** What a list of conversations or hits is narrowed by, as a person chose it. */
import type { Role, Source } from '../../../node-core/contract/content.ts'
import type { ImportId } from '../../../node-core/contract/ids.ts'

/** Spans that end today; `custom` is told by two dates. */
export const periods = ['any', 'week', 'month', 'year', 'custom'] as const
export type Period = (typeof periods)[number]
export const archivedChoices = ['hidden', 'only', 'both'] as const

export interface Filters {
  readonly source: readonly Source[]
  readonly model: readonly string[]
  readonly project: readonly string[]
  readonly tag: readonly string[]
  readonly period: Period
  /** The first and the last day, `2026-03-31`, of a custom period; empty: open on that side. */
  readonly first: string
  readonly last: string
  readonly starred: boolean
  readonly archived: (typeof archivedChoices)[number]
  /** Whether the thread was put together here; undefined: either. */
  readonly inferred: boolean | undefined
  /** Of messages; used where messages are looked for. */
  readonly role: readonly Role[]
  readonly import: ImportId | undefined
}

/** The filters that hold lists of names. */
export const facets = ['source', 'model', 'project', 'tag'] as const
export type Facet = (typeof facets)[number]

const none: Filters = {
  source: [],
  model: [],
  project: [],
  tag: [],
  period: 'any',
  first: '',
  last: '',
  starred: false,
  archived: 'hidden',
  inferred: undefined,
  role: [],
  import: undefined,
}
/** The library as it opens: what was archived is out of sight. */
export const libraryDefaults: Filters = none
/** Search looks everywhere. */
export const searchDefaults: Filters = { ...none, archived: 'both' }

/** How many filters differ from `defaults`, each value of a list by itself. */
export function countFilters(filters: Filters, defaults: Filters): number {
  const lists = [...facets, 'role' as const].reduce((sum, name) => sum + filters[name].length, 0)
  const single = ['period', 'starred', 'archived', 'inferred', 'import'] as const
  return lists + single.filter((name) => filters[name] !== defaults[name]).length
}

/** `filters` with a value put into a list, or taken out of it. */
export function toggled<Name extends Facet | 'role'>(filters: Filters, name: Name, value: Filters[Name][number]): Filters {
  const list: readonly string[] = filters[name]
  return { ...filters, [name]: list.includes(value) ? list.filter((one) => one !== value) : [...list, value] }
}

/**
 * The filters as the node's methods take them; what is not narrowed is absent. `now`: milliseconds; periods count from
 * the beginning of the person's day, so that the answer stays the same all day long.
 */
export function filterInput(filters: Filters, now: number) {
  const { from, to } = spanOf(filters, now)
  return {
    ...(filters.source.length > 0 && { source: [...filters.source] }),
    ...(filters.model.length > 0 && { model: [...filters.model] }),
    ...(filters.project.length > 0 && { project: [...filters.project] }),
    ...(filters.tag.length > 0 && { tag: [...filters.tag] }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(filters.starred && { starred: true }),
    ...(filters.archived !== 'both' && { archived: filters.archived === 'only' }),
    ...(filters.inferred !== undefined && { inferred: filters.inferred }),
    ...(filters.import !== undefined && { import: filters.import }),
  }
}

/** Milliseconds since 1970: not before `from`, before `to`. A day that is no date counts as not given. */
function spanOf({ period, first, last }: Filters, now: number): { from?: number; to?: number } {
  if (period === 'any') return {}
  const today = new Date(now)
  const start = (days: number) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - days).getTime()
  if (period === 'week') return { from: start(6) }
  if (period === 'month') return { from: start(29) }
  if (period === 'year') return { from: start(364) }
  const from = startOfDay(first, 0)
  const to = startOfDay(last, 1)
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

function startOfDay(day: string, later: number): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!found) return undefined
  const time = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later).getTime()
  return time >= 0 ? time : undefined
}
