import { useId, useState } from 'react'
import { useIntl } from 'react-intl'
import { type Role, roles } from '../../../node-core/contract/content.ts'
import { useText } from '../../app/language.tsx'
import { type Facets, useFacets } from '../../queries/facets.ts'
import { SearchField } from '../search-field.tsx'
import { sourceNames } from '../source-name.ts'
import css from './filters.module.css'
import { archivedChoices, type Facet, type Filters, periods, toggled } from './filters.ts'

export interface FilterProps {
  readonly filters: Filters
  readonly change: (next: Filters) => void
}

interface Choice {
  readonly value: string
  readonly label: string
  readonly count?: number
}
/** Lists longer than this get a field of their own to find a value by. */
const longList = 8

/** Every filter with its values; what is chosen holds at once. `messages`: hits are messages, which have a writer. */
export function FilterPanel({ filters, change, messages = false }: FilterProps & { messages?: boolean }) {
  const text = useText()
  const { data } = useFacets()
  return (
    <>
      <FacetSection facet="source" facets={data} filters={filters} change={change} />
      {messages && (
        <Section name={text('library.filter.role')} chosen={filters.role.length} open={filters.role.length > 0}>
          <Checks
            name={text('library.filter.role')}
            choices={roles.map((role) => ({ value: role, label: text(`library.role.${role}`) }))}
            chosen={filters.role}
            toggle={(value) => change(toggled(filters, 'role', value as Role))}
          />
        </Section>
      )}
      <PeriodSection filters={filters} change={change} />
      <FacetSection facet="tag" facets={data} filters={filters} change={change} />
      <FacetSection facet="project" facets={data} filters={filters} change={change} />
      <FacetSection facet="model" facets={data} filters={filters} change={change} />
      <StateSection filters={filters} change={change} />
    </>
  )
}

function FacetSection({ facet, facets, filters, change }: FilterProps & { facet: Facet; facets: Facets | undefined }) {
  const text = useText()
  const chosen: readonly string[] = filters[facet]
  const found: readonly { value: string; count: number }[] = facets?.[`${facet}s`] ?? []
  // What is chosen can be taken back, whether or not the library still has it.
  const missing = chosen.filter((value) => !found.some((one) => one.value === value)).map((value) => ({ value, count: 0 }))
  const choices = [...found, ...missing].map(({ value, count }) => ({
    value,
    count,
    label: facet === 'source' ? sourceNames[value as keyof typeof sourceNames] : value,
  }))
  if (choices.length === 0) return null
  const name = text(`library.filter.${facet}`)
  return (
    <Section name={name} chosen={chosen.length} open={facet === 'source' || chosen.length > 0}>
      <Checks name={name} choices={choices} chosen={chosen} toggle={(value) => change(toggled(filters, facet, value as never))} />
    </Section>
  )
}

function Section(props: { name: string; chosen: number; open: boolean; children: React.ReactNode }) {
  const text = useText()
  const [open] = useState(props.open)
  return (
    <details className={css.section} open={open}>
      <summary>
        {props.name}
        {props.chosen > 0 && <span className={css.chosen}>{text('library.filter.chosen', { count: props.chosen })}</span>}
      </summary>
      {props.children}
    </details>
  )
}

function Checks(props: { name: string; choices: readonly Choice[]; chosen: readonly string[]; toggle: (value: string) => void }) {
  const text = useText()
  const intl = useIntl()
  const [words, setWords] = useState('')
  const wanted = words.trim().toLocaleLowerCase()
  const shown = props.choices.filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
  return (
    <fieldset className={css.checks}>
      <legend className="visually-hidden">{props.name}</legend>
      {props.choices.length > longList && (
        <SearchField label={text('library.filter.find', { name: props.name })} value={words} change={setWords} />
      )}
      <div className={css.scroll}>
        {shown.map(({ value, label, count }) => (
          <label key={value} className={css.check}>
            <input type="checkbox" checked={props.chosen.includes(value)} onChange={() => props.toggle(value)} />
            <span dir="auto">{label}</span>
            {count !== undefined && <small>{intl.formatNumber(count)}</small>}
          </label>
        ))}
        {shown.length === 0 && <p className={css.nothing}>{text('library.filter.nothing')}</p>}
      </div>
    </fieldset>
  )
}

function PeriodSection({ filters, change }: FilterProps) {
  const text = useText()
  const id = useId()
  return (
    <Section name={text('library.filter.period')} chosen={filters.period === 'any' ? 0 : 1} open={filters.period !== 'any'}>
      <Radios
        name={text('library.filter.period')}
        choices={periods.map((period) => ({ value: period, label: text(`library.period.${period}`) }))}
        chosen={filters.period}
        choose={(period) => change({ ...filters, period })}
      />
      {filters.period === 'custom' && (
        <div className={css.dates}>
          <label htmlFor={`${id}first`}>{text('library.period.first')}</label>
          <input
            id={`${id}first`}
            type="date"
            autoComplete="off"
            max={filters.last || undefined}
            value={filters.first}
            onChange={(event) => change({ ...filters, first: event.target.value })}
          />
          <label htmlFor={`${id}last`}>{text('library.period.last')}</label>
          <input
            id={`${id}last`}
            type="date"
            autoComplete="off"
            min={filters.first || undefined}
            value={filters.last}
            onChange={(event) => change({ ...filters, last: event.target.value })}
          />
        </div>
      )}
    </Section>
  )
}

function StateSection({ filters, change }: FilterProps) {
  const text = useText()
  const chosen = Number(filters.starred) + Number(filters.inferred !== undefined)
  return (
    <Section name={text('library.filter.state')} chosen={chosen} open>
      <div className={css.checks}>
        <label className={css.check}>
          <input type="checkbox" checked={filters.starred} onChange={() => change({ ...filters, starred: !filters.starred })} />
          <span>{text('library.filter.starred')}</span>
        </label>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={filters.inferred === true}
            onChange={() => change({ ...filters, inferred: filters.inferred ? undefined : true })}
          />
          <span>{text('library.filter.inferred')}</span>
        </label>
      </div>
      <Radios
        name={text('library.filter.archived')}
        choices={archivedChoices.map((choice) => ({ value: choice, label: text(`library.archived.${choice}`) }))}
        chosen={filters.archived}
        choose={(archived) => change({ ...filters, archived })}
        titled
      />
    </Section>
  )
}

/** One of a few. */
export function Radios<Value extends string>(props: {
  name: string
  choices: readonly { value: Value; label: string }[]
  chosen: Value
  choose: (value: Value) => void
  /** Whether its name is seen. */
  titled?: boolean
}) {
  const id = useId()
  return (
    <fieldset className={css.checks}>
      <legend className={props.titled ? css.legend : 'visually-hidden'}>{props.name}</legend>
      {props.choices.map(({ value, label }) => (
        <label key={value} className={css.check}>
          <input type="radio" name={id} checked={value === props.chosen} onChange={() => props.choose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
