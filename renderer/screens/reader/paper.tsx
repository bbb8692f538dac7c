import { useMemo } from 'react'
import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import { Sources } from '../../components/content/markdown/sources.tsx'
import { UnitContent } from '../../components/content/unit-content.tsx'
import { sourceNames } from '../../components/source-name.ts'
import type { Conversation } from '../../queries/conversation.ts'
import type { Unit } from '../../queries/units.ts'
import { drawnOf } from './edits.ts'
import css from './print-view.module.css'
import { rowsOf } from './rows.ts'
import { useSpeaker } from './speaker.ts'
import type { Said } from './use-said.ts'

interface PaperProps {
  readonly conversation: Conversation
  /** Undefined while they are loaded. */
  readonly units: readonly Unit[] | undefined
  /** With the person's own versions of units, which are printed in place of the original. */
  readonly said: Said
  /** How many of them are laid out by now. */
  readonly shown: number
  readonly showHidden: boolean
  /** Where not all of it is printed: how many units are, of how many. */
  readonly left?: { readonly count: number; readonly total: number } | undefined
}

/** A conversation as it is printed; what is on the screen is not, while this is there. */
export function Paper({ conversation, units, said, shown, showHidden, left }: PaperProps) {
  const text = useText()
  const intl = useIntl()
  const { source, models, created } = conversation
  const day = (time: number) => intl.formatDate(time, { dateStyle: 'long' })
  const facts = [sourceNames[source], ...models.slice(0, 3), ...(created === null ? [] : [day(created)])]
  return (
    <div className={css.paper} aria-hidden data-print={units && shown >= units.length ? 'ready' : 'soon'}>
      <h1 dir="auto">{conversation.title ?? text('reader.untitled')}</h1>
      <p className={css.facts}>{facts.join(' · ')}</p>
      {units && <Printed units={units} said={said} shown={shown} source={source} showHidden={showHidden} />}
      {left && <p className={css.facts}>{text('reader.print.limit', left)}</p>}
    </div>
  )
}

function Printed({
  units,
  said,
  shown,
  source,
  showHidden,
}: {
  units: readonly Unit[]
  said: Said
  shown: number
  source: Conversation['source']
  showHidden: boolean
}) {
  const text = useText()
  const intl = useIntl()
  const speaker = useSpeaker(source)
  const drawn = useMemo(() => units.map((unit) => drawnOf(unit, said.editsOf(unit.id))), [units, said])
  // On paper nothing can be opened: what stands beside the talk is left out, as it is on the screen until one asks.
  const rows = useMemo(
    () => rowsOf({ total: drawn.length, at: (index) => drawn[index] }, { opened: new Set(), showHidden }),
    [drawn, showHidden],
  )
  return drawn.slice(0, shown).map((unit, index) => {
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
        <Cited unit={unit} />
        {unit !== units[index] && <p className={css.facts}>{text('reader.edit.made')}</p>}
      </div>
    )
  })
}

/** What the numbers in a text stand for, which on the screen opens from them; sources of the whole text stand there already. */
function Cited({ unit: { citations = [] } }: { unit: Unit }) {
  const placed = citations.filter(({ end }) => end !== undefined)
  const sources = [...new Map(placed.map((citation) => [citation.number, citation])).values()]
  return sources.length > 0 && <Sources citations={sources} />
}
