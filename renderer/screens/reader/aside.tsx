import { Pencil, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { IconButton } from '../../components/button.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { errorText } from '../../components/notice.tsx'
import { type Note, type Target, useDeleteNote } from '../../queries/notes.ts'
import type { Unit } from '../../queries/units.ts'
import { type Editor, useRowActions } from './actions.ts'
import css from './aside.module.css'
import { useReaderConversation } from './conversation-context.ts'
import { NoteEditor } from './note-editor.tsx'
import { TagField } from './tag-field.tsx'

/** What the person said of a unit and, at its first, of its message: in the margin, or below where there is none. */
export function Aside(props: {
  unit: Unit
  notes: readonly Note[]
  messageNotes: readonly Note[]
  tags: readonly string[]
  messageTags: readonly string[]
  editor: Editor | undefined
}) {
  const { unit, notes, messageNotes, tags, messageTags, editor } = props
  const text = useText()
  if (notes.length + messageNotes.length + tags.length + messageTags.length === 0 && !editor) return null
  const adding = editor?.kind === 'note' && !editor.note ? editor : undefined
  return (
    <aside className={css.aside} aria-label={text('reader.aside')}>
      <Tags tags={messageTags} target={unit.message} />
      <Tags tags={tags} target={unit.id} />
      {editor?.kind === 'tag' && <TagField targets={[editor.target]} />}
      {[...messageNotes, ...notes].map((note) => (
        <NoteCard key={note.id} note={note} editing={editor?.kind === 'note' && editor.note?.id === note.id} />
      ))}
      {adding && <NoteEditor target={adding.target} />}
    </aside>
  )
}

/** Tags of one target, each with a way to take it off; `imported` came with the conversation and stay. */
export function Tags({ tags, target, imported = [] }: { tags: readonly string[]; target: Target; imported?: readonly string[] }) {
  const text = useText()
  const { untag } = useRowActions()
  if (tags.length + imported.length === 0) return null
  return (
    <ul className={css.tags} aria-label={text('reader.tags')}>
      {tags.map((tag) => (
        <li key={tag} className={css.tag}>
          <bdi>{tag}</bdi>
          <button type="button" aria-label={text('reader.tag.remove', { tag })} onClick={() => untag(target, tag)}>
            <X size={12} strokeWidth={2} aria-hidden />
          </button>
        </li>
      ))}
      {imported.map((tag) => (
        <li key={tag} className={css.tag} data-imported>
          <bdi>{tag}</bdi>
        </li>
      ))}
    </ul>
  )
}

/** A note, to be read, changed in its place, or deleted. */
export function NoteCard({ note, editing }: { note: Note; editing: boolean }) {
  const text = useText()
  const intl = useIntl()
  const { write } = useRowActions()
  const [asking, setAsking] = useState(false)
  const remove = useDeleteNote(useReaderConversation())
  if (editing && note.target) return <NoteEditor target={note.target} note={note} />
  return (
    <div className={css.note}>
      <p dir="auto">{note.text}</p>
      <div className={css.foot}>
        <time dateTime={new Date(note.updated).toISOString()}>{intl.formatDate(note.updated, { dateStyle: 'medium' })}</time>
        {note.target && (
          <IconButton label={text('reader.note.edit')} onClick={() => note.target && write(note.target, note)}>
            <Pencil size={14} strokeWidth={1.75} aria-hidden />
          </IconButton>
        )}
        <IconButton label={text('reader.note.delete')} onClick={() => setAsking(true)}>
          <Trash2 size={14} strokeWidth={1.75} aria-hidden />
        </IconButton>
      </div>
      {asking && (
        <Confirm
          title={text('reader.note.delete.title')}
          action={text('reader.note.delete')}
          danger
          busy={remove.isPending}
          confirm={() => remove.mutate(note, { onSuccess: () => setAsking(false) })}
          close={() => setAsking(false)}
        >
          <p>{remove.error ? errorText(remove.error, text) : text('reader.note.delete.text')}</p>
        </Confirm>
      )}
    </div>
  )
}
