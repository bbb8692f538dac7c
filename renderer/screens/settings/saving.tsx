import type { ReactNode } from 'react'
import { useIntl } from 'react-intl'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { Actions } from '../../components/parts.tsx'
import type { SavingState } from '../../queries/saving.ts'
import css from './saving.module.css'

/** The buttons that save a file, or how far it is; then how it went. */
export function Saving({ standing, children }: { standing: SavingState; children: ReactNode }) {
  const text = useText()
  const intl = useIntl()
  return (
    <>
      <Actions>
        {standing.state === 'running' ? (
          <>
            <progress aria-label={text('settings.saving')} />
            <span>
              {standing.bytes === 0
                ? text('settings.saving.begins')
                : text('settings.saving.so-far', { size: formatBytes(standing.bytes, intl) })}
            </span>
            <Button onClick={standing.stop}>{text('app.cancel')}</Button>
          </>
        ) : (
          children
        )}
      </Actions>
      {/* Only the beginning and the end are told. */}
      <p role="status" className={css.said}>
        {standing.state === 'running' && <span className="visually-hidden">{text('settings.saving')}</span>}
        {standing.state === 'done' && text('settings.saving.done', { size: formatBytes(standing.bytes, intl) })}
      </p>
      {standing.state === 'failed' &&
        (isVivimError(standing.error) ? (
          <ErrorNotice error={standing.error} />
        ) : (
          <Notice kind="danger">
            <p>{text('settings.saving.broken')}</p>
          </Notice>
        ))}
    </>
  )
}
