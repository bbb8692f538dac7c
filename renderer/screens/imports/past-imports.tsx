import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Dotted } from '../../components/dotted.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { type ImportRun, isUnderWay, useImports } from '../../queries/imports.ts'
import { formatName } from './format-name.ts'
import css from './past-imports.module.css'

/** Imports that have ended, newest first, each with its report a click away. */
export function PastImports() {
  const text = useText()
  const { runs, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useImports()
  if (error) return <ErrorNotice error={error} again={() => void refetch()} />
  const past = runs?.filter((run) => !isUnderWay(run)) ?? []
  if (past.length === 0) return null
  return (
    <section className={css.past}>
      <h2>{text('imports.past')}</h2>
      <ul>
        {past.map((run) => (
          <PastImport key={run.id} run={run} />
        ))}
      </ul>
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text('imports.more')}
        </Button>
      )}
    </section>
  )
}

function PastImport({ run: { id, name, state, format, started, conversations, watched } }: { run: ImportRun }) {
  const text = useText()
  const intl = useIntl()
  const facts = [
    formatName(format),
    intl.formatDate(started, { dateStyle: 'medium' }),
    // Of what failed nothing is kept.
    state !== 'failed' && text('imports.count', { conversations }),
    watched && text('imports.watched'),
  ]
  return (
    <li>
      <Link href={`/import/${id}`} className={css.row}>
        <span className={css.name}>
          <bdi>{name}</bdi>
        </span>
        <span className={css.facts}>
          <Dotted facts={facts} />
        </span>
        {state !== 'done' && (
          <span className={css.state} data-state={state}>
            {text(`imports.state.${state}`)}
          </span>
        )}
      </Link>
    </li>
  )
}
