import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useClient } from '../../app/client-context.tsx'
import { isTyping } from '../../app/shortcuts.ts'
import { loadPages, type UnitPath } from '../../queries/units.ts'
import { pagesAround } from './use-place.ts'

export interface GoOptions {
  /** Lets keys go on from there. */
  readonly focus?: boolean
  /** Shows for a moment where it is. */
  readonly mark?: boolean
  /** `start`: at the top; `nearest`: not at all where it is on the screen already. */
  readonly align?: 'start' | 'nearest'
}

/** How long a mark stays, in milliseconds; as long as its animation. */
const marked = 2400
/** Frames that a row may take to be laid out before it takes the focus. */
const patience = 30
/** So much stays free above what is jumped to, in pixels. */
const margin = 16

/** Jumps to units; knows which one keys move from, and which one is marked. */
export function useGo(options: {
  path: UnitPath
  total: number | undefined
  virtual: RefObject<VirtualizerHandle | null>
  scroller: RefObject<HTMLElement | null>
}) {
  const client = useClient()
  const queries = useQueryClient()
  const latest = useRef(options)
  latest.current = options
  const [current, setCurrent] = useState<number>()
  const [mark, setMark] = useState<{ index: number }>()
  useEffect(() => {
    if (!mark) return
    const timer = setTimeout(() => setMark(undefined), marked)
    return () => clearTimeout(timer)
  }, [mark])

  // The unit that keys are on their way to. Of several the last counts.
  const goal = useRef<{ readonly index: number }>(undefined)
  const aim = useCallback((index: number) => {
    const mine = { index }
    goal.current = mine
    setCurrent(index)
    return mine
  }, [])
  // The one that had the keys may be gone from the document before the other is there; the talk itself has them then.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is aimed at.
  useLayoutEffect(() => {
    if (goal.current && isNowhere()) latest.current.scroller.current?.focus({ preventScroll: true })
  }, [current])
  const focusRow = useCallback((mine: { readonly index: number }, from: Element | null) => {
    let frames = 0
    const attempt = () => {
      if (goal.current !== mine) return
      if (isElsewhere(from)) {
        goal.current = undefined
        return
      }
      const box = latest.current.scroller.current
      const row = box?.querySelector<HTMLElement>(`article[data-index="${mine.index}"], [data-fold="${mine.index}"]`)
      row?.focus({ preventScroll: true })
      if (row && document.activeElement === row) goal.current = undefined
      else {
        box?.focus({ preventScroll: true })
        if (frames++ < patience) requestAnimationFrame(attempt)
      }
    }
    attempt()
  }, [])

  const go = useCallback(
    async (index: number, { focus = false, mark = false, align = 'start' }: GoOptions = {}) => {
      const { path, total } = latest.current
      const from = document.activeElement
      const mine = focus ? aim(index) : undefined
      // What could not be loaded says so in its place.
      await loadPages(queries, client, path, pagesAround(index, index, total)).catch(() => {})
      // The keys went on to another one meanwhile.
      if (mine && goal.current !== mine) return
      if (mark) setMark({ index })
      const { virtual } = latest.current
      const tall = (virtual.current?.getItemSize(index) ?? 0) > (virtual.current?.viewportSize ?? 0)
      const side = align === 'nearest' && !tall ? 'nearest' : 'start'
      virtual.current?.scrollToIndex(index, { align: side, offset: side === 'start' ? -margin : 0 })
      if (mine) focusRow(mine, from)
    },
    [queries, client, aim, focusRow],
  )
  /** Puts the focus on a unit without scrolling; not where it has gone into a field or a dialogue since it was at `from`. */
  const focus = useCallback((index: number, from = document.activeElement) => focusRow(aim(index), from), [aim, focusRow])
  /** Takes the keys to a unit that has the focus already. */
  const focused = useCallback((index: number) => {
    goal.current = undefined
    setCurrent(index)
  }, [])
  /** Whether the talk itself holds the focus for a unit that is not there yet. */
  const underWay = () => goal.current !== undefined && document.activeElement === latest.current.scroller.current
  return { go, focus, focused, underWay, current, marked: mark?.index }
}

const isNowhere = () => document.activeElement === document.body || document.activeElement === null

/** Whether the focus is where a person is busy with something else, and was not at first. */
function isElsewhere(from: Element | null): boolean {
  const at = document.activeElement
  return at !== from && (isTyping(at) || at?.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') != null)
}
