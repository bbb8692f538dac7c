import { Check } from 'lucide-react'
import { memo, type ReactNode, useRef } from 'react'
import { useText } from '../../app/language.tsx'
import { UnitContent } from '../../components/content/unit-content.tsx'
import { useKeptFocus } from '../../components/use-kept-focus.ts'
import type { Note } from '../../queries/notes.ts'
import { type Editor, useRowActions } from './actions.ts'
import { Aside } from './aside.tsx'
import { EditedUnit } from './edited-unit.tsx'
import { MessageHead } from './message-head.tsx'
import type { Row } from './rows.ts'
import css from './unit-row.module.css'

export interface UnitRowProps {
  row: Extract<Row, { kind: 'unit' }>
  index: number
  total: number
  name: string
  chosen: boolean
  choosing: boolean
  /** Whether keys move from here. */
  current: boolean
  /** Whether it was just jumped to. */
  marked: boolean
  notes: readonly Note[]
  edits: readonly Note[]
  messageNotes: readonly Note[]
  tags: readonly string[]
  messageTags: readonly string[]
  editor: Editor | undefined
}

/** One unit, with the margin that it is chosen from and what the person said of it beside it. */
export const UnitRow = memo(function UnitRow(props: UnitRowProps) {
  const { row, index, total, name, chosen, choosing, current, marked, edits, editor } = props
  const { unit, head, last, named, folded, around } = row
  const text = useText()
  const actions = useRowActions()
  const own = useRef<HTMLElement>(null)
  const kept = useKeptFocus(own)
  return (
    <article
      ref={own}
      className={css.row}
      id={`unit-${unit.id}`}
      data-index={index}
      data-role={folded ? 'folded' : unit.role}
      data-kind={unit.kind}
      data-first={unit.first === true}
      data-last={last}
      data-chosen={chosen}
      data-marked={marked}
      tabIndex={current ? 0 : -1}
      aria-posinset={index + 1}
      aria-setsize={total}
      aria-label={text('reader.unit', { name, index: index + 1, total })}
      onFocus={(event) => {
        kept.onFocus(event)
        actions.focused(index)
      }}
      onBlur={kept.onBlur}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a box that is the margin itself, with shift-click for a range */}
      <button
        type="button"
        role="checkbox"
        className={css.handle}
        data-shown={choosing || current}
        data-choosing={choosing}
        tabIndex={current ? 0 : -1}
        aria-checked={chosen}
        aria-label={text('reader.choose', { name, index: index + 1 })}
        onClick={(event) => actions.choose(index, event.shiftKey)}
      >
        <span className={css.box}>{chosen && <Check size={12} strokeWidth={3} aria-hidden />}</span>
      </button>
      <div className={css.content}>
        {named && <MessageHead head={head} name={name} index={index} before={row.before} />}
        <div className={css.text} data-unit>
          <EditedUnit
            unit={unit}
            edits={edits}
            editing={editor?.kind === 'edit' ? editor.note : undefined}
            draw={(shown) => <UnitContent unit={shown} around={around} under={row.under} />}
          />
        </div>
      </div>
      <Aside {...props} unit={unit} editor={editor?.kind === 'edit' ? undefined : editor} />
    </article>
  )
}, same)

/** Rows are made anew with every page that comes; what they say seldom changes. */
function same(one: UnitRowProps, other: UnitRowProps): boolean {
  const { row, ...rest } = one
  const { row: otherRow, ...otherRest } = other
  const { around = none, ...own } = row
  const { around: otherAround = none, ...otherOwn } = otherRow
  const alike = around.length === otherAround.length && around.every((unit, at) => unit === otherAround[at])
  return alike && sameFields(rest, otherRest) && sameFields({ ...own, fold: undefined }, { ...otherOwn, fold: undefined })
}
const none: readonly never[] = []
const sameFields = <T extends object>(one: T, other: T): boolean =>
  (Object.keys(one) as (keyof T)[]).every((key) => Object.is(one[key], other[key]))

/** The place of a unit that is on its way, about as high as units are. */
export function MissingRow({ index, error, again }: { index: number; error: boolean; again: () => void }) {
  const text = useText()
  return (
    <div className={css.row} data-index={index} data-role="missing">
      <div className={css.content}>
        {error ? (
          <button type="button" className={css.failed} onClick={again}>
            {text('reader.missing')}
          </button>
        ) : (
          <Lines seed={index} />
        )}
      </div>
    </div>
  )
}

/** Grey lines where words will be. */
export const Lines = ({ seed }: { seed: number }): ReactNode => (
  <div className={css.lines} aria-hidden>
    {Array.from({ length: 2 + (seed % 3) }, (_, line) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines without meaning that never change places
      <span key={line} style={{ inlineSize: `${60 + ((seed * 31 + line * 17) % 40)}%` }} />
    ))}
  </div>
)
