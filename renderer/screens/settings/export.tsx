import { type ReactNode, useState } from 'react'
import { useIntl } from 'react-intl'
import { useClock } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { ErrorNotice } from '../../components/notice.tsx'
import { Actions, Part, Soft } from '../../components/parts.tsx'
import { type ExportChoice, useExport } from '../../queries/export.ts'
import { ExportChoices } from './export-choices.tsx'

/** Taking everything out, or what is chosen, as one readable file. */
export function ExportPart() {
  const text = useText()
  const intl = useIntl()
  const now = useClock()
  const { standing, start } = useExport()
  const [choosing, setChoosing] = useState(false)
  const [choice, setChoice] = useState<ExportChoice>({})
  const begin = (chosen: ExportChoice) => start(chosen, `vivim-export-${new Date(now()).toISOString().slice(0, 10)}.zip`)
  const running = standing.state === 'running'

  const said: ReactNode =
    standing.state === 'done' ? text('settings.export.done', { size: formatBytes(standing.bytes, intl) }) : undefined
  return (
    <Part title={text('settings.export')}>
      <p>{text('settings.export.what')}</p>
      <Soft>{text('settings.export.open')}</Soft>
      {choosing && <ExportChoices choice={choice} change={setChoice} />}
      <Actions>
        {running ? (
          <>
            <progress aria-label={text('settings.export.running')} />
            <span>{text('settings.export.so-far', { size: formatBytes(standing.bytes, intl) })}</span>
            <Button onClick={standing.stop}>{text('app.cancel')}</Button>
          </>
        ) : choosing ? (
          <>
            <Button kind="primary" onClick={() => begin(choice)}>
              {text('settings.export.chosen')}
            </Button>
            <Button onClick={() => setChoosing(false)}>{text('app.cancel')}</Button>
          </>
        ) : (
          <>
            <Button kind="primary" onClick={() => begin({})}>
              {text('settings.export.all')}
            </Button>
            <Button onClick={() => setChoosing(true)}>{text('settings.export.choose')}</Button>
          </>
        )}
      </Actions>
      <p role="status">{running ? <span className="visually-hidden">{text('settings.export.running')}</span> : said}</p>
      {standing.state === 'failed' && <ErrorNotice error={standing.error} />}
    </Part>
  )
}
