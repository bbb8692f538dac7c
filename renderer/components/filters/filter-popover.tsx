import { Popover, PopoverHeading, usePopoverStore } from '@ariakit/react'
import { type ReactNode, type RefObject, useLayoutEffect } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../button.tsx'
import { FilterPanel, type FilterProps } from './filter-panel.tsx'
import css from './filters.module.css'
import { countFilters, type Filters } from './filters.ts'

export interface FilterPopoverProps extends FilterProps {
  readonly defaults: Filters
  /** Whether messages are filtered, which somebody wrote. */
  readonly messages?: boolean
  readonly label: string
  /** What else is decided there. */
  readonly children?: ReactNode
  readonly button: RefObject<HTMLButtonElement | null>
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
}

/** All filters, below the button that opens them. */
export default function FilterPopover(props: FilterPopoverProps) {
  const { filters, change, defaults, button, open, setOpen } = props
  const text = useText()
  const store = usePopoverStore({ placement: 'bottom-end', open, setOpen })
  useLayoutEffect(() => {
    store.setAnchorElement(button.current)
    store.setDisclosureElement(button.current)
  }, [store, button])
  return (
    <Popover store={store} className={css.popover} gutter={6} portal unmountOnHide>
      <div className={css.head}>
        <PopoverHeading className={css.heading}>{props.label}</PopoverHeading>
        <Button kind="quiet" disabled={countFilters(filters, defaults) === 0} onClick={() => change(defaults)}>
          {text('library.filter.clear')}
        </Button>
      </div>
      <FilterPanel filters={filters} change={change} messages={props.messages ?? false} />
      {props.children}
    </Popover>
  )
}
