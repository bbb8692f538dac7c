import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import css from './announce.module.css'

const Context = createContext<(words: string) => void>(() => {})
/** Says shortly that something was done, to eyes and ears. */
export const useAnnounce = () => useContext(Context)

/** How long something stays to be read, in milliseconds: a while, and longer the more words it has. */
const stays = ({ length }: string): number => Math.max(2600, length * 75)

export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<{ words: string }>()
  const announce = useCallback((words: string) => setSaid({ words }), [])
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => setSaid(undefined), stays(said.words))
    return () => clearTimeout(timer)
  }, [said])
  return (
    <Context value={announce}>
      <div className={css.around}>
        {children}
        <p className={css.said} role="status" data-shown={said !== undefined}>
          {said?.words}
        </p>
      </div>
    </Context>
  )
}
