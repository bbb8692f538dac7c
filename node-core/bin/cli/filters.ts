/** The filters that listing, finding and exporting share, as options. */
import { VivimError } from '../../contract/errors.ts'
import type { Options, Values } from './options.ts'

export const filterOptions = {
  'source': { type: 'string', multiple: true, value: 'NAME', summary: 'only of this service: chatgpt, claude, gemini …' },
  'model': { type: 'string', multiple: true, value: 'NAME', summary: 'only with this model' },
  'project': { type: 'string', multiple: true, value: 'NAME', summary: 'only of this project' },
  'tag': { type: 'string', multiple: true, value: 'TAG', summary: 'only with this tag' },
  'from': { type: 'string', value: 'DATE', summary: 'not before this day, month or year: 2024-03-01, 2024-03, 2024' },
  'to': { type: 'string', value: 'DATE', summary: 'not after this day, month or year' },
} as const satisfies Options

/** The filters that were given, as the methods take them; those parse the values further. Error: `bad-request`. */
export function filtersOf({ source, model, project, tag, from, to }: Values<typeof filterOptions>) {
  return {
    ...given({ source, model, project, tag }),
    ...(from === undefined ? {} : { from: edgeOf(from, 'start') }),
    ...(to === undefined ? {} : { to: edgeOf(to, 'end') }),
  }
}

/** Those of `lists` that are not empty. */
export const given = <T extends Record<string, readonly string[]>>(lists: T): Partial<T> =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>

const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** Where a day, month or year of this machine's time zone begins, or the next one does; in milliseconds since 1970. */
export function edgeOf(text: string, edge: 'start' | 'end'): number {
  const [, year, month, day] = pattern.exec(text) ?? []
  const next = edge === 'end' ? 1 : 0
  const date = day
    ? new Date(Number(year), Number(month) - 1, Number(day) + next)
    : month
      ? new Date(Number(year), Number(month) - 1 + next, 1)
      : new Date(Number(year) + next, 0, 1)
  const valid =
    year !== undefined &&
    Number(year) >= 1970 &&
    Number(month ?? 1) >= 1 &&
    Number(month ?? 1) <= 12 &&
    (day === undefined || new Date(Number(year), Number(month) - 1, Number(day)).getDate() === Number(day))
  if (!valid) throw new VivimError('bad-request', 'A date is a year, a month or a day: 2024, 2024-03, 2024-03-01.')
  return date.getTime()
}

/** A whole number from 1. Error: `bad-request`. */
export function amountOf(text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new VivimError('bad-request', '--limit takes a whole number from 1.')
  return Number(text)
}
