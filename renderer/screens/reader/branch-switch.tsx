import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { MessageId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import type { Unit } from '../../queries/units.ts'
import css from './branch-switch.module.css'

/** ‹ 2 / 3 ›: the other things that were said in this place. */
export function BranchSwitch({ siblings, to }: { siblings: NonNullable<Unit['siblings']>; to: (message: MessageId) => void }) {
  const text = useText()
  const { index, count, previous, next } = siblings
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <span className={css.branches} role="group" aria-label={text('reader.branches')}>
      <button
        type="button"
        className={css.step}
        aria-label={text('reader.branch.previous')}
        title={text('reader.branch.previous')}
        aria-disabled={!previous}
        onClick={() => previous && to(previous)}
      >
        <ChevronLeft size={16} strokeWidth={1.75} aria-hidden />
      </button>
      <span className={css.count} aria-live="polite">
        <span aria-hidden>
          {index + 1} / {count}
        </span>
        <span className="visually-hidden">{text('reader.branch.place', { index: index + 1, count })}</span>
      </span>
      <button
        type="button"
        className={css.step}
        aria-label={text('reader.branch.next')}
        title={text('reader.branch.next')}
        aria-disabled={!next}
        onClick={() => next && to(next)}
      >
        <ChevronRight size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </span>
  )
}
