import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { type CacheSnapshot, type CustomItemComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { useText } from '../../app/language.tsx'
import { recentMap } from '../../app/recent-map.ts'
import { useMovingFocus } from '../../components/use-moving-focus.ts'
import type { Entry } from './entries.ts'
import { firstDayOf, type Row, rowsOf } from './groups.ts'
import css from './library.module.css'
import { ConversationRow } from './row.tsx'
import { useSpanName } from './span-name.ts'

/** Where lists were scrolled to, by their name; forgotten with the page. */
const places = recentMap<{ offset: number; cache: CacheSnapshot; rows: number }>(20)
/** Pages are asked for when so many rows are left below. */
const ahead = 60

export interface ListHandle {
  /** Moves the keys into the list. */
  enter(): void
  /** The index of the first entry in sight. */
  visible(): number
}

interface ListProps {
  readonly entries: readonly Entry[]
  /** Names the list among others: another one starts at its top. */
  readonly name: string
  /** Whether entries stand under headings of time. */
  readonly grouped: boolean
  readonly heading: 'h2' | 'h3'
  readonly now: number
  readonly open: ConversationId | undefined
  readonly active: ConversationId | undefined
  readonly setActive: (id: ConversationId) => void
  readonly loadMore: () => Promise<boolean>
  /** A key that means something to do with the entry. Answers whether it did. */
  readonly press: (key: string, entry: Entry) => boolean
  readonly onMenu: (entry: Entry, button: HTMLElement) => void
  /** Upwards, beyond the first. */
  readonly leave: () => void
  readonly handle: RefObject<ListHandle | null>
  readonly foot: ReactNode
}

/** The list itself: rows under headings of time, of any length, gone through by keys. */
export function ConversationList(props: ListProps) {
  const { entries, name, grouped, now, active, setActive, loadMore, heading: Heading } = props
  const { locale } = useIntl()
  const text = useText()
  const spanName = useSpanName(now)
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useRef<VirtualizerHandle>(null)
  const [top, setTop] = useState(0)
  const rows = useMemo(
    (): Row<Entry>[] =>
      grouped ? rowsOf(entries, now, firstDayOf(locale)) : entries.map((item, at) => ({ kind: 'item', item, at })),
    [entries, grouped, now, locale],
  )
  const rowOf = useMemo(() => new Map(rows.flatMap((row, at) => (row.kind === 'item' ? [[row.item.id, at]] : []))), [rows])
  // Where the one with the keys is gone, its neighbour has them.
  const lastAt = useRef(0)
  const current = active !== undefined && rowOf.has(active) ? active : entries[Math.min(lastAt.current, entries.length - 1)]?.id
  const activeRow = current === undefined ? -1 : (rowOf.get(current) ?? -1)
  useEffect(() => {
    const row = rows[activeRow]
    if (row?.kind === 'item' && row.item.id === active) lastAt.current = row.at
  }, [rows, activeRow, active])

  // As it was left, or from its top where it is another list.
  const shownName = useRef<string>(undefined)
  useEffect(() => {
    if (shownName.current === name) return
    const offset = places.get(name)?.offset ?? 0
    // A list that was just made stands at its top already.
    if (offset > 0 || shownName.current !== undefined) virtual.current?.scrollTo(offset)
    shownName.current = name
  }, [name])

  const onScroll = (offset: number) => {
    const handle = virtual.current
    if (!handle) return
    places.set(name, { offset, cache: handle.cache, rows: rows.length })
    setTop(handle.findItemIndex(offset))
    if (handle.findItemIndex(offset + handle.viewportSize) > rows.length - ahead) void loadMore()
  }
  const { moveTo, openEarly } = useMovingFocus(scroller)
  const goTo = (entry: Entry | undefined) => {
    if (!entry) return
    setActive(entry.id)
    const at = rowOf.get(entry.id)
    // The first of all comes with its heading.
    if (at !== undefined) virtual.current?.scrollToIndex(at <= 1 ? 0 : at, { align: 'nearest' })
    moveTo(`[data-conversation="${entry.id}"]`)
  }

  useImperativeHandle(props.handle, () => ({
    enter: () => goTo(entries.find(({ id }) => id === current)),
    visible: () => {
      const row = rows[Math.min(top + 1, rows.length - 1)]
      return row?.kind === 'item' ? row.at : 0
    },
  }))

  const toEnd = useRef(0)
  const goToEnd = async () => {
    const run = ++toEnd.current
    while (run === toEnd.current && (await loadMore()));
    if (run === toEnd.current) setEnd((count) => count + 1)
  }
  // The last page is rendered before the keys go to its end.
  const [end, setEnd] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the end was reached.
  useEffect(() => {
    if (end > 0) goTo(entries.at(-1))
  }, [end])

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (openEarly(event, `[data-conversation="${current}"]`)) return event.preventDefault()
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
    const row = rows[activeRow]
    if (row?.kind !== 'item') return
    toEnd.current++
    if (event.key === 'ArrowDown' || event.key === 'j') goTo(entries[row.at + 1])
    else if (event.key === 'ArrowUp' || event.key === 'k') row.at === 0 ? props.leave() : goTo(entries[row.at - 1])
    else if (event.key === 'PageDown') goTo(entries[Math.min(entries.length - 1, row.at + pageOf(virtual.current))])
    else if (event.key === 'PageUp') goTo(entries[Math.max(0, row.at - pageOf(virtual.current))])
    else if (event.key === 'Home') goTo(entries[0])
    else if (event.key === 'End') void goToEnd()
    else if (!props.press(event.key, row.item)) return
    event.preventDefault()
  }

  const head = grouped ? rows.slice(0, top + 1).findLast((row) => row.kind === 'heading') : undefined
  const place = places.get(name)
  return (
    <div className={css.list}>
      {head?.kind === 'heading' && top > 0 && (
        <div className={css.stuck} aria-hidden>
          {spanName(head.span)}
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the links inside. */}
      <div className={css.scroll} ref={scroller} tabIndex={-1} onKeyDown={onKeyDown}>
        <Virtualizer
          ref={virtual}
          scrollRef={scroller}
          as={List}
          item={Item}
          data={rows}
          itemSize={62}
          keepMounted={activeRow >= 0 ? [activeRow] : []}
          onScroll={onScroll}
          {...(place?.rows === rows.length && shownName.current === undefined && { cache: place.cache })}
        >
          {(row) =>
            row.kind === 'heading' ? (
              <Heading key={`${row.span.of}${row.span.of === 'month' ? row.span.month : ''}`} className={css.group}>
                {spanName(row.span)}
              </Heading>
            ) : (
              <ConversationRow
                key={row.item.id}
                entry={row.item}
                now={now}
                grouped={grouped}
                open={row.item.id === props.open}
                active={row.item.id === current}
                onActive={setActive}
                onMenu={props.onMenu}
              />
            )
          }
        </Virtualizer>
        {props.foot}
      </div>
      <p className="visually-hidden" role="status">
        {end > 0 ? text('library.at-end', { count: entries.length }) : ''}
      </p>
    </div>
  )
}

/** Rows of one sight. */
const pageOf = (virtual: VirtualizerHandle | null): number => Math.max(1, Math.floor((virtual?.viewportSize ?? 600) / 62) - 1)

const List = ({ ref, ...rest }: React.ComponentProps<'div'>) => (
  <ul {...(rest as object)} ref={ref as never} className={css.rows} />
)
const Item = ({ ref, children, style }: CustomItemComponentProps) => (
  <li ref={ref as never} style={style} className={css.item}>
    {children}
  </li>
)
