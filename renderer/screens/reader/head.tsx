import { Pencil } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { FormattedDateTimeRange } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { Conversation } from '../../queries/conversation.ts'
import css from './head.module.css'
import { Title } from './title.tsx'

/** What stands above the talk: its title, where it comes from, when it was, and what the person said of it. */
export function Head(props: {
  conversation: Conversation
  editing: boolean
  edit: (editing: boolean) => void
  titleRef: Ref<HTMLHeadingElement>
  children?: ReactNode
}) {
  const { conversation, editing, edit, titleRef, children } = props
  const text = useText()
  const { source, models, project, archived, created, updated } = conversation
  return (
    <header className={css.head}>
      <div className={css.line}>
        <Title conversation={conversation} editing={editing} edit={edit} ref={titleRef} />
        {!editing && (
          <button type="button" className={css.edit} aria-label={text('reader.rename')} onClick={() => edit(true)}>
            <Pencil size={16} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </div>
      <ul className={css.facts}>
        <li>{sourceNames[source]}</li>
        {models.length > 0 && <Models models={models} />}
        {project && (
          <li>
            <bdi>{project}</bdi>
          </li>
        )}
        {created !== null && (
          <li>
            <Span from={created} to={updated ?? created} />
          </li>
        )}
        {archived && <li>{text('reader.archived')}</li>}
      </ul>
      {children}
    </header>
  )
}

/** So many models are named; the others are counted. */
const named = 2

function Models({ models }: { models: readonly string[] }) {
  const text = useText()
  const shown = models.slice(0, models.length > named + 1 ? named : models.length)
  const more = models.length - shown.length
  return (
    <>
      {shown.map((model) => (
        <li key={model}>
          <bdi>{model}</bdi>
        </li>
      ))}
      {more > 0 && <li title={models.slice(named).join(', ')}>{text('reader.models.more', { count: more })}</li>}
    </>
  )
}

/** The days of a conversation; one where it began and ended on the same. */
export const Span = ({ from, to }: { from: number; to: number }) => (
  <FormattedDateTimeRange from={new Date(from)} to={new Date(Math.max(from, to))} dateStyle="medium" />
)
