import { Dialog, DialogDismiss, DialogHeading, Tab, TabList, TabPanel, TabProvider } from '@ariakit/react'
import { X } from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'
import { useText } from '../../app/language.tsx'
import buttons from '../../components/button.module.css'
import type { OutlineEntry } from '../../queries/conversation.ts'
import type { Target } from '../../queries/notes.ts'
import type { UnitPath } from '../../queries/units.ts'
import { NoteList } from './note-list.tsx'
import { Outline } from './outline.tsx'
import css from './panel.module.css'
import type { Top } from './top.ts'
import { useWidth } from './use-width.ts'

/** The pane is as wide as that, in rem, where the panel stands beside the talk. */
const room = 50
let lastTab = 'outline'
let lastOpen = false

/** Whether the panel is open: beside the talk for this conversation and the next, over it until something was chosen. */
export function usePanel(frame: RefObject<HTMLElement | null>) {
  const beside = useWidth(frame) >= room
  const [open, setOpen] = useState(lastOpen)
  const [over, setOver] = useState(false)
  const toggle = () => {
    if (!beside) return setOver(!over)
    lastOpen = !open
    setOpen(lastOpen)
  }
  return { open: beside ? open : over, beside, toggle }
}

/** Outline and notes: beside the talk where there is room, else in a sheet over it. */
export function Panel(props: {
  panel: ReturnType<typeof usePanel>
  path: UnitPath
  top: Top
  notes: number
  go: (entry: OutlineEntry) => void
  goTo: (target: Target) => void
}) {
  const { panel, path, top, notes, go, goTo } = props
  const text = useText()
  const [tab, setTab] = useState(lastTab)
  const sheet = !panel.beside
  const left = useRef(false)
  const away =
    <T,>(then: (what: T) => void) =>
    (what: T) => {
      left.current = true
      if (sheet) panel.toggle()
      then(what)
    }
  const inside = (
    <TabProvider
      selectedId={tab}
      setSelectedId={(id) => {
        lastTab = id ?? 'outline'
        setTab(lastTab)
      }}
    >
      <div className={css.tabs}>
        <TabList className={css.list} aria-label={text('reader.panel')}>
          <Tab id="outline" className={css.tab}>
            {text('reader.outline')}
          </Tab>
          <Tab id="notes" className={css.tab}>
            {text('reader.notes', { count: notes })}
          </Tab>
        </TabList>
        {sheet && (
          <DialogDismiss className={buttons['icon']} aria-label={text('reader.close')}>
            <X size={18} strokeWidth={1.75} aria-hidden />
          </DialogDismiss>
        )}
      </div>
      <TabPanel tabId={tab} className={css.content} focusable={false}>
        {tab === 'outline' ? (
          <Outline conversation={path.conversation} leaf={path.leaf} top={top} go={away(go)} />
        ) : (
          <NoteList go={away(goTo)} />
        )}
      </TabPanel>
    </TabProvider>
  )
  if (!sheet)
    return (
      <aside className={css.panel} aria-label={text('reader.panel')}>
        {inside}
      </aside>
    )
  return (
    <Dialog
      open
      autoFocusOnHide={() => !left.current}
      onClose={panel.toggle}
      className={css.sheet}
      backdrop={<div className={css.backdrop} />}
    >
      <DialogHeading className="visually-hidden">{text('reader.panel')}</DialogHeading>
      {inside}
    </Dialog>
  )
}
