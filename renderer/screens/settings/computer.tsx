import { useEffect, useRef, useState } from 'react'
import type { ComputerChoices } from '../../../node-core/contract/computer.ts'
import type { ShellOutput } from '../../../node-core/contract/shell.ts'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Loading } from '../../components/loading.tsx'
import { Page, Part, Soft } from '../../components/parts.tsx'
import { Problem, useAct } from '../locked/use-act.tsx'
import { Choice } from './choice.tsx'
import { CrashReports } from './crash-reports.tsx'

/** How the app lives on this computer: from sign-in to the last window, and what it does on battery and costly networks. */
export function ComputerSection() {
  const text = useText()
  const host = useHost()
  if (!host.offers('computer.get'))
    return (
      <Page title={text('computer.title')}>
        <p>{text('computer.browser')}</p>
      </Page>
    )
  return (
    <Page title={text('computer.title')} lead={text('computer.lead')}>
      <Choices />
      <CrashReports />
    </Page>
  )
}

function Choices() {
  const text = useText()
  const host = useHost()
  const [computer, setComputer] = useState<ShellOutput<'computer.get'>>()
  const [run, , error] = useAct()
  const asked = useRef(0)
  useEffect(() => run(async () => setComputer(await host.call('computer.get', undefined))), [host, run])
  if (!computer) return error === undefined ? <Loading /> : <Problem error={error} />
  const { choices, facts } = computer
  const change = (next: Partial<ComputerChoices>) =>
    run(async () => {
      // What was chosen shows at once; of several answers the last one counts, and what was refused shows as it is.
      const turn = ++asked.current
      setComputer({ choices: { ...choices, ...next }, facts })
      const answer = await host.call('computer.set', next).catch(async (failed: unknown) => {
        if (turn === asked.current) setComputer(await host.call('computer.get', undefined))
        throw failed
      })
      if (turn === asked.current) setComputer(answer)
    })
  /** Yes or no, both to be seen. */
  const either = (name: 'startAtLogin' | 'trayTitles' | 'anyNetwork' | 'meteredHere') => (
    <Choice
      quiet
      name={text(`computer.${name}`)}
      value={choices[name] ? 'yes' : 'no'}
      change={(value) => change({ [name]: value === 'yes' })}
      options={(['yes', 'no'] as const).map((value) => ({ value, label: text(`computer.${name}.${value}`) }))}
    />
  )
  return (
    <>
      <Problem error={error} />
      <Part title={text('computer.startAtLogin')}>{either('startAtLogin')}</Part>
      <Part title={text('computer.whenClosed')}>
        <Choice
          quiet
          name={text('computer.whenClosed')}
          value={choices.whenClosed}
          change={(whenClosed) => change({ whenClosed })}
          options={(['auto', 'stay', 'quit'] as const).map((value) => ({ value, label: text(`computer.whenClosed.${value}`) }))}
        />
        {!facts.tray && <Soft>{text('computer.no-tray')}</Soft>}
      </Part>
      <Part title={text('computer.trayTitles')}>{either('trayTitles')}</Part>
      <Part title={text('computer.anyNetwork')}>
        {either('anyNetwork')}
        <Soft>{text('computer.anyNetwork.more')}</Soft>
      </Part>
      {!facts.knowsMetered && !choices.anyNetwork && (
        <Part title={text('computer.meteredHere')}>
          {either('meteredHere')}
          <Soft>{text('computer.meteredHere.more')}</Soft>
        </Part>
      )}
    </>
  )
}
