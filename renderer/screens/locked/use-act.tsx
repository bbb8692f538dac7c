import { useCallback, useState } from 'react'
import { ErrorNotice } from '../../components/notice.tsx'

/** Runs what was asked for: whether it still runs, and what went wrong with it. */
export function useAct(): [run: (act: () => Promise<unknown>) => void, pending: boolean, error: unknown] {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>()
  const run = useCallback((act: () => Promise<unknown>) => {
    setPending(true)
    setError(undefined)
    act()
      .catch(setError)
      .finally(() => setPending(false))
  }, [])
  return [run, pending, error]
}

export const Problem = ({ error }: { error: unknown }) => (error === undefined ? null : <ErrorNotice error={error} />)
