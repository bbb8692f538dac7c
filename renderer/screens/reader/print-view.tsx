import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useIntl } from 'react-intl'
import { useClient } from '../../app/client-context.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { UnitContent } from '../../components/content/unit-content.tsx'
import { errorText } from '../../components/notice.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { Conversation } from '../../queries/conversation.ts'
import { loadUnits, type Unit, type UnitPath } from '../../queries/units.ts'
import { useAnnounce } from './announce.tsx'
import css from './print-view.module.css'
import { rowsOf } from './rows.ts'
import { useSpeaker } from './speaker.ts'

/** So many units are printed: some thousand pages of paper. */
const most = 5000
/** Units that are laid out between two frames, so that the page can still be stopped. */
const atOnce = 100

/** The whole path on paper: loads it, lays it out beside the screen, opens the browser’s print dialogue, and goes. */
export function PrintView(props: {
  conversation: Conversation
  path: UnitPath
  total: number
  showHidden: boolean
  done: () => void
}) {
  const { conversation, path, total, showHidden, done } = props
  const text = useText()
  const intl = useIntl()
  const client = useClient()
  const queries = useQueryClient()
  const announce = useAnnounce()
  const [units, setUnits] = useState<readonly Unit[]>()
  const [shown, setShown] = useState(0)
  const wanted = Math.min(total, most)
  const ending = useRef({ done, failed: (error: unknown) => announce(errorText(error, text)) })
  ending.current = { done, failed: (error) => announce(errorText(error, text)) }

  useEffect(() => {
    const abort = new AbortController()
    loadUnits(queries, client, path, 0, wanted, { signal: abort.signal }).then(setUnits, (error: unknown) => {
      if (abort.signal.aborted) return
      ending.current.failed(error)
      ending.current.done()
    })
    return () => abort.abort()
  }, [queries, client, path, wanted])

  const ready = units !== undefined && shown >= units.length
  useEffect(() => {
    if (!units) return
    if (!ready) {
      const frame = requestAnimationFrame(() => setShown(shown + atOnce))
      return () => cancelAnimationFrame(frame)
    }
    const end = () => ending.current.done()
    window.addEventListener('afterprint', end, { once: true })
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => window.print())
    })
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('afterprint', end)
    }
  }, [units, ready, shown])

  const { source, models, created } = conversation
  const day = (time: number) => intl.formatDate(time, { dateStyle: 'long' })
  const facts = [sourceNames[source], ...models.slice(0, 3), ...(created === null ? [] : [day(created)])]
  return createPortal(
    <>
      <div className={css.notice} role="status">
        <span>{text('reader.printing', { share: units ? shown / Math.max(units.length, 1) : 0 })}</span>
        <Button kind="quiet" onClick={done}>
          {text('app.cancel')}
        </Button>
      </div>
      <div className={css.paper} aria-hidden data-print={ready ? 'ready' : 'soon'}>
        <h1 dir="auto">{conversation.title ?? text('reader.untitled')}</h1>
        <p className={css.facts}>{facts.join(' · ')}</p>
        {units && <Printed units={units} shown={shown} source={source} showHidden={showHidden} />}
        {total > most && <p className={css.facts}>{text('reader.print.limit', { count: most, total })}</p>}
      </div>
    </>,
    document.body,
  )
}

function Printed({
  units,
  shown,
  source,
  showHidden,
}: {
  units: readonly Unit[]
  shown: number
  source: Conversation['source']
  showHidden: boolean
}) {
  const intl = useIntl()
  const speaker = useSpeaker(source)
  // On paper nothing can be opened: what stands beside the talk is left out, as it is on the screen until one asks.
  const rows = useMemo(
    () => rowsOf({ total: units.length, at: (index) => units[index] }, { opened: new Set(), showHidden }),
    [units, showHidden],
  )
  return units.slice(0, shown).map((unit, index) => {
    const row = rows.at(index)
    if (row.kind !== 'unit') return null
    return (
      <div key={unit.id} className={css.unit} data-role={unit.role}>
        {row.named && (
          <h2>
            {speaker(unit)}
            {unit.time !== undefined && <time>{intl.formatDate(unit.time, { dateStyle: 'medium', timeStyle: 'short' })}</time>}
          </h2>
        )}
        {unit.kind === 'code' ? (
          <pre dir="ltr">
            <code>{unit.code ?? unit.text}</code>
          </pre>
        ) : (
          <UnitContent unit={unit} around={row.around} under={row.under} />
        )}
      </div>
    )
  })
}
