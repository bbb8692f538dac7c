import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Install } from '../offline/install.ts'
import type { Offline, Standing } from '../offline/offline.ts'

export interface Held {
  readonly offline: Offline
  readonly install: Install
}
const Context = createContext<Held | undefined>(undefined)
export const OfflineProvider = Context

/** What this browser holds of the library; undefined in the desktop window. */
export const useHeld = (): Held | undefined => useContext(Context)

const nothing: Standing = { state: 'off', figures: undefined, version: 0, lost: [] }
const never = () => () => {}

/** How it stands with what is held here. */
export function useOfflineStanding(): Standing {
  const held = useHeld()
  return useSyncExternalStore(held?.offline.subscribe ?? never, () => held?.offline.standing ?? nothing)
}
