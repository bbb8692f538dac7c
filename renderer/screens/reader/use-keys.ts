import { type KeyboardEvent, useEffect, useRef } from 'react'
import { isTyping } from '../../app/shortcuts.ts'

export interface TalkKeys {
  /** Whether the talk itself holds the focus for the present unit, which is not there yet. */
  underWay(): boolean
  /** Moves from the present unit to the next that shows something, or to an end. */
  move(step: 1 | -1 | 'first' | 'last', extend: boolean): void
  choose(): void
  branch(step: 1 | -1): boolean
  note(): void
  tag(): void
  edit(): void
  /** True where there was something to let go of. */
  clear(): boolean
}

/** Keys that work on the units: where one of them, or the talk itself, has the focus. */
export function onTalkKey(event: KeyboardEvent<HTMLElement>, keys: TalkKeys): void {
  if (event.defaultPrevented || isTyping(event.target)) return
  const target = event.target as HTMLElement
  const onUnit = target.tagName === 'ARTICLE' || (target === event.currentTarget && keys.underWay())
  const onFold = target.dataset['fold'] !== undefined
  const own = onUnit || onFold || target === event.currentTarget
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const done = () => event.preventDefault()
  if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
    const forward = (event.key === 'ArrowRight') === (getComputedStyle(target).direction === 'ltr')
    if (keys.branch(forward ? 1 : -1)) done()
    return
  }
  if (!plain) return
  if (event.key === 'Escape') {
    if (keys.clear()) done()
    return
  }
  if (!own) return
  const key = event.key.toLowerCase()
  if (key === 'j' || ((onUnit || onFold) && key === 'arrowdown')) keys.move(1, event.shiftKey)
  else if (key === 'k' || ((onUnit || onFold) && key === 'arrowup')) keys.move(-1, event.shiftKey)
  else if (onUnit && key === 'home') keys.move('first', event.shiftKey)
  else if (onUnit && key === 'end') keys.move('last', event.shiftKey)
  else if (onUnit && (key === 'x' || key === ' ') && !event.shiftKey) keys.choose()
  else if (onUnit && key === 'n') keys.note()
  else if (onUnit && key === 't') keys.tag()
  else if (onUnit && key === 'e') keys.edit()
  else return
  done()
}

/** Keys of the reader that work wherever the focus is, as long as no dialogue is open. */
export function useReaderKeys(keys: { find: () => boolean; print: () => void; rename: () => void }): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      // A closed one may stay in the document: that of a footnote does.
      if (event.defaultPrevented || document.querySelector('[role="dialog"]:not([hidden]), [role="alertdialog"]')) return
      const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const key = event.key.toLowerCase()
      if (chord && key === 'f') {
        if (latest.current.find()) event.preventDefault()
      } else if (chord && key === 'p') {
        event.preventDefault()
        latest.current.print()
      } else if (event.key === 'F2' && !isTyping(event.target)) {
        event.preventDefault()
        latest.current.rename()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
