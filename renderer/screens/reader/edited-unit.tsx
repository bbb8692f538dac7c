import { type ReactNode, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { errorText } from '../../components/notice.tsx'
import { type Note, useDeleteNote } from '../../queries/notes.ts'
import type { Unit } from '../../queries/units.ts'
import { useRowActions } from './actions.ts'
import { useReaderConversation } from './conversation-context.ts'
import css from './edited-unit.module.css'
import { drawnOf, versionOf } from './edits.ts'
import { NoteEditor } from './note-editor.tsx'

/** A unit's text, or what the person made of it, with the original one click away; `draw` shows one of them. */
export function EditedUnit(props: {
  unit: Unit
  edits: readonly Note[]
  editing: Note | undefined
  draw: (unit: Unit) => ReactNode
}) {
  const { unit, edits, editing, draw } = props
  const text = useText()
  const { edit } = useRowActions()
  const drop = useDeleteNote(useReaderConversation())
  const [original, setOriginal] = useState(false)
  const [asking, setAsking] = useState(false)
  if (editing) return <NoteEditor target={unit.id} note={editing} label={text('reader.edit.field')} />
  const version = versionOf(unit, edits)
  if (!version) return <>{draw(unit)}</>
  return (
    <>
      {draw(original ? unit : drawnOf(unit, edits))}
      <p className={css.edited}>
        <span>{text('reader.edit.made')}</span>
        <button type="button" aria-pressed={original} onClick={() => setOriginal(!original)}>
          {text(original ? 'reader.edit.yours' : 'reader.edit.original')}
        </button>
        <button type="button" onClick={() => edit(unit)}>
          {text('reader.edit.change')}
        </button>
        <button type="button" onClick={() => setAsking(true)}>
          {text('reader.edit.drop')}
        </button>
      </p>
      {asking && (
        <Confirm
          title={text('reader.edit.drop.title')}
          action={text('reader.edit.drop')}
          danger
          busy={drop.isPending}
          confirm={() => drop.mutate(version.note, { onSuccess: () => setAsking(false) })}
          close={() => setAsking(false)}
        >
          <p>{drop.error ? errorText(drop.error, text) : text('reader.edit.drop.text')}</p>
        </Confirm>
      )}
    </>
  )
}
