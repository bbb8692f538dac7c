import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Keeps the keys with a part of the screen: when the element inside it that had the focus goes from the document (a tag
 * that is taken off, a field that is closed), `instead` gets it, where it would otherwise be nowhere. The handlers go on
 * the element around that part; it has to be drawn anew with what is in it.
 */
export function useKeptFocus(instead: RefObject<HTMLElement | null>) {
  const had = useRef<Element>(undefined)
  useLayoutEffect(() => {
    if (!had.current || had.current.isConnected) return
    had.current = undefined
    if (document.activeElement === document.body) instead.current?.focus({ preventScroll: true })
  })
  return {
    onFocus: ({ target }: FocusEvent) => {
      had.current = target
    },
    // What is removed or disabled loses the focus to nothing: only another element takes it from here.
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget) had.current = undefined
    },
  }
}
