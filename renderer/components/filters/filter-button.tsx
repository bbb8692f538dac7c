import { Popover, PopoverDisclosure, PopoverHeading, PopoverProvider } from '@ariakit/react'
import { SlidersHorizontal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../button.tsx'
import { FilterPanel, type FilterProps } from './filter-panel.tsx'
import css from './filters.module.css'
import { countFilters, type Filters } from './filters.ts'

/** Opens all filters; says how many hold. `children`: what else is decided there. */
export function FilterButton(
  props: FilterProps & { defaults: Filters; messages?: boolean; label: string; children?: ReactNode },
) {
  const text = useText()
  const { filters, change, defaults } = props
  const count = countFilters(filters, defaults)
  return (
    <PopoverProvider placement="bottom-end">
      <PopoverDisclosure className={css.open} data-holds={count > 0 || undefined}>
        <SlidersHorizontal size={16} strokeWidth={1.75} aria-hidden />
        <span>{props.label}</span>
        {count > 0 && <span className={css.count}>{text('library.filter.holding', { count })}</span>}
      </PopoverDisclosure>
      <Popover className={css.popover} gutter={6} portal unmountOnHide>
        <div className={css.head}>
          <PopoverHeading className={css.heading}>{props.label}</PopoverHeading>
          <Button kind="quiet" disabled={count === 0} onClick={() => change(defaults)}>
            {text('library.filter.clear')}
          </Button>
        </div>
        <FilterPanel filters={filters} change={change} messages={props.messages ?? false} />
        {props.children}
      </Popover>
    </PopoverProvider>
  )
}
