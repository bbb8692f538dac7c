import { ChevronRight } from 'lucide-react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { useRowActions } from './actions.ts'
import css from './fold-line.module.css'
import type { Fold } from './rows.ts'

/** So many tools are named. */
const most = 3

/** One quiet line for what stands beside the talk: instructions to the model, calls of tools and what they answered. */
export function FoldLine({ fold, index, total }: { fold: Fold; index: number; total: number }) {
  const text = useText()
  const intl = useIntl()
  const { toggleFold, focused } = useRowActions()
  const names = fold.names.slice(0, most)
  const words = text(fold.system ? 'reader.fold.system' : 'reader.fold.steps', { count: fold.messages.length })
  return (
    <article className={css.line} aria-posinset={index + 1} aria-setsize={total} aria-label={words}>
      <button
        type="button"
        className={css.button}
        data-fold={fold.open ? undefined : index}
        aria-expanded={fold.open}
        onFocus={() => fold.open || focused(index)}
        onClick={() => toggleFold(fold)}
      >
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
        <span>{words}</span>
        {!fold.system && names.length > 0 && <span className={css.names}>{intl.formatList(names, { type: 'unit' })}</span>}
      </button>
    </article>
  )
}
