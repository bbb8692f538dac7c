import { useRef, useState } from 'react'
import { chunk } from '../../app/chunk.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { errorText } from '../../components/notice.tsx'
import type { TextHandle } from '../../components/text-editor/text-editor.tsx'
import { type Note, type Target, useNoteSaved, useWriteNote } from '../../queries/notes.ts'
import { useRowActions } from './actions.ts'
import { useAnnounce } from './announce.tsx'
import { useReaderConversation } from './conversation-context.ts'
import css from './note-editor.module.css'

const editor = chunk(() => import('../../components/text-editor/text-editor.tsx'))

/** A field for a new note, or for the text of one that is there: that is changed as it is written, on all devices at once. */
export function NoteEditor({ target, note: given, label }: { target: Target; note?: Note; label?: string }) {
  const text = useText()
  const announce = useAnnounce()
  const { closeEditor } = useRowActions()
  const conversation = useReaderConversation()
  const write = useWriteNote(conversation)
  const saved = useNoteSaved(conversation)
  // as it was when the person began: what is written comes back as a newer one
  const [note] = useState(given)
  const [failed, setFailed] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const handle = useRef<TextHandle>(null)
  const form = useRef<HTMLFormElement>(null)
  const cancel = () => {
    handle.current?.takeBack()
    closeEditor()
  }
  const save = () => {
    const field = handle.current
    if (!field || busy) return
    const words = field.text().trim()
    if (!words) return cancel()
    if (words === note?.text && !field.isLive()) return closeEditor()
    setBusy(true)
    const done =
      note && field.isLive()
        ? field.save().then(() => saved(note))
        : write.mutateAsync({ target, text: words, ...(note ? { note } : {}) })
    // A person who has gone elsewhere while the note was on its way is not brought back, nor is another field closed that
    // stands in this one's place by then.
    const close = () => {
      if (form.current) closeEditor(document.activeElement === document.body || form.current.contains(document.activeElement))
    }
    done.then(close, (error: unknown) => {
      if (!form.current) return announce(errorText(error, text))
      setFailed(error)
      setBusy(false)
    })
  }
  const gone = () => {
    announce(text('reader.note.gone'))
    closeEditor()
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
      <editor.Part
        meanwhile={<div className={css.waiting}>{note?.text}</div>}
        handle={handle}
        label={label ?? text('reader.note')}
        onSave={save}
        onCancel={cancel}
        onGone={gone}
        {...(note ? { note } : {})}
      />
      {failed !== undefined && <p role="alert">{errorText(failed, text)}</p>}
      <div className={css.actions}>
        <Button kind="quiet" type="submit" disabled={busy}>
          {text('reader.save')}
        </Button>
        <Button kind="quiet" className={css.cancel} onClick={cancel}>
          {text('app.cancel')}
        </Button>
      </div>
    </form>
  )
}
