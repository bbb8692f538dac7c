import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef } from 'react'
import { type CustomItemComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua'
import { useNow } from '../../app/clock.tsx'
import { entryKey, useEntryState } from '../../app/entry-state.ts'
import { useText } from '../../app/language.tsx'
import { recentMap } from '../../app/recent-map.ts'
import { Button } from '../../components/button.tsx'
import { useMovingFocus } from '../../components/use-moving-focus.ts'
import { type Found, linesOf } from './found.ts'
import { Result } from './result.tsx'
import css from './search.module.css'

export interface ResultsHandle {
  /** Moves the keys into the results: to the one that they were at, else the first. */
  enter(): void
}

interface ResultsProps {
  readonly found: readonly Found[]
  /** Names the question: the results of another one begin at their top. */
  readonly name: string
  /** Asks for the next page; undefined where there is none. */
  readonly more: (() => void) | undefined
  readonly loading: boolean
  /** Whether there is more that scrolling alone would not bring. */
  readonly rest: boolean
  readonly opened: () => void
  readonly leave: () => void
  readonly ref: Ref<ResultsHandle>
}

/** So many lines before the end the next page is asked for. */
const ahead = 15
const minute = 60_000
/** Where results were scrolled to, by entry of the history and question: scrolling renders nothing anew. */
const offsets = recentMap<number>(200)
interface Place {
  readonly name: string
  readonly active: string | undefined
  readonly expanded: readonly string[]
}

/** The results, gone through by keys; found again as they were left when one comes back. */
export function Results({ found, name, more, loading, rest, opened, leave, ref }: ResultsProps) {
  const text = useText()
  const now = useNow(minute)
  const [kept, keep] = useEntryState<Place>('results', { name, active: undefined, expanded: [] })
  const place: Place = kept.name === name ? kept : { name, active: undefined, expanded: [] }
  const entry = useRef(entryKey()).current
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useRef<VirtualizerHandle>(null)
  const lines = useMemo(() => linesOf(found, place.expanded), [found, place.expanded])
  const at = Math.max(
    0,
    lines.findIndex(({ key }) => key === place.active),
  )
  // Steps beyond the last line, taken as soon as there are lines for them.
  const owed = useRef(0)
  const { moveTo, openEarly } = useMovingFocus(scroller)

  // Where it was left on coming back; a new question begins at its top.
  // biome-ignore lint/correctness/useExhaustiveDependencies: on arrival alone.
  useEffect(() => {
    if (place.active !== undefined && document.activeElement === document.body) moveTo(`[data-line="${at}"]`)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each question, not for each line.
  useEffect(() => {
    owed.current = 0
    virtual.current?.scrollTo(offsets.get(`${entry} ${name}`) ?? 0)
  }, [name])

  const focusAt = (index: number) => {
    const line = lines[index]
    owed.current = 0
    if (!line) return
    keep({ ...place, active: line.key })
    virtual.current?.scrollToIndex(index, { align: 'nearest' })
    moveTo(`[data-line="${index}"]`)
  }
  useImperativeHandle(ref, () => ({ enter: () => focusAt(at) }))

  /** Goes so many lines on, those included that it still owes; what is left over waits for the next page. */
  const goBy = (steps: number) => {
    const to = at + owed.current + steps
    const last = lines.length - 1
    focusAt(Math.min(to, last))
    if (to > last && more) {
      owed.current = to - last
      more()
    }
  }
  // Before any further key: what an effect after the painting says would be said too late for it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever lines have come.
  useLayoutEffect(() => {
    if (owed.current === 0) return
    const focused = document.activeElement
    if (focused === document.body || scroller.current?.contains(focused)) goBy(0)
    else owed.current = 0
  }, [lines])
  const up = () => (at + owed.current === 0 ? leave() : goBy(-1))
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (openEarly(event, `[data-line="${at}"]`)) return event.preventDefault()
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'j') goBy(1)
    else if (event.key === 'ArrowUp' || event.key === 'k') up()
    else if (event.key === 'Home') focusAt(0)
    else if (event.key === 'End') focusAt(lines.length - 1)
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  }
  const expand = (key: string) =>
    keep({
      ...place,
      expanded: place.expanded.includes(key) ? place.expanded.filter((one) => one !== key) : [...place.expanded, key],
    })

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links inside.
    <div className={css.results} ref={scroller} tabIndex={-1} onKeyDown={onKeyDown}>
      <div className={css.column}>
        <Virtualizer
          ref={virtual}
          scrollRef={scroller}
          as={List}
          item={Item}
          data={lines}
          itemSize={110}
          keepMounted={[at]}
          onScroll={(offset) => {
            offsets.set(`${entry} ${name}`, offset)
            const handle = virtual.current
            if (handle && handle.findItemIndex(offset + handle.viewportSize) > lines.length - ahead) more?.()
          }}
        >
          {(line, index) => (
            <Result
              key={line.key}
              line={line}
              at={index}
              now={now}
              active={index === at}
              expanded={place.expanded.includes(line.found.key)}
              expand={expand}
              onFocus={() => {
                if (line.key === place.active) return
                owed.current = 0
                keep({ ...place, active: line.key })
              }}
              opened={opened}
            />
          )}
        </Virtualizer>
        {loading && <p className={css.foot}>{text('app.loading')}</p>}
        {rest && !loading && (
          <p className={css.foot}>
            <Button kind="quiet" onClick={more}>
              {text('search.on')}
            </Button>
          </p>
        )}
      </div>
    </div>
  )
}

const List = ({ ref, ...rest }: React.ComponentProps<'div'>) => (
  <ul {...(rest as object)} ref={ref as never} className={css.list} />
)
const Item = ({ ref, children, style }: CustomItemComponentProps) => (
  <li ref={ref as never} style={style} className={css.item}>
    {children}
  </li>
)
