import { useText } from '../../app/language.tsx'
import { Gate } from './gate.tsx'

export function Starting() {
  const text = useText()
  return <Gate busy>{text('app.starting')}</Gate>
}
