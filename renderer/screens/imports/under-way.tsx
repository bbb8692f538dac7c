/** Imports on their way in: what is being sent from here, and what the node is at. */
import { useIntl } from 'react-intl'
import { type Text, useText } from '../../app/language.tsx'
import { type Upload, unreadable } from '../../app/uploads.ts'
import { useUploads } from '../../app/uploads-context.tsx'
import { Button } from '../../components/button.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { ErrorNotice, errorText } from '../../components/notice.tsx'
import { Progress } from '../../components/progress.tsx'
import { timeLeft } from '../../components/time-left.ts'
import { type ImportProgress, useImportProgress } from '../../queries/import-progress.ts'
import { type ImportRun, isUnderWay, useCancelImport, useImports } from '../../queries/imports.ts'
import css from './under-way.module.css'

/** Everything that is under way; nothing at all where nothing is. */
export function UnderWay() {
  const text = useText()
  const [uploads] = useUploads()
  const { runs } = useImports()
  const running = inTurn(runs?.filter(isUnderWay) ?? [])
  if (uploads.length + running.length === 0) return null
  return (
    <section className={css.list} aria-label={text('imports.under-way')}>
      {running.map((run, turn) => (
        <RunningImport key={run.id} run={run} followed={turn < mostFollowed} />
      ))}
      {uploads.map((upload) => (
        <SentUpload key={upload.id} upload={upload} />
      ))}
    </section>
  )
}

/** Each that is followed takes one of the few connections that a browser opens to a node; of the rest nothing is to be told. */
const mostFollowed = 2

/** The one that the node is at first, then those that wait, in the order in which their turn comes. */
const inTurn = (runs: readonly ImportRun[]): ImportRun[] =>
  runs.toSorted((a, b) => Number(a.state === 'waiting') - Number(b.state === 'waiting') || a.started - b.started)

function SentUpload({ upload }: { upload: Upload }) {
  const text = useText()
  const intl = useIntl()
  const [, uploads] = useUploads()
  const { id, name, files, bytes, sent, state, rate, secondsLeft, error } = upload
  if (state === 'failed') {
    return (
      <Item name={name}>
        <p className={css.failed} role="alert">
          {error === unreadable ? text('imports.unreadable-file') : errorText(error, text)}
        </p>
        <div className={css.actions}>
          <Button onClick={() => uploads.again(id)}>{text('app.again')}</Button>
          <Button kind="quiet" onClick={() => uploads.cancel(id)}>
            {text('imports.take-away')}
          </Button>
        </div>
      </Item>
    )
  }
  const size = formatBytes(bytes, intl)
  const facts =
    state === 'waiting'
      ? [text('imports.upload.waiting'), size]
      : [
          text('imports.upload.sending', { sent: formatBytes(sent, intl), total: size }),
          rate !== null && text('imports.rate.bytes', { rate: formatBytes(rate, intl) }),
          leftText(secondsLeft, text),
        ]
  return (
    <Item
      name={name}
      aside={files > 1 ? text('imports.files', { count: files }) : undefined}
      cancel={() => uploads.cancel(id)}
      facts={facts}
    >
      <Progress label={text('imports.upload.progress', { name })} part={state === 'waiting' ? 0 : bytes > 0 ? sent / bytes : 1} />
    </Item>
  )
}

/** An import that the node is at, or that waits for its turn. */
export function RunningImport({ run, followed = true }: { run: ImportRun; followed?: boolean }) {
  const text = useText()
  const cancel = useCancelImport()
  const progress = useImportProgress(run.id, followed)
  const phase = progress?.phase ?? run.state
  const part = progress?.totalBytes ? Math.min(1, progress.bytes / progress.totalBytes) : undefined
  const facts = useFacts(phase, progress)
  return (
    <Item name={run.name} cancel={() => cancel.mutate(run.id)} stopping={cancel.isPending} facts={facts}>
      <Progress label={text('imports.progress', { name: run.name })} part={phase === 'waiting' ? 0 : part} />
      <p className="visually-hidden" role="status">
        {milestone(phase, part, text)}
      </p>
      {cancel.error && <ErrorNotice error={cancel.error} />}
    </Item>
  )
}

function useFacts(phase: ImportRun['state'], progress: ImportProgress | undefined): Fact[] {
  const text = useText()
  const intl = useIntl()
  if (phase === 'waiting' || phase === 'receiving' || !progress) return [text(`imports.phase.${phaseOf(phase)}`)]
  const { conversations, messages, bytes, totalBytes, rate, secondsLeft } = progress
  const ofBytes =
    totalBytes === null ? formatBytes(bytes, intl) : `${formatBytes(bytes, intl)} / ${formatBytes(totalBytes, intl)}`
  if (phase !== 'importing') return [text(`imports.phase.${phaseOf(phase)}`), ofBytes, leftText(secondsLeft, text)]
  return [
    text('imports.phase.importing', { conversations, messages }),
    rate >= 1 && text('imports.rate.messages', { rate: Math.round(rate) }),
    ofBytes,
    leftText(secondsLeft, text),
  ]
}

const phaseOf = (phase: ImportRun['state']): 'waiting' | 'receiving' | 'checking' | 'ending' =>
  phase === 'waiting' || phase === 'receiving' || phase === 'checking' ? phase : 'ending'

function leftText(seconds: number | null, text: Text): Fact {
  if (seconds === null) return false
  const { unit, count } = timeLeft(seconds)
  return text(`imports.left.${unit}`, { count })
}

/** What is read out: the phase, and every quarter. */
function milestone(phase: ImportRun['state'], part: number | undefined, text: Text): string {
  if (phase !== 'importing') return text(`imports.phase.${phaseOf(phase)}`)
  return text('imports.milestone', { percent: Math.floor((part ?? 0) * 4) * 25 })
}

type Fact = string | false | undefined

function Item(props: {
  name: string
  aside?: string | undefined
  facts?: readonly Fact[]
  cancel?: () => void
  stopping?: boolean
  children: React.ReactNode
}) {
  const text = useText()
  const { name, aside, facts, cancel, stopping = false, children } = props
  return (
    <article className={css.item} aria-label={name}>
      <header>
        <strong dir="auto">{name}</strong>
        {aside && <small>{aside}</small>}
        {cancel && (
          <Button kind="quiet" onClick={cancel} disabled={stopping} aria-label={text('imports.cancel', { name })}>
            {text(stopping ? 'imports.stopping' : 'app.cancel')}
          </Button>
        )}
      </header>
      {children}
      {facts && (
        <ul className={css.facts}>
          {facts.filter(Boolean).map((fact) => (
            <li key={String(fact)}>{fact}</li>
          ))}
        </ul>
      )}
    </article>
  )
}
