import { Pencil, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { Link } from 'wouter'
import { type ConversationId, unitPattern } from '../../../node-core/contract/ids.ts'
import { useNow } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { IconButton } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { formatWhen } from '../../components/day.ts'
import { NoteForm } from '../../components/note-form.tsx'
import { ErrorNotice } from '../../components/notice.tsx'
import { useSummary } from '../../queries/conversations.ts'
import { useFirstWords } from '../../queries/first-words.ts'
import { type Note, type Target, useDeleteNote, useWriteNote } from '../../queries/notes.ts'
import css from './notes.module.css'

const hour = 3_600_000
const focus = (field: HTMLTextAreaElement | null) => field?.focus()

/** One note: its words, what it is about, and what can be done with it. */
export function NoteItem({ note }: { note: Note }) {
  const text = useText()
  const intl = useIntl()
  const now = useNow(hour)
  const write = useWriteNote()
  const remove = useDeleteNote()
  const [editing, setEditing] = useState(false)
  const [asked, setAsked] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  const close = () => {
    setEditing(false)
    // The button is there again a frame later.
    requestAnimationFrame(() => edit.current?.focus())
  }
  return (
    <li className={css.note}>
      {editing ? (
        <NoteForm
          initial={note.text}
          busy={write.isPending}
          error={write.error}
          field={focus}
          save={(words) => write.mutate({ note, text: words }, { onSuccess: close })}
          cancel={close}
        />
      ) : (
        <p className={css.words} dir="auto">
          {note.text}
        </p>
      )}
      <div className={css.foot}>
        <span className={css.about}>
          {note.target ? <About target={note.target} /> : <span>{text('notes.alone')}</span>}
          <time dateTime={new Date(note.updated).toISOString()}>{formatWhen(note.updated, now, intl)}</time>
        </span>
        {!editing && (
          <span className={css.actions}>
            <IconButton ref={edit} label={text('reader.note.edit')} onClick={() => setEditing(true)}>
              <Pencil size={16} strokeWidth={1.75} aria-hidden />
            </IconButton>
            <IconButton label={text('reader.note.delete')} onClick={() => setAsked(true)}>
              <Trash2 size={16} strokeWidth={1.75} aria-hidden />
            </IconButton>
          </span>
        )}
      </div>
      {asked && (
        <Confirm
          title={text('reader.note.delete.title')}
          action={text('reader.delete.confirm')}
          danger
          busy={remove.isPending}
          confirm={() => remove.mutate(note, { onSuccess: () => setAsked(false) })}
          close={() => setAsked(false)}
        >
          <p>{text('reader.note.delete.text')}</p>
          {remove.error && <ErrorNotice error={remove.error} />}
        </Confirm>
      )}
    </li>
  )
}

/** Leads to where the note stands. */
function About({ target }: { target: Target }) {
  const text = useText()
  const conversation = target.split('-')[0] as ConversationId
  const { data } = useSummary(conversation)
  const { data: words } = useFirstWords(conversation, data?.title === null)
  const unit = target === conversation ? undefined : unitPattern.test(target) ? target : `${target}-0`
  return (
    <Link href={unit ? `/c/${conversation}?unit=${unit}` : `/c/${conversation}`} dir="auto">
      {data?.title ?? (words || text('library.untitled'))}
    </Link>
  )
}
