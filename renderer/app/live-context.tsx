import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Live } from './live.ts'

const Context = createContext<Live | undefined>(undefined)
export const LiveProvider = Context

export function useLive(): Live {
  const live = useContext(Context)
  if (!live) throw new Error('Nothing follows the node above this component.')
  return live
}

/** Whether the node answers now. */
export function useReachable(): boolean {
  const live = useLive()
  return useSyncExternalStore(live.subscribe, () => live.reachable)
}
