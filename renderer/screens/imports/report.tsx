/** What an import brought: in words first, then the figures, then everything that could not be read. */
import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { importId } from '../../../node-core/contract/api/fields.ts'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import type { ImportId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { Dotted } from '../../components/dotted.tsx'
import { Empty } from '../../components/empty.tsx'
import { Loading } from '../../components/loading.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { Page } from '../../components/page.tsx'
import { type ImportRun, isUnderWay, useImport, useImportReport } from '../../queries/imports.ts'
import { Brought } from './brought.tsx'
import { Failure } from './failure.tsx'
import { Figures } from './figures.tsx'
import { formatName } from './format-name.ts'
import css from './report.module.css'
import { ReportActions } from './report-actions.tsx'
import { Summary } from './summary.tsx'
import { RunningImport } from './under-way.tsx'
import { Unreadable } from './unreadable.tsx'

export default function ImportReport({ run }: { run: string }) {
  const id = importId.safeParse(run)
  return id.success ? <Report key={id.data} id={id.data} /> : <None />
}

/** The address names no import. */
function None() {
  const text = useText()
  return (
    <Page>
      <h1 className="visually-hidden">{text('imports.title')}</h1>
      <Empty title={text('imports.none.title')} actions={<Link href="/import">{text('imports.back')}</Link>}>
        {text('imports.none.text')}
      </Empty>
    </Page>
  )
}

function Report({ id }: { id: ImportId }) {
  const text = useText()
  const { data: run, error, refetch } = useImport(id)
  if (isVivimError(error, 'not-found')) return <None />
  return (
    <Page back={<BackLink to="/import" name={text('imports.back')} />}>
      {error && <ErrorNotice error={error} again={() => void refetch()} />}
      {!run && !error && <Loading />}
      {run && <Told run={run} />}
    </Page>
  )
}

function Told({ run }: { run: ImportRun }) {
  const intl = useIntl()
  const { id, name, state, format, started } = run
  const ended = !isUnderWay(run)
  const { data: report, error, refetch } = useImportReport(id, ended)
  const when = intl.formatDate(started, { dateStyle: 'long', timeStyle: 'short' })
  const kept = state === 'done' || state === 'cancelled' || state === 'interrupted'
  return (
    <>
      <header className={css.head}>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <p>
          <Dotted facts={[formatName(format), when]} />
        </p>
      </header>
      {!ended && <RunningImport run={run} />}
      {state === 'failed' && <Failure run={run} />}
      {error && !isVivimError(error, 'not-found') && <ErrorNotice error={error} again={() => void refetch()} />}
      {report && state !== 'failed' && <Summary report={report} state={state} />}
      {ended && <ReportActions run={run} report={report} />}
      {report && state !== 'failed' && (
        <>
          <Unreadable report={report} />
          <Figures report={report} />
          {kept && <Brought import={id} />}
        </>
      )}
    </>
  )
}
