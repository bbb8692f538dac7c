import type { ReactNode } from 'react'
import { isVivimError } from '../../node-core/contract/errors.ts'
import { type Text, useText } from '../app/language.tsx'
import { Button } from './button.tsx'
import css from './notice.module.css'

/** Something to know, beside the matter itself. */
export const Notice = ({ kind = 'note', children }: { kind?: 'note' | 'warning' | 'danger'; children: ReactNode }) => (
  <div className={css.notice} data-kind={kind} role={kind === 'danger' ? 'alert' : undefined}>
    {children}
  </div>
)

/** What an error means to a person: what happened, whether anything was lost, what to do. */
export const errorText = (error: unknown, text: Text): string =>
  text(isVivimError(error) ? `error.${error.code}` : 'error.internal')

/** An error where its answer would have been. */
export function ErrorNotice({ error, again }: { error: unknown; again?: () => void }) {
  const text = useText()
  // That the node does not answer is all there is to say.
  const detail = isVivimError(error) && error.code !== 'unavailable' ? error.detail : undefined
  return (
    <Notice kind="danger">
      <p>{errorText(error, text)}</p>
      {detail && (
        <p className={css.detail} lang="en" dir="auto">
          {detail}
        </p>
      )}
      {again && (
        <div className={css.again}>
          <Button kind="quiet" onClick={again}>
            {text('app.again')}
          </Button>
        </div>
      )}
    </Notice>
  )
}
