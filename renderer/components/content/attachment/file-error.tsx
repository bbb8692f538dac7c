import { useIntl } from 'react-intl'
import { isVivimError } from '../../../../node-core/contract/errors.ts'
import { useText } from '../../../app/language.tsx'
import { Button } from '../../button.tsx'
import { formatBytes } from '../../bytes.ts'
import { Dotted } from '../../dotted.tsx'
import { ErrorNotice, Notice } from '../../notice.tsx'
import type { Unit } from '../unit.ts'
import css from './attachment.module.css'

/** Why a file of the talk is not shown; one that is still on its way is no error. */
export function FileError(props: { file: NonNullable<Unit['file']>; name: string; error: unknown; again: () => void }) {
  const { file, name, error, again } = props
  const text = useText()
  const intl = useIntl()
  if (!isVivimError(error, 'blob-awaited')) return <ErrorNotice error={error} again={again} />
  const facts = [file.mime, file.size !== undefined && formatBytes(file.size, intl)]
  return (
    <Notice>
      <p>{text('content.file.awaited', { name: name || text('content.file') })}</p>
      <p className={css.facts}>
        <Dotted facts={facts} />
      </p>
      <div>
        <Button kind="quiet" onClick={again}>
          {text('app.again')}
        </Button>
      </div>
    </Notice>
  )
}
