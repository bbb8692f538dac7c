import { Select, SelectItem, SelectItemCheck, SelectLabel, SelectPopover, SelectProvider } from '@ariakit/react'
import { useIntl } from 'react-intl'
import { type Source, sources } from '../../../node-core/contract/content.ts'
import { useText } from '../../app/language.tsx'
import fields from '../../components/fields.module.css'
import { sourceNames } from '../../components/source-name.ts'
import type { ExportChoice } from '../../queries/export.ts'
import { useFacets } from '../../queries/facets.ts'
import css from './export-choices.module.css'

interface Offered<T extends string> {
  readonly value: T
  readonly count: number
}

const isSource = (text: string): text is Source => sources.some((source) => source === text)

/** Which conversations go into the file. Nothing chosen of a kind: all of it. */
export function ExportChoices({ choice, change }: { choice: ExportChoice; change: (next: ExportChoice) => void }) {
  const text = useText()
  const { data: facets } = useFacets()
  if (!facets) return null
  const { source = [], model = [], project = [], tag = [], from, to } = choice
  return (
    <div className={css.choices}>
      <Choices
        name={text('settings.export.source')}
        offered={facets.sources}
        chosen={source}
        shown={(value) => (isSource(value) ? sourceNames[value] : value)}
        change={(values) => change({ ...choice, source: values.filter(isSource) })}
      />
      <Choices
        name={text('settings.export.project')}
        offered={facets.projects}
        chosen={project}
        change={(values) => change({ ...choice, project: values })}
      />
      <Choices
        name={text('settings.export.tag')}
        offered={facets.tags}
        chosen={tag}
        change={(values) => change({ ...choice, tag: values })}
      />
      <Choices
        name={text('settings.export.model')}
        offered={facets.models}
        chosen={model}
        change={(values) => change({ ...choice, model: values })}
      />
      <Day name={text('settings.export.from')} time={from} change={(time) => change({ ...choice, from: time })} />
      {/* The last day counts: what is asked for ends with the next one. */}
      <Day
        name={text('settings.export.to')}
        time={to === undefined ? undefined : dayAfter(to, -1)}
        change={(time) => change({ ...choice, to: time === undefined ? undefined : dayAfter(time, 1) })}
      />
    </div>
  )
}

/** More than the node takes in one question is not offered. */
const most = 20

function Choices<T extends string>(props: {
  name: string
  offered: readonly Offered<T>[]
  chosen: readonly T[]
  shown?: (value: string) => string
  change: (values: string[]) => void
}) {
  const { name, offered, chosen, shown = (value) => value, change } = props
  const text = useText()
  const intl = useIntl()
  if (offered.length === 0) return null
  return (
    <div className={css.field}>
      <SelectProvider value={[...chosen]} setValue={(values: string[]) => change(values.slice(0, most))}>
        <SelectLabel>{name}</SelectLabel>
        <Select className={`${fields.field} ${css.select}`}>
          <bdi>{chosen.length === 0 ? text('settings.export.any') : intl.formatList(chosen.map(shown))}</bdi>
        </Select>
        <SelectPopover className={css.popover} gutter={4} sameWidth>
          {offered.map(({ value, count }) => (
            <SelectItem key={value} value={value} className={css.item}>
              <SelectItemCheck />
              <span dir="auto">{shown(value)}</span>
              <span className={css.count}>{intl.formatNumber(count)}</span>
            </SelectItem>
          ))}
        </SelectPopover>
      </SelectProvider>
    </div>
  )
}

function Day({ name, time, change }: { name: string; time: number | undefined; change: (time: number | undefined) => void }) {
  return (
    <label className={css.field}>
      <span>{name}</span>
      <input
        type="date"
        autoComplete="off"
        className={`${fields.field} ${css.select}`}
        value={time === undefined ? '' : dayOf(time)}
        onChange={({ target }) => change(timeOf(target.value))}
      />
    </label>
  )
}

/** Days are the person's own: they begin at midnight where the browser is. */
function dayOf(time: number): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
function timeOf(day: string): number | undefined {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return undefined
  const time = new Date(year, month - 1, date).getTime()
  return time >= 0 ? time : undefined
}
function dayAfter(time: number, days: number): number {
  const date = new Date(time)
  date.setDate(date.getDate() + days)
  return date.getTime()
}
