import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { pageSize, type UnitPath } from '../../queries/units.ts'
import { keepPosition, type Position, placeIn, presentEntry } from './positions.ts'
import type { Top } from './top.ts'

/** Units before and behind the screen that are loaded too. */
const ahead = 16
/** A leap of more than so many screens waits a moment: a scroll bar that is dragged passes by what nobody reads. */
const leap = 1.5
const moment = 80
/** What stands so far below the edge of the screen counts as its top, in pixels. */
const edge = 72

/** The pages that hold the units from one index up to and with another, and some around. */
export function pagesAround(first: number, last: number, total = Number.POSITIVE_INFINITY): number[] {
  const from = Math.floor(Math.max(0, first - ahead) / pageSize)
  const to = Math.floor(Math.max(0, Math.min(total - 1, last + ahead)) / pageSize)
  return Array.from({ length: Math.max(to - from, 0) + 1 }, (_, n) => from + n)
}

/** Follows where the person is: which pages that takes, which unit is at the top, and where to come back to. */
export function usePlace(options: {
  path: UnitPath
  total: number | undefined
  virtual: RefObject<VirtualizerHandle | null>
  scroller: RefObject<HTMLElement | null>
  top: Top
  /** Where it was left before; where to go on. */
  position: Position | undefined
  start: number
}) {
  const { path, total, virtual, scroller, top, position, start } = options
  const [pages, setPages] = useState<readonly number[]>(() => pagesAround(position?.index ?? start, position?.index ?? start))
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const last = useRef(0)

  const look = useCallback(() => {
    const at = virtual.current
    if (!at || total === undefined) return
    const { scrollOffset, viewportSize } = at
    top.set(at.findItemIndex(scrollOffset + edge))
    const wanted = pagesAround(at.findItemIndex(scrollOffset), at.findItemIndex(scrollOffset + viewportSize), total)
    setPages((before) => (before.join() === wanted.join() ? before : wanted))
  }, [virtual, top, total])

  const onScroll = useCallback(
    (offset: number) => {
      clearTimeout(timer.current)
      const far = Math.abs(offset - last.current) > leap * (virtual.current?.viewportSize ?? 0)
      last.current = offset
      if (far) timer.current = setTimeout(look, moment)
      else look()
    },
    [look, virtual],
  )
  useEffect(() => () => clearTimeout(timer.current), [])

  const ready = total !== undefined && total > 0
  const restored = useRef(false)
  useLayoutEffect(() => {
    if (!ready || restored.current) return
    restored.current = true
    if (position && position.index >= 0)
      virtual.current?.scrollToIndex(position.index, { align: 'start', offset: position.above })
    else if (position) scroller.current?.scrollTo({ top: position.above })
  }, [ready, position, virtual, scroller])

  // What is loaded has other heights than were guessed: what is on the screen may need another page.
  useEffect(look)

  const { conversation, leaf } = path
  useLayoutEffect(() => {
    if (!ready) return
    const entry = presentEntry({ conversation, leaf })
    const handle = virtual.current
    const box = scroller.current
    const keep = () => {
      if (!handle || !box) return
      const place = placeIn(handle, box, marginOf(box), total ?? 0)
      keepPosition({ conversation, leaf }, entry, { ...place, cache: handle.cache, total: total ?? 0 })
    }
    // Of a page that is loaded again, or that the system ends while nobody looks, nothing is taken apart.
    const hidden = () => {
      if (document.visibilityState === 'hidden') keep()
    }
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      window.removeEventListener('pagehide', keep)
      document.removeEventListener('visibilitychange', hidden)
      keep()
    }
  }, [ready, total, conversation, leaf, virtual, scroller])

  return { pages, setPages, onScroll, look }
}

/** The height of what stands above the first unit. */
const marginOf = (box: HTMLElement): number => box.querySelector<HTMLElement>('[data-head]')?.offsetHeight ?? 0
