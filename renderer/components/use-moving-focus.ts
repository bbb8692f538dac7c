import { type RefObject, useCallback, useEffect, useRef } from 'react'

/** Frames that a row may take until it can have the focus. */
const patience = 60

/**
 * Moves the focus to a row of a virtual list, which may have to be rendered and measured first. Until then the list
 * itself (`tabIndex={-1}`) holds the focus, so that no key is lost when the row that had it goes.
 */
export function useMovingFocus(list: RefObject<HTMLElement | null>): (selector: string) => void {
  const frame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return useCallback(
    (selector) => {
      cancelAnimationFrame(frame.current)
      const attempt = (left: number) => {
        const row = list.current?.querySelector<HTMLElement>(selector)
        row?.focus({ preventScroll: true })
        if (row && document.activeElement === row) return
        list.current?.focus({ preventScroll: true })
        if (left > 0) frame.current = requestAnimationFrame(() => attempt(left - 1))
      }
      attempt(patience)
    },
    [list],
  )
}
