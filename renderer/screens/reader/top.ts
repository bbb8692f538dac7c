/** Which unit is at the top of the screen: told to those who show it, without drawing the talk again. */
import { useSyncExternalStore } from 'react'

export interface Top {
  readonly index: number
  set(index: number): void
  subscribe(changed: () => void): () => void
}

export function createTop(): Top {
  const listeners = new Set<() => void>()
  let now = 0
  return {
    get index() {
      return now
    },
    set(index) {
      if (index === now) return
      now = index
      for (const listener of listeners) listener()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}

/** What `choose` makes of the index; drawn again only where that changes. */
export const useTop = <T>(top: Top, choose: (index: number) => T): T =>
  useSyncExternalStore(top.subscribe, () => choose(top.index))
