import { FormattedList, useIntl } from 'react-intl'
import { Link } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useNow } from '../../app/clock.tsx'
import { shortcuts } from '../../app/commands.ts'
import { useText } from '../../app/language.tsx'
import { formatWhen } from '../../components/day.ts'
import { Keys } from '../../components/keys.tsx'
import { SampleOffer } from '../../components/sample-offer.tsx'
import { sourceNames } from '../../components/source-name.ts'
import { useSummary } from '../../queries/conversations.ts'
import { useFacets } from '../../queries/facets.ts'
import { useFirstWords } from '../../queries/first-words.ts'
import { type ImportState, useImports } from '../../queries/imports.ts'
import { useStatus } from '../../queries/status.ts'
import css from './home.module.css'
import { useRecentlyOpened } from './recent.ts'

const minute = 60_000
const mostImports = 3
/** States of imports of which nothing is here. */
const gone: ReadonlySet<ImportState> = new Set(['failed', 'undone', 'erased'])
/** Services that are named; the rest are counted with them. */
const mostSources = 4
const hints = ['commands.key.palette', 'commands.key.move', 'commands.key.open', 'commands.key.star', 'commands.key.filter']

/** Beside the list while nothing is read: what the library holds, and where to go on. */
export function Home() {
  const text = useText()
  const { data: status } = useStatus()
  const { data: facets } = useFacets()
  const recent = useRecentlyOpened()
  if (!status) return null
  const { conversations, messages } = status.account
  const names = (facets?.sources ?? []).slice(0, mostSources).map(({ value }) => sourceNames[value])
  return (
    <div className={css.home}>
      <p className={css.holds}>{text('library.home.holds', { conversations, messages })}</p>
      {/* Its line is there before they are known: nothing below moves when they are. */}
      {(names.length > 0 || !facets) && (
        <p className={css.from}>
          {facets ? (
            <>
              {text('library.home.from')} <FormattedList value={names} />
            </>
          ) : (
            '\u00a0'
          )}
        </p>
      )}
      {recent.length > 0 && (
        <section>
          <h2>{text('library.home.continue')}</h2>
          <ul className={css.rows}>
            {recent.slice(0, 3).map((id) => (
              <Recent key={id} id={id} />
            ))}
          </ul>
        </section>
      )}
      <NewestImports />
      <SampleOffer offer={false} />
      <section className={css.keys}>
        <h2>{text('library.home.keys')}</h2>
        <dl>
          {shortcuts
            .filter(({ name }) => hints.includes(name))
            .map(({ name, keys }) => (
              <div key={name}>
                <dt>
                  <Keys keys={keys} />
                </dt>
                <dd>{text(name)}</dd>
              </div>
            ))}
        </dl>
      </section>
    </div>
  )
}

function Recent({ id }: { id: ConversationId }) {
  const text = useText()
  const { data } = useSummary(id)
  const { data: words } = useFirstWords(id, data?.title === null)
  if (!data) return null
  return (
    <li>
      <Link href={`/c/${id}`}>
        <span dir="auto">{data.title ?? (words || text('library.untitled'))}</span>
        <small>{sourceNames[data.source]}</small>
      </Link>
    </li>
  )
}

function NewestImports() {
  const text = useText()
  const intl = useIntl()
  const now = useNow(minute)
  const { runs = [] } = useImports()
  const newest = runs.filter(({ state }) => !gone.has(state)).slice(0, mostImports)
  if (newest.length === 0) return null
  return (
    <section>
      <h2>{text('library.home.imports')}</h2>
      <ul className={css.rows}>
        {newest.map((run) => (
          <li key={run.id}>
            <Link href={`/import/${run.id}`}>
              <span dir="auto">{run.name}</span>
              <small>{text('library.home.import', { count: run.conversations, when: formatWhen(run.started, now, intl) })}</small>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
