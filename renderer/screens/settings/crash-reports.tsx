import { useEffect, useState } from 'react'
import { useIntl } from 'react-intl'
import type { CrashReport } from '../../../node-core/contract/computer.ts'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Actions, Entries, Entry, EntryFact, Part, Soft } from '../../components/parts.tsx'
import { Problem, useAct } from '../locked/use-act.tsx'

/** What is kept of crashes: on this computer alone, to be looked at, passed on by the person, or deleted. */
export function CrashReports() {
  const text = useText()
  const intl = useIntl()
  const host = useHost()
  const [reports, setReports] = useState<readonly CrashReport[]>()
  const [run, pending, error] = useAct()
  useEffect(() => run(async () => setReports(await host.call('reports.list', undefined))), [host, run])
  const clear = () =>
    run(async () => {
      await host.call('reports.clear', undefined)
      setReports([])
    })
  return (
    <Part title={text('computer.reports')}>
      <Soft>{text('computer.reports.text')}</Soft>
      <Problem error={error} />
      {reports?.length === 0 && <p>{text('computer.reports.none')}</p>}
      {reports && reports.length > 0 && (
        <>
          <Entries>
            {reports.map(({ at, what, code, version, lines }) => (
              <Entry key={`${at} ${what} ${code}`} name={text(`computer.reports.${what}`)}>
                <EntryFact>{intl.formatDate(at, { dateStyle: 'medium', timeStyle: 'medium' })}</EntryFact>
                <EntryFact>{text('computer.reports.code', { code, version })}</EntryFact>
                {lines[0] !== undefined && (
                  <EntryFact>
                    <bdi lang="en" dir="ltr">
                      {lines[0]}
                    </bdi>
                  </EntryFact>
                )}
              </Entry>
            ))}
          </Entries>
          <Actions>
            <Button onClick={() => run(() => host.call('reports.show', undefined))}>{text('computer.reports.show')}</Button>
            <Button kind="danger" disabled={pending} onClick={clear}>
              {text('computer.reports.clear')}
            </Button>
          </Actions>
        </>
      )}
    </Part>
  )
}
