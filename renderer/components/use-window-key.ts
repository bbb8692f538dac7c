import { useEffect } from 'react'
import { isTyping } from '../app/shortcuts.ts'

/** Calls `act` when a plain key is pressed where nobody types and nothing is open above the page. */
export function useWindowKey(key: string, act: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== key || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (
        isTyping(event.target) ||
        document.querySelector('[role="dialog"]:not([hidden]), [role="alertdialog"], [role="menu"]:not([hidden])')
      )
        return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [key, act])
}
