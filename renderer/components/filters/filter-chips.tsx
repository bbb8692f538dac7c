import { X } from 'lucide-react'
import { type IntlShape, useIntl } from 'react-intl'
import { type Text, useText } from '../../app/language.tsx'
import { sourceNames } from '../source-name.ts'
import type { FilterProps } from './filter-panel.tsx'
import css from './filters.module.css'
import { countFilters, type Filters, facets, toggled } from './filters.ts'

interface Chip {
  readonly key: string
  /** What kind of filter it is. */
  readonly kind: string
  readonly label: string
  /** The filters without it. */
  readonly without: Filters
}

/** The filters that hold, each to be taken away by a click. */
export function FilterChips({ filters, change, defaults }: FilterProps & { defaults: Filters }) {
  const text = useText()
  const intl = useIntl()
  if (countFilters(filters, defaults) === 0) return null
  return (
    <ul className={css.chips} aria-label={text('library.filter.holding-list')}>
      {chipsOf(filters, defaults, text, intl).map(({ key, kind, label, without }) => (
        <li key={key}>
          <button
            type="button"
            className={css.chip}
            aria-label={text('library.filter.remove', { kind, label })}
            onClick={() => change(without)}
          >
            <span dir="auto">{label}</span>
            <X size={14} strokeWidth={1.75} aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className={css.clear} onClick={() => change(defaults)}>
          {text('library.filter.clear')}
        </button>
      </li>
    </ul>
  )
}

function chipsOf(filters: Filters, defaults: Filters, text: Text, intl: IntlShape): Chip[] {
  const chips: Chip[] = []
  for (const facet of facets)
    for (const value of filters[facet])
      chips.push({
        key: `${facet} ${value}`,
        kind: text(`library.filter.${facet}`),
        label: facet === 'source' ? sourceNames[value as keyof typeof sourceNames] : value,
        without: toggled(filters, facet, value as never),
      })
  for (const role of filters.role)
    chips.push({
      key: `role ${role}`,
      kind: text('library.filter.role'),
      label: text(`library.role.${role}`),
      without: toggled(filters, 'role', role),
    })
  const one = (name: 'period' | 'starred' | 'archived' | 'inferred' | 'import', kind: string, label: string) => {
    if (filters[name] !== defaults[name]) chips.push({ key: name, kind, label, without: { ...filters, [name]: defaults[name] } })
  }
  one('period', text('library.filter.period'), periodText(filters, text, intl))
  one('starred', text('library.filter.state'), text('library.filter.starred'))
  one('archived', text('library.filter.archived'), text(`library.archived-chip.${filters.archived}`))
  one('inferred', text('library.filter.state'), text('library.filter.inferred'))
  one('import', text('library.filter.import'), text('library.filter.one-import'))
  return chips
}

function periodText({ period, first, last }: Filters, text: Text, intl: IntlShape): string {
  const day = (date: string) => intl.formatDate(`${date}T12:00`, { dateStyle: 'medium' })
  if (period !== 'custom') return text(`library.period.${period}`)
  if (first && last) return text('library.period.between', { first: day(first), last: day(last) })
  if (first) return text('library.period.since', { first: day(first) })
  return last ? text('library.period.until', { last: day(last) }) : text('library.period.custom')
}
