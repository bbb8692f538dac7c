import type { Host } from '../../app/host.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Actions } from '../../components/parts.tsx'
import { Problem, useAct } from '../locked/use-act.tsx'
import { Gate } from './gate.tsx'

/** The node ended again and again: what that means, and what a person can do. */
export default function GivenUp({ host, ends }: { host: Host; ends: number }) {
  const text = useText()
  const [run, pending, error] = useAct()
  return (
    <Gate>
      <h1>{text('computer.given-up')}</h1>
      <p>{text('computer.given-up.text', { ends })}</p>
      <p>{text('computer.given-up.help')}</p>
      <Problem error={error} />
      <Actions>
        <Button kind="primary" disabled={pending} onClick={() => run(() => host.call('node.start', undefined))}>
          {text('app.again')}
        </Button>
        <Button onClick={() => run(() => host.call('reports.show', undefined))}>{text('computer.reports.show')}</Button>
        <Button onClick={() => run(() => host.call('app.quit', undefined))}>{text('computer.quit')}</Button>
      </Actions>
    </Gate>
  )
}
