import { useCallback, useEffect, useState } from 'react'
import type { Call } from '../client.ts'

export type Loaded<T> = { state: 'loading' } | { state: 'loaded'; data: T } | { state: 'failed'; error: Error }

/** Loads when the component appears and again whenever the person comes back to the page; `again` loads on demand. */
export function useQuery<T>(
  call: Call,
  load: (call: Call, signal: AbortSignal) => Promise<T>,
): Loaded<T> & { again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((last) => last + 1), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is what asks for loading again
  useEffect(() => {
    const abort = new AbortController()
    load(call, abort.signal).then(
      (data) => setLoaded({ state: 'loaded', data }),
      (error: unknown) => {
        if (!abort.signal.aborted)
          setLoaded({ state: 'failed', error: error instanceof Error ? error : new Error(String(error)) })
      },
    )
    return () => abort.abort()
  }, [call, load, turn])

  useEffect(() => {
    window.addEventListener('focus', again)
    window.addEventListener('online', again)
    return () => {
      window.removeEventListener('focus', again)
      window.removeEventListener('online', again)
    }
  }, [again])

  return { ...loaded, again }
}
