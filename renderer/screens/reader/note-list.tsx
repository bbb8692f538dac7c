import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { type Note, type Target, useNotes } from '../../queries/notes.ts'
import { useReaderConversation } from './conversation-context.ts'
import css from './note-list.module.css'

/** Every note of the conversation, the last changed first; each leads to where it stands. */
export function NoteList({ go }: { go: (target: Target) => void }) {
  const text = useText()
  const conversation = useReaderConversation()
  const { data: all, error, refetch } = useNotes(conversation)
  const notes = all?.filter(({ edits }) => !edits)
  if (error && !notes) return <ErrorNotice error={error} again={() => void refetch()} />
  if (!notes) return null
  if (notes.length === 0) return <p className={css.none}>{text('reader.notes.none')}</p>
  return (
    <ul className={css.list}>
      {notes.map((note) => (
        <li key={note.id}>
          <NoteLink note={note} whole={note.target === conversation} go={go} />
        </li>
      ))}
    </ul>
  )
}

function NoteLink({ note, whole, go }: { note: Note; whole: boolean; go: (target: Target) => void }) {
  const text = useText()
  const intl = useIntl()
  return (
    <button type="button" className={css.note} onClick={() => note.target && go(note.target)}>
      <span className={css.words} dir="auto">
        {note.text}
      </span>
      <span className={css.foot}>
        {intl.formatDate(note.updated, { dateStyle: 'medium' })}
        {whole && ` · ${text('reader.notes.whole')}`}
      </span>
    </button>
  )
}
