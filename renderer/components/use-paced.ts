import { useEffect, useRef, useState } from 'react'

/** `value` at once, but no more often than every so many milliseconds; the last one always comes. */
export function usePaced<T>(value: T, milliseconds: number): T {
  const [paced, setPaced] = useState(value)
  const latest = useRef(value)
  latest.current = value
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (value === paced || timer.current !== undefined) return
    setPaced(value)
    timer.current = setTimeout(() => {
      timer.current = undefined
      setPaced(latest.current)
    }, milliseconds)
  }, [value, paced, milliseconds])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  return paced
}
