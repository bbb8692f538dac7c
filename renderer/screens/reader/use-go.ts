import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useClient } from '../../app/client-context.tsx'
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

  const focusRow = useCallback((index: number) => {
    let frames = 0
    const attempt = () => {
      const row = latest.current.scroller.current?.querySelector<HTMLElement>(
        `article[data-index="${index}"], [data-fold="${index}"]`,
      )
      row?.focus({ preventScroll: true })
      if (document.activeElement !== row && frames++ < patience) requestAnimationFrame(attempt)
    }
    attempt()
  }, [])

  const go = useCallback(
    async (index: number, { focus = false, mark = false, align = 'start' }: GoOptions = {}) => {
      const { path, total } = latest.current
      // What could not be loaded says so in its place.
      await loadPages(queries, client, path, pagesAround(index, index, total)).catch(() => {})
      if (focus) setCurrent(index)
      if (mark) setMark({ index })
      const { virtual } = latest.current
      const tall = (virtual.current?.getItemSize(index) ?? 0) > (virtual.current?.viewportSize ?? 0)
      const side = align === 'nearest' && !tall ? 'nearest' : 'start'
      virtual.current?.scrollToIndex(index, { align: side, offset: side === 'start' ? -margin : 0 })
      if (focus) focusRow(index)
    },
    [queries, client, focusRow],
  )
  /** Puts the focus on a unit without scrolling. */
  const focus = useCallback(
    (index: number) => {
      setCurrent(index)
      focusRow(index)
    },
    [focusRow],
  )
  return { go, focus, current, setCurrent, marked: mark?.index }
}
