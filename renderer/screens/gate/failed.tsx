import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { errorText } from '../../components/notice.tsx'
import { Gate } from './gate.tsx'

/** What went wrong, before there was a session. */
export function Failed({ error, again }: { error: Error; again: () => void }) {
  const text = useText()
  return (
    <Gate>
      <h1>{text('app.failed')}</h1>
      <p>{errorText(error, text)}</p>
      <Button kind="primary" onClick={again}>
        {text('app.again')}
      </Button>
    </Gate>
  )
}
