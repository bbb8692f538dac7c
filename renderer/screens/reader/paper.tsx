import { useMemo } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { UnitContent } from '../../components/content/unit-content.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { Conversation } from '../../queries/conversation.ts'
import type { Unit } from '../../queries/units.ts'
import css from './print-view.module.css'
import { rowsOf } from './rows.ts'
import { useSpeaker } from './speaker.ts'

interface PaperProps {
  readonly conversation: Conversation
  /** Undefined while they are loaded. */
  readonly units: readonly Unit[] | undefined
  /** How many of them are laid out by now. */
  readonly shown: number
  readonly showHidden: boolean
  /** Where not all of it is printed: how many units are, of how many. */
  readonly left?: { readonly count: number; readonly total: number } | undefined
}

/** A conversation as it is printed; what is on the screen is not, while this is there. */
export function Paper({ conversation, units, shown, showHidden, left }: PaperProps) {
  const text = useText()
  const intl = useIntl()
  const { source, models, created } = conversation
  const day = (time: number) => intl.formatDate(time, { dateStyle: 'long' })
  const facts = [sourceNames[source], ...models.slice(0, 3), ...(created === null ? [] : [day(created)])]
  return (
    <div className={css.paper} aria-hidden data-print={units && shown >= units.length ? 'ready' : 'soon'}>
      <h1 dir="auto">{conversation.title ?? text('reader.untitled')}</h1>
      <p className={css.facts}>{facts.join(' · ')}</p>
      {units && <Printed units={units} shown={shown} source={source} showHidden={showHidden} />}
      {left && <p className={css.facts}>{text('reader.print.limit', left)}</p>}
    </div>
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
