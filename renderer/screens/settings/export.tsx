import { useState } from 'react'
import { useClock } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Part, Soft } from '../../components/parts.tsx'
import { type ExportChoice, useExport } from '../../queries/export.ts'
import { ExportChoices } from './export-choices.tsx'
import { Saving } from './saving.tsx'

/** Taking everything out, or what is chosen, as one readable file. */
export function ExportPart() {
  const text = useText()
  const now = useClock()
  const { standing, start } = useExport()
  const [choice, setChoice] = useState<ExportChoice>()
  const begin = () => start(choice ?? {}, `vivim-export-${new Date(now()).toISOString().slice(0, 10)}.zip`)
  return (
    <Part title={text('settings.export')}>
      <p>{text('settings.export.what')}</p>
      <Soft>{text('settings.export.open')}</Soft>
      {choice && <ExportChoices choice={choice} change={setChoice} />}
      <Saving standing={standing}>
        <Button kind="primary" onClick={begin}>
          {text(choice ? 'settings.export.chosen' : 'settings.export.all')}
        </Button>
        {choice ? (
          <Button onClick={() => setChoice(undefined)}>{text('app.cancel')}</Button>
        ) : (
          <Button onClick={() => setChoice({})}>{text('settings.export.choose')}</Button>
        )}
      </Saving>
    </Part>
  )
}
