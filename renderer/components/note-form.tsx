import { type ReactNode, type Ref, useState } from 'react'
import { useText } from '../app/language.tsx'
import { Button } from './button.tsx'
import css from './note-form.module.css'
import { errorText } from './notice.tsx'

/** The longest note that the node takes, in characters. */
const longest = 100_000

interface NoteFormProps {
  /** The text of a note that is there. */
  readonly initial?: string
  readonly busy: boolean
  readonly error: Error | null
  /** With the text as it is to be kept; `clear` empties the field. Called with some text alone, and only where it changed. */
  readonly save: (text: string, clear: () => void) => void
  /** Leaves it as it was; without it there is no such button. */
  readonly cancel?: () => void
  readonly field?: Ref<HTMLTextAreaElement>
}

/** A field for a note, kept by its button or ⌘ or Ctrl with Enter, left by Escape. */
export function NoteForm({ initial = '', busy, error, save, cancel, field }: NoteFormProps): ReactNode {
  const text = useText()
  const [value, setValue] = useState(initial)
  const submit = () => {
    const words = value.trim()
    if (words && words !== initial) save(words, () => setValue(''))
    else cancel?.()
  }
  return (
    <form
      className={css.editor}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
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
            submit()
          } else if (event.key === 'Escape' && !event.nativeEvent.isComposing && cancel) {
            event.stopPropagation()
            cancel()
          }
        }}
      />
      {error && <p role="alert">{errorText(error, text)}</p>}
      <div className={css.actions}>
        <Button kind="quiet" type="submit" disabled={busy || value.trim() === ''}>
          {text('reader.save')}
        </Button>
        {cancel && (
          <Button kind="quiet" className={css.cancel} onClick={cancel}>
            {text('app.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
