import { createContext, useContext } from 'react'
import type { Host } from './host.ts'

const Context = createContext<Host | undefined>(undefined)
export const HostProvider = Context

/** What the page runs in, and what that offers. */
export function useHost(): Host {
  const host = useContext(Context)
  if (!host) throw new Error('There is no host above this component.')
  return host
}
