import { ChevronRight, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEntryState } from '../../../app/entry-state.ts'
import css from './fold.module.css'

export interface FoldProps {
  /** Unique on the screen: whether it is open is found again by it. */
  id: string
  icon: LucideIcon
  /** What it is. */
  title: string
  /** What it says, in a line. */
  summary?: string | undefined
  failed?: boolean | undefined
  /** Asked for when it is opened. */
  children: () => ReactNode
}

/** One line that opens to what it stands for. */
export function Fold({ id, icon: Icon, title, summary, failed = false, children }: FoldProps) {
  const [open, setOpen] = useEntryState(`${id} open`, false)
  return (
    <details className={css.fold} open={open} onToggle={(event) => setOpen(event.currentTarget.open)} data-failed={failed}>
      <summary className={css.line}>
        <ChevronRight className={css.arrow} size={16} strokeWidth={1.75} aria-hidden />
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span className={css.title} dir="auto">
          {title}
        </span>
        {summary && (
          <span className={css.summary} dir="auto">
            {summary}
          </span>
        )}
      </summary>
      {open && <div className={css.inside}>{children()}</div>}
    </details>
  )
}
