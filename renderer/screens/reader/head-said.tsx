import type { RefObject } from 'react'
import { useKeptFocus } from '../../components/use-kept-focus.ts'
import type { Conversation } from '../../queries/conversation.ts'
import type { Editor } from './actions.ts'
import css from './aside.module.css'
import { NoteCard, Tags } from './aside.tsx'
import { NoteEditor } from './note-editor.tsx'
import { TagField } from './tag-field.tsx'
import type { Said } from './use-said.ts'

/** What the person said of the whole conversation, and the tags that came with it. */
export function HeadSaid(props: {
  conversation: Conversation
  said: Said
  editor: Editor | undefined
  /** Has the keys once what had them here is gone. */
  title: RefObject<HTMLElement | null>
}) {
  const { conversation, said, editor, title } = props
  const kept = useKeptFocus(title)
  const own = said.tagsOn(conversation.id)
  const imported = conversation.tags.filter((tag) => !own.includes(tag))
  const notes = said.notesOn(conversation.id)
  const here = editor?.target === conversation.id ? editor : undefined
  if (own.length + imported.length + notes.length === 0 && !here) return null
  return (
    <div className={css.head} {...kept}>
      <Tags tags={own} target={conversation.id} imported={imported} />
      {here?.kind === 'tag' && <TagField targets={[here.target]} />}
      {notes.map((note) => (
        <NoteCard key={note.id} note={note} editing={here?.kind === 'note' && here.note?.id === note.id} />
      ))}
      {here?.kind === 'note' && !here.note && <NoteEditor target={here.target} />}
    </div>
  )
}
