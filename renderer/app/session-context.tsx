import { createContext, useContext } from 'react'
import type { Session } from './session.ts'

const Context = createContext<Session | undefined>(undefined)
export const SessionProvider = Context

/** This browser's session; undefined in the desktop window, where the app keeps it outside the page. */
export const useSession = (): Session | undefined => useContext(Context)
