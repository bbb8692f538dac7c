import { useEffect, useRef, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { errorText } from '../../components/notice.tsx'
import { type Note, type Target, useWriteNote } from '../../queries/notes.ts'
import { useRowActions } from './actions.ts'
import { useReaderConversation } from './conversation-context.ts'
import css from './note-editor.module.css'

/** The longest note that the node takes, in characters. */
const longest = 100_000

/** A field for a new note, or for the text of one that is there. */
export function NoteEditor({ target, note }: { target: Target; note?: Note }) {
  const text = useText()
  const { closeEditor } = useRowActions()
  const write = useWriteNote(useReaderConversation())
  const [value, setValue] = useState(note?.text ?? '')
  const form = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const at = field.current
    at?.focus({ preventScroll: true })
    at?.scrollIntoView({ block: 'nearest' })
    at?.setSelectionRange(at.value.length, at.value.length)
  }, [])
  // A person who has gone elsewhere while the note was on its way is not brought back.
  const saved = () => closeEditor(document.activeElement === document.body || form.current?.contains(document.activeElement))
  const save = () => {
    const words = value.trim()
    if (!words || words === note?.text) return closeEditor()
    write.mutate({ target, text: words, ...(note ? { note } : {}) }, { onSuccess: saved })
  }
  return (
    <form
      ref={form}
      className={css.editor}
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <textarea
        ref={field}
        dir="auto"
        rows={2}
        autoComplete="off"
        maxLength={longest}
        aria-label={text('reader.note')}
        placeholder={text('reader.note')}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            save()
          } else if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
            event.stopPropagation()
            closeEditor()
          }
        }}
      />
      {write.error && <p role="alert">{errorText(write.error, text)}</p>}
      <div className={css.actions}>
        <Button kind="quiet" type="submit" disabled={write.isPending}>
          {text('reader.save')}
        </Button>
        <Button kind="quiet" className={css.cancel} onClick={() => closeEditor()}>
          {text('app.cancel')}
        </Button>
      </div>
    </form>
  )
}
