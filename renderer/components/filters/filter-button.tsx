import { SlidersHorizontal } from 'lucide-react'
import { useRef, useState } from 'react'
import { chunk } from '../../app/chunk.tsx'
import { useText } from '../../app/language.tsx'
import type { FilterPopoverProps } from './filter-popover.tsx'
import css from './filters.module.css'
import { countFilters } from './filters.ts'

const popover = chunk(() => import('./filter-popover.tsx'))
/** Loads what the button opens before it is pressed. */
export const beginFilters = popover.begin

/** Opens all filters; says how many hold. */
export function FilterButton(props: Omit<FilterPopoverProps, 'button' | 'open' | 'setOpen'>) {
  const text = useText()
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  // From the first time on it stays, so that it can give the focus back when it closes.
  const [used, setUsed] = useState(false)
  const count = countFilters(props.filters, props.defaults)
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css.open}
        data-holds={count > 0 || undefined}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setUsed(true)
          setOpen(!open)
        }}
      >
        <SlidersHorizontal size={16} strokeWidth={1.75} aria-hidden />
        <span>{props.label}</span>
        {count > 0 && <span className={css.count}>{text('library.filter.holding', { count })}</span>}
      </button>
      {used && <popover.Part {...props} button={button} open={open} setOpen={setOpen} />}
    </>
  )
}
