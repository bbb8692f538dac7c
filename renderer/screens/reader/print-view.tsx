import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useClient } from '../../app/client-context.tsx'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { errorText } from '../../components/notice.tsx'
import type { Conversation } from '../../queries/conversation.ts'
import { loadUnits, type Unit, type UnitPath } from '../../queries/units.ts'
import { useAnnounce } from './announce.tsx'
import { Paper } from './paper.tsx'
import css from './print-view.module.css'
import type { Said } from './use-said.ts'

/** So many units are printed: some thousand pages of paper. */
const most = 5000
/** Units that are laid out between two frames, so that the page can still be stopped. */
const atOnce = 100

/** The whole path on paper: loads it, lays it out beside the screen, has it printed or saved, and goes. */
export function PrintView(props: {
  conversation: Conversation
  path: UnitPath
  total: number
  said: Said
  showHidden: boolean
  /** By the browser’s print dialogue, or as a PDF by what the page runs in. */
  how: 'print' | 'pdf'
  done: () => void
}) {
  const { conversation, path, total, said, showHidden, how, done } = props
  const host = useHost()
  const text = useText()
  const client = useClient()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const [units, setUnits] = useState<readonly Unit[]>()
  const [shown, setShown] = useState(0)
  const wanted = Math.min(total, most)
  const failed = (error: unknown) => announce(errorText(error, text))
  const save = () => host.call('page.pdf', { name: conversation.title ?? text('reader.untitled') })
  const saved = (ended: { saved: boolean }) => ended.saved && announce(text('reader.pdf.saved'))
  const ending = useRef({ done, failed, save, saved })
  ending.current = { done, failed, save, saved }

  useEffect(() => {
    const abort = new AbortController()
    loadUnits(queries, client, path, 0, wanted, { signal: abort.signal }).then(setUnits, (error: unknown) => {
      if (abort.signal.aborted) return
      ending.current.failed(error)
      ending.current.done()
    })
    return () => abort.abort()
  }, [queries, client, path, wanted])

  // What the person made of it is what is printed.
  const ready = units !== undefined && shown >= units.length && !said.pending
  useEffect(() => {
    if (!units) return
    if (shown < units.length) {
      const frame = requestAnimationFrame(() => setShown(shown + atOnce))
      return () => cancelAnimationFrame(frame)
    }
    if (!ready) return
    const end = () => ending.current.done()
    const drawn = (work: () => void) => {
      let frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(work)
      })
      return () => cancelAnimationFrame(frame)
    }
    if (how === 'pdf') {
      const { current } = ending
      return drawn(() => void current.save().then(current.saved, current.failed).finally(end))
    }
    window.addEventListener('afterprint', end, { once: true })
    const stop = drawn(() => window.print())
    return () => {
      stop()
      window.removeEventListener('afterprint', end)
    }
  }, [units, ready, shown, how])

  return createPortal(
    <>
      <div className={css.notice} role="status">
        <span>
          {text(how === 'pdf' ? 'reader.pdf.making' : 'reader.printing', {
            share: units ? shown / Math.max(units.length, 1) : 0,
          })}
        </span>
        <Button kind="quiet" onClick={done}>
          {text('app.cancel')}
        </Button>
      </div>
      <Paper
        conversation={conversation}
        units={units}
        said={said}
        shown={shown}
        showHidden={showHidden}
        left={total > most ? { count: most, total } : undefined}
      />
    </>,
    document.body,
  )
}
