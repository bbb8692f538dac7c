import { useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { offer } from '../../components/save-file.ts'
import { type ImportReport, type ImportRun, useResumeImport, useUndoImport } from '../../queries/imports.ts'
import css from './report.module.css'

/** What can be done with an import that has ended. */
export function ReportActions({ run, report }: { run: ImportRun; report: ImportReport | undefined }) {
  const text = useText()
  const resume = useResumeImport()
  const undo = useUndoImport()
  const [asking, setAsking] = useState(false)
  const stopped = run.state === 'cancelled' || run.state === 'interrupted'
  const json = report && `${JSON.stringify(report, null, 2)}\n`
  const close = () => {
    setAsking(false)
    undo.reset()
  }
  return (
    <div className={css.actions}>
      {stopped && (
        <Button kind="primary" disabled={resume.isPending} onClick={() => resume.mutate(run.id)}>
          {text('imports.resume')}
        </Button>
      )}
      {(stopped || run.state === 'done') && <Button onClick={() => setAsking(true)}>{text('imports.undo')}</Button>}
      {json && (
        <span className={css.file}>
          <Button onClick={() => offer(new Blob([json], { type: 'application/json' }), `import-report-${run.id}.json`)}>
            {text('imports.report.save')}
          </Button>
          <CopyButton content={json} what={text('imports.report.copy')} />
        </span>
      )}
      {resume.error && <ErrorNotice error={resume.error} />}
      {asking && (
        <Confirm
          title={text('imports.undo.title')}
          action={text('imports.undo')}
          danger
          busy={undo.isPending}
          confirm={() => undo.mutate(run.id, { onSuccess: close })}
          close={close}
        >
          <ul className={css.undo}>
            <li>{text('imports.undo.hidden')}</li>
            <li>{text('imports.undo.erased')}</li>
            <li>{text('imports.undo.stays')}</li>
            <li>{text('imports.undo.again')}</li>
          </ul>
          {undo.error && <ErrorNotice error={undo.error} />}
        </Confirm>
      )}
    </div>
  )
}
