/** The filters that listing, finding and exporting share, as options. */
import { VivimError } from '../../contract/errors.ts'
import { dateOf, edgeOf } from './dates.ts'
import type { Options, Values } from './options.ts'
import { takes } from './takes.ts'

export const filterOptions = {
  'source': {
    type: 'string',
    multiple: true,
    most: 20,
    value: 'NAME',
    takes: takes.service,
    summary: 'only of this service: chatgpt, claude, gemini …',
  },
  'model': { type: 'string', multiple: true, most: 20, value: 'NAME', takes: takes.name, summary: 'only with this model' },
  'project': { type: 'string', multiple: true, most: 20, value: 'NAME', takes: takes.name, summary: 'only of this project' },
  'tag': {
    type: 'string',
    multiple: true,
    most: 20,
    value: 'TAG',
    takes: takes.tag,
    summary: 'only with this tag, in whatever case',
  },
  'from': {
    type: 'string',
    value: 'DATE',
    takes: takes.date,
    summary: 'not before this day, month or year: 2024-03-01, 2024-03, 2024',
  },
  'to': { type: 'string', value: 'DATE', takes: takes.date, summary: 'not after this day, month or year' },
} as const satisfies Options

/** The filters that were given, as the methods take them; those parse the values further. Error: `bad-request`. */
export function filtersOf({ source, model, project, tag, from, to }: Values<typeof filterOptions>) {
  return {
    ...given({ source, model, project, tag }),
    ...(from === undefined ? {} : { from: edge(from, 'start') }),
    ...(to === undefined ? {} : { to: edge(to, 'end') }),
  }
}

/** Those of `lists` that are not empty. */
export const given = <T extends Record<string, readonly string[]>>(lists: T): Partial<T> =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>

/** The edge of a date that was looked at already. */
function edge(text: string, which: 'start' | 'end'): number {
  const date = dateOf(text)
  if (!date) throw new VivimError('bad-request', `“${text}” is not a date.`)
  return edgeOf(date, which)
}

/** The number of an option that was looked at already; `usual` where it was not given. */
export const amountOf = (text: string | undefined, usual: number): number => (text === undefined ? usual : Number(text))
