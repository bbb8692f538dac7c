import { Archive, Ellipsis, Star } from 'lucide-react'
import { memo } from 'react'
import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { formatWhen } from '../../components/day.ts'
import { Marked } from '../../components/marked.tsx'
import { sourceNames } from '../../components/source-name.ts'
import { useSummary } from '../../queries/conversations.ts'
import { useFirstWords } from '../../queries/first-words.ts'
import type { Entry } from './entries.ts'
import css from './library.module.css'

export interface RowProps {
  readonly entry: Entry
  readonly now: number
  /** Whether a heading tells the year. */
  readonly grouped: boolean
  /** Whether it is the one that is read. */
  readonly open: boolean
  /** Whether the Tab key comes here. */
  readonly active: boolean
  readonly onActive: (id: ConversationId) => void
  readonly onMenu: (entry: Entry, button: HTMLElement) => void
}

/** One conversation in the list. */
export const ConversationRow = memo(function ConversationRow({ entry, now, grouped, open, active, onActive, onMenu }: RowProps) {
  const text = useText()
  const intl = useIntl()
  const { data: loaded } = useSummary(entry.id, entry.summary === undefined)
  const summary = entry.summary ?? loaded
  const { data: words } = useFirstWords(entry.id, entry.title === null)
  const title = entry.title ?? words
  return (
    <>
      <Link
        href={`/c/${entry.id}`}
        className={css.row}
        data-conversation={entry.id}
        tabIndex={active ? 0 : -1}
        aria-current={open ? 'page' : undefined}
        onFocus={() => onActive(entry.id)}
      >
        <span className={css.title} data-untitled={entry.title === null || undefined} dir="auto">
          {title ? <Marked text={title} marks={entry.marks} /> : text('library.untitled')}
        </span>
        {entry.time !== null && (
          <time className={css.when} dateTime={new Date(entry.time).toISOString()}>
            {formatWhen(entry.time, now, intl, !grouped)}
          </time>
        )}
        <span className={css.facts}>
          <span>{sourceNames[entry.source]}</span>
          {summary && <span>{text('library.messages', { count: summary.messages })}</span>}
          {/* The dots between them stand in the page's direction, whatever theirs is. */}
          {summary?.project && (
            <span>
              <bdi>{summary.project}</bdi>
            </span>
          )}
          {summary && summary.tags.length > 0 && (
            <span className={css.tags}>
              {summary.tags.map((tag) => (
                <span key={tag}>
                  <bdi>{tag}</bdi>
                </span>
              ))}
            </span>
          )}
        </span>
        <span className={css.signs}>
          {summary?.archived && <Archive size={14} strokeWidth={1.75} role="img" aria-label={text('library.is-archived')} />}
          {summary?.starred && (
            <Star size={14} strokeWidth={1.75} fill="currentColor" role="img" aria-label={text('library.is-starred')} />
          )}
        </span>
      </Link>
      <button
        type="button"
        className={css.more}
        tabIndex={-1}
        aria-label={text('library.actions')}
        title={text('library.actions')}
        onClick={(event) => onMenu(summary ? { ...entry, summary } : entry, event.currentTarget)}
      >
        <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </>
  )
})
