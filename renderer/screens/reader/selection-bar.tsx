import { Copy, FileDown, MessageSquarePlus, Pencil, Tag, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { useText } from '../../app/language.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { useKeptFocus } from '../../components/use-kept-focus.ts'
import type { Target } from '../../queries/notes.ts'
import css from './selection-bar.module.css'
import { TagField } from './tag-field.tsx'

/** What can be done with the units that are chosen. */
export function SelectionBar(props: {
  units: readonly Target[]
  copy: () => void
  note: () => void
  /** Absent where what is chosen cannot be edited. */
  edit: (() => void) | undefined
  save: () => void
  clear: () => void
}) {
  const { units, copy, note, edit, save, clear } = props
  const text = useText()
  const [tagging, setTagging] = useState(false)
  const last = useRef<HTMLButtonElement>(null)
  const kept = useKeptFocus(last)
  return (
    <div className={css.bar} role="toolbar" aria-label={text('reader.chosen.bar')} {...kept}>
      {tagging ? (
        <TagField targets={units} done={() => setTagging(false)} />
      ) : (
        <>
          <span className={css.count} role="status">
            {text('reader.chosen', { count: units.length })}
          </span>
          <Button kind="quiet" onClick={copy}>
            <Copy size={16} strokeWidth={1.75} aria-hidden />
            <span>{text('reader.chosen.copy')}</span>
          </Button>
          <Button kind="quiet" onClick={note}>
            <MessageSquarePlus size={16} strokeWidth={1.75} aria-hidden />
            <span>{text('reader.chosen.note')}</span>
          </Button>
          {edit && (
            <Button kind="quiet" onClick={edit}>
              <Pencil size={16} strokeWidth={1.75} aria-hidden />
              <span>{text('reader.chosen.edit')}</span>
            </Button>
          )}
          <Button kind="quiet" ref={last} onClick={() => setTagging(true)}>
            <Tag size={16} strokeWidth={1.75} aria-hidden />
            <span>{text('reader.chosen.tag')}</span>
          </Button>
          <Button kind="quiet" onClick={save}>
            <FileDown size={16} strokeWidth={1.75} aria-hidden />
            <span>{text('reader.chosen.save')}</span>
          </Button>
        </>
      )}
      <IconButton label={text('reader.chosen.clear')} onClick={clear}>
        <X size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
    </div>
  )
}
