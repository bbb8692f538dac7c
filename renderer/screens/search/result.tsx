import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { formatWhen } from '../../components/day.ts'
import { Marked } from '../../components/marked.tsx'
import { plainWords } from '../../components/plain-words.ts'
import { sourceNames } from '../../components/source-name.ts'
import { addressOf, type Line } from './found.ts'
import css from './search.module.css'

interface ResultProps {
  readonly line: Line
  readonly at: number
  readonly now: number
  readonly active: boolean
  readonly expanded: boolean
  readonly expand: (key: string) => void
  readonly onFocus: () => void
  readonly opened: () => void
}

/** One hit: whose title, where it stands, and the words in their sentence. */
export function Result({ line, at, now, active, expanded, expand, onFocus, opened }: ResultProps) {
  const text = useText()
  const { found, hit, first } = line
  const { conversation } = found
  const more = found.hits.length - 1
  const address = addressOf(conversation, hit)
  const body = (
    <>
      {first && (
        <span className={css.title} dir="auto">
          {found.title ? (
            <Marked text={found.title.text} marks={found.title.marks} />
          ) : (
            (conversation?.title ?? text(conversation ? 'library.untitled' : 'search.note-alone'))
          )}
        </span>
      )}
      <Facts line={line} now={now} />
      {hit && (
        <span className={css.snippet} dir="auto">
          <Marked {...plainWords(hit.snippet)} />
        </span>
      )}
    </>
  )
  const focus = { 'data-line': at, 'tabIndex': active ? 0 : -1, onFocus }
  return (
    <article data-first={first || undefined}>
      {address ? (
        <Link href={address} className={css.hit} onClick={opened} {...focus}>
          {body}
        </Link>
      ) : (
        // A note on its own has no page to open: it is read here.
        <div className={css.hit} {...focus}>
          {body}
        </div>
      )}
      {first && more > 0 && (
        <button
          type="button"
          className={css.expand}
          tabIndex={active ? 0 : -1}
          aria-expanded={expanded}
          onClick={() => expand(found.key)}
        >
          {text(expanded ? 'search.fewer' : 'search.more', { count: more })}
        </button>
      )}
    </article>
  )
}

function Facts({ line: { found, hit, first }, now }: { line: Line; now: number }) {
  const text = useText()
  const intl = useIntl()
  const time = hit ? hit.time : found.time
  const facts = [
    first && found.conversation ? sourceNames[found.conversation.source] : undefined,
    hit?.kind === 'note' && found.conversation ? text('search.note') : undefined,
    hit?.role ? text(`library.role.${hit.role}`) : undefined,
    time === null ? undefined : formatWhen(time, now, intl),
  ]
  return (
    <span className={css.facts}>
      {facts.filter(Boolean).map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </span>
  )
}
