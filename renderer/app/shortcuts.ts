/** Keys that work on every screen. */
import { useEffect } from 'react'

export interface ShortcutActions {
  readonly palette: () => void
}

/** Ctrl/⌘ K anywhere; “/” where the person is not typing. */
export function useShortcuts({ palette }: ShortcutActions): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const chord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
      if ((chord && event.key.toLowerCase() === 'k') || (event.key === '/' && !chord && !isTyping(event.target))) {
        event.preventDefault()
        palette()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [palette])
}

/** Whether keys belong to a field now; one inside a shadow root is named by what holds the root. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    isTyping(target.shadowRoot?.activeElement ?? null))
