import { createContext, useContext, useEffect, useState } from 'react'

/** Milliseconds since 1970, now. */
export type Now = () => number

const Context = createContext<Now | undefined>(undefined)
export const ClockProvider = Context

export function useClock(): Now {
  const now = useContext(Context)
  if (!now) throw new Error('There is no clock above this component.')
  return now
}

/** The present time, for what is shown by it: “3 minutes ago”. `every`: how often it moves on, in milliseconds. */
export function useNow(every: number): number {
  const now = useClock()
  const [at, setAt] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), every)
    return () => clearInterval(timer)
  }, [now, every])
  return at
}
