/** Code that may be asked for next is loaded before it is: not while the screen still waits for what it shows. */
import { type Query, useIsFetching, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

/** Nothing has come yet of what it asks for. */
const pending = { predicate: ({ state }: Query) => state.status === 'pending' }

/**
 * Calls `begin` once the screen has what it asked for, and `moment` milliseconds later still has: on a slow machine, or
 * far from the node, code that nobody has asked for would hold the first answers up. May be called more than once.
 */
export function useAhead(begin: () => Promise<unknown>, moment: number): void {
  const queries = useQueryClient()
  const waits = useIsFetching(pending) > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded stays the same.
  useEffect(() => {
    if (waits) return
    let timer: ReturnType<typeof setTimeout>
    let frame = 0
    const attempt = () => {
      // The second frame has seen the first one's answers on the screen.
      if (queries.isFetching(pending) === 0)
        frame = requestAnimationFrame(() => {
          // What cannot be loaded says so where it is asked for.
          frame = requestAnimationFrame(() => void begin().catch(() => {}))
        })
      else timer = setTimeout(attempt, moment)
    }
    timer = setTimeout(attempt, moment)
    return () => {
      clearTimeout(timer)
      cancelAnimationFrame(frame)
    }
  }, [queries, waits, moment])
}
