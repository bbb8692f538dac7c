import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef } from 'react'

/** Frames that a row may take until it can have the focus. */
const patience = 60

interface MovingFocus {
  /** Moves the focus to the row of this selector as soon as it can have it. */
  readonly moveTo: (selector: string) => void
  /** Does for the row what Enter means there, while the list still holds the focus for it. Answers whether it did. */
  readonly openEarly: (event: KeyboardEvent, selector: string) => boolean
}

/**
 * Moves the focus to a row of a virtual list, which may have to be rendered and measured first. Until then the list
 * itself (`tabIndex={-1}`) holds the focus, so that no key is lost when the row that had it goes.
 */
export function useMovingFocus(list: RefObject<HTMLElement | null>): MovingFocus {
  const frame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  const moveTo = useCallback(
    (selector: string) => {
      cancelAnimationFrame(frame.current)
      const attempt = (left: number) => {
        const row = list.current?.querySelector<HTMLElement>(selector)
        row?.focus({ preventScroll: true })
        if (row && document.activeElement === row) return
        list.current?.focus({ preventScroll: true })
        if (left > 0) frame.current = requestAnimationFrame(() => isHeld(list.current) && attempt(left - 1))
      }
      attempt(patience)
    },
    [list],
  )
  const openEarly = useCallback(
    (event: KeyboardEvent, selector: string) => {
      // Where a row has the focus, the browser itself makes a click of the key.
      if (event.key !== 'Enter' || event.target !== list.current) return false
      const { altKey, ctrlKey, metaKey, shiftKey } = event
      const click = new MouseEvent('click', { bubbles: true, cancelable: true, altKey, ctrlKey, metaKey, shiftKey })
      list.current.querySelector(selector)?.dispatchEvent(click)
      return true
    },
    [list],
  )
  return { moveTo, openEarly }
}

/** Whether the focus still waits for its row: who has left the list meanwhile is not brought back. */
const isHeld = (list: HTMLElement | null) => document.activeElement === list || document.activeElement === document.body
