import { Dialog, DialogDismiss, DialogHeading, Tab, TabList, TabPanel, TabProvider } from '@ariakit/react'
import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useText } from '../../app/language.tsx'
import buttons from '../../components/button.module.css'
import css from './panel.module.css'

let lastTab = 'outline'

/** Outline and notes: beside the talk where there is room, else in a sheet over it. */
export function Panel(props: { sheet: boolean; close: () => void; outline: ReactNode; notes: ReactNode; count: number }) {
  const { sheet, close, outline, notes, count } = props
  const text = useText()
  const [tab, setTab] = useState(lastTab)
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
            {text('reader.notes', { count })}
          </Tab>
        </TabList>
        {sheet && (
          <DialogDismiss className={buttons['icon']} aria-label={text('reader.close')}>
            <X size={18} strokeWidth={1.75} aria-hidden />
          </DialogDismiss>
        )}
      </div>
      <TabPanel tabId={tab} className={css.content} focusable={false}>
        {tab === 'outline' ? outline : notes}
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
    <Dialog open onClose={close} className={css.sheet} backdrop={<div className={css.backdrop} />}>
      <DialogHeading className="visually-hidden">{text('reader.panel')}</DialogHeading>
      {inside}
    </Dialog>
  )
}
