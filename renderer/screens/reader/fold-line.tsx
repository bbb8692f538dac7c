import { ChevronRight } from 'lucide-react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { useRowActions } from './actions.ts'
import css from './fold-line.module.css'
import type { Fold } from './rows.ts'

/** So many tools are named. */
const most = 3

/** One quiet line for what stands beside the talk: instructions to the model, calls of tools and what they answered. */
export function FoldLine({ fold }: { fold: Fold }) {
  const text = useText()
  const intl = useIntl()
  const { toggleFold } = useRowActions()
  const names = fold.names.slice(0, most)
  return (
    <div className={css.line}>
      <button type="button" className={css.button} aria-expanded={fold.open} onClick={() => toggleFold(fold)}>
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
        <span>{text(fold.system ? 'reader.fold.system' : 'reader.fold.steps', { count: fold.messages.length })}</span>
        {!fold.system && names.length > 0 && <span className={css.names}>{intl.formatList(names, { type: 'unit' })}</span>}
      </button>
    </div>
  )
}
