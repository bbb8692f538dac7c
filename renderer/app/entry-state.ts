/**
 * State that belongs to one entry of the history, so that “back” shows a screen as it was left. It is kept in memory
 * alone: what a person searched, filtered or read must not come to rest in a browser's history or profile, which is
 * why it stands neither in the address nor in the history's own state.
 */
import { useCallback, useRef, useState } from 'react'
import { recentMap } from './recent-map.ts'

/** As many entries as a browser's history holds, with some states each. */
const kept = recentMap<unknown>(400)

/** Names the present entry of the history. */
export const entryKey = (): string => window.navigation?.currentEntry?.key ?? location.pathname

/** As `useState`, but found again when the person comes back to this entry. `name` is unique on its screen. */
export function useEntryState<T>(name: string, initial: T): [T, (next: T) => void] {
  const key = useRef(`${entryKey()} ${name}`).current
  const [value, setValue] = useState<T>(() => (kept.has(key) ? (kept.get(key) as T) : initial))
  const change = useCallback(
    (next: T) => {
      kept.set(key, next)
      setValue(next)
    },
    [key],
  )
  return [value, change]
}
