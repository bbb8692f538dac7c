import { useEffect, useRef, useState } from 'react'
import { createPortal, flushSync } from 'react-dom'
import { useText } from '../../app/language.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import type { LoadedUnits, Unit } from '../../queries/units.ts'
import { Paper } from './paper.tsx'
import css from './print-view.module.css'
import type { Said } from './use-said.ts'

/** More than these are not laid out while the browser waits. */
const most = 400

/**
 * For the browser's own print command, which waits for nothing to be loaded: a conversation that is here whole is laid
 * out at once; of another the screen is printed, with a word on how to have all of it.
 */
export function BrowserPrint(props: { conversation: Conversation; units: LoadedUnits; said: Said; showHidden: boolean }) {
  const text = useText()
  const [printed, setPrinted] = useState<readonly Unit[] | 'partly'>()
  const latest = useRef(props.units)
  latest.current = props.units
  useEffect(() => {
    const before = () => {
      // The command of our own has laid it out already.
      if (document.querySelector('[data-print]')) return
      flushSync(() => setPrinted(wholeOf(latest.current) ?? 'partly'))
    }
    const after = () => setPrinted(undefined)
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
  if (!printed) return null
  return createPortal(
    printed === 'partly' ? (
      <p className={css.partly}>{text('reader.print.partly', { menu: text('reader.print') })}</p>
    ) : (
      <Paper
        conversation={props.conversation}
        units={printed}
        said={props.said}
        shown={printed.length}
        showHidden={props.showHidden}
      />
    ),
    document.body,
  )
}

function wholeOf({ total, at }: LoadedUnits): Unit[] | undefined {
  if (total === undefined || total > most) return undefined
  const units: Unit[] = []
  for (let index = 0; index < total; index++) {
    const unit = at(index)
    if (!unit) return undefined
    units.push(unit)
  }
  return units
}
