import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import * as Y from 'yjs'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import type { NoteId } from '../../../node-core/contract/ids.ts'
import { textName } from '../../../node-core/contract/text-update.ts'
import { useClient } from '../../app/client-context.tsx'
import { useText } from '../../app/language.tsx'
import { useToast } from '../toasts.tsx'
import { type LiveState, type LiveText, openLiveText } from './live-text.ts'
import { placesOf, showOthers } from './others.ts'
import css from './text-editor.module.css'
import { createTextView } from './view.ts'

/** What stands around the editor can ask of it. */
export interface TextHandle {
  text(): string
  /** Whether others see what is written as it is written, and `save` puts it on the disk. */
  isLive(): boolean
  save(): Promise<void>
  /** Takes back what the person wrote here, and nothing of what others did. */
  takeBack(): void
}
export interface TextEditorProps {
  readonly handle: RefObject<TextHandle | null>
  /** A note that is there; absent: a new one. */
  readonly note?: { readonly id: NoteId; readonly text: string }
  readonly label: string
  onSave(): void
  onCancel(): void
  /** The note was deleted meanwhile. */
  onGone(): void
}

/** A field for a text that several devices may change at once; of a note that cannot be opened so, for its text alone. */
export default function TextEditor({ handle, note, label, onSave, onCancel, onGone }: TextEditorProps) {
  const text = useText()
  const client = useClient()
  const toast = useToast()
  const host = useRef<HTMLDivElement>(null)
  const [source, setSource] = useState<{ text: Y.Text; live?: LiveText }>()
  const [state, setState] = useState<LiveState>()
  // Nothing is lost so long as the page is there, but who has left the field no longer sees that.
  const onWaits = () => toast({ words: text('reader.note.unsent') })
  const latest = useRef({ onSave, onCancel, onGone, onWaits })
  useEffect(() => {
    latest.current = { onSave, onCancel, onGone, onWaits }
  })

  const id = note?.id
  const begin = useRef(note?.text ?? '')
  useEffect(() => {
    let closed = false
    let live: LiveText | undefined
    const alone = () => {
      const own = new Y.Doc().getText(textName)
      own.insert(0, begin.current)
      setSource({ text: own })
    }
    if (id === undefined) alone()
    else
      openLiveText(client, id, window).then(
        (opened) => {
          live = opened
          if (closed) return void opened.close()
          opened.subscribe(() => setState(opened.state))
          setState(opened.state)
          setSource({ text: opened.text, live: opened })
        },
        (error: unknown) => {
          if (closed) return
          if (isVivimError(error, 'not-found')) latest.current.onGone()
          else alone()
        },
      )
    return () => {
      closed = true
      void live?.close(() => latest.current.onWaits())
    }
  }, [client, id])

  const undo = useRef<Y.UndoManager>(null)
  const view = useRef<ReturnType<typeof createTextView>>(null)
  useEffect(() => {
    if (!source || !host.current) return
    const { live } = source
    const manager = new Y.UndoManager(source.text, { trackedOrigins: new Set() })
    const made = createTextView({
      parent: host.current,
      text: source.text,
      undo: manager,
      label,
      onSave: () => latest.current.onSave(),
      onCancel: () => latest.current.onCancel(),
      ...(live ? { onCaret: (caret) => live.point(caret) } : {}),
    })
    undo.current = manager
    view.current = made
    made.focus()
    host.current.scrollIntoView({ block: 'nearest' })
    return () => {
      view.current = null
      made.destroy()
      manager.destroy()
    }
  }, [source, label])

  const unnamed = text('reader.note.device')
  useEffect(() => {
    if (!source || !state) return
    view.current?.dispatch({ effects: showOthers.of(placesOf(state.others, source.text, unnamed)) })
    if (state.link === 'gone') latest.current.onGone()
  }, [source, state, unnamed])

  useImperativeHandle(
    handle,
    () => ({
      text: () => source?.text.toString() ?? begin.current,
      isLive: () => source?.live !== undefined,
      save: () => source?.live?.save() ?? Promise.resolve(),
      takeBack() {
        while (undo.current?.canUndo()) undo.current.undo()
      },
    }),
    [source],
  )
  const names = [...new Set(state?.others.map(({ name }) => name ?? unnamed))]
  return (
    <>
      <div ref={host} className={css.text} data-waiting={source ? undefined : ''}>
        {!source && <p dir="auto">{note?.text}</p>}
      </div>
      <p className={css.said} role="status">
        {state?.link === 'away' && text('reader.note.away')}
        {state?.link === 'open' && names.length > 0 && text('reader.note.others', { names: names.join(', ') })}
      </p>
    </>
  )
}
