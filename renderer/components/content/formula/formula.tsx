import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../../../app/language.tsx'
import css from './formula.module.css'

type Typeset = typeof import('./typeset.ts').typeset
let typeset: Typeset | undefined
let loading: Promise<Typeset> | undefined

/** A formula in TeX, set; its source until that is there, and where it cannot be set. */
export function Formula({ source, display = false }: { source: string; display?: boolean }) {
  const text = useText()
  const place = useRef<HTMLSpanElement>(null)
  const [ready, setReady] = useState(typeset !== undefined)
  const [done, setDone] = useState<boolean>()

  useEffect(() => {
    if (ready) return
    let current = true
    loading ??= import('./typeset.ts').then((module) => module.typeset)
    void loading.then((loaded) => {
      typeset = loaded
      if (current) setReady(true)
    })
    return () => {
      current = false
    }
  }, [ready])
  useLayoutEffect(() => {
    if (ready && typeset && place.current) setDone(typeset(place.current, source, display))
  }, [ready, source, display])

  return (
    <span className={display ? css.display : css.inline} dir="ltr">
      <span ref={place} hidden={!done} />
      {!done && (
        <code className={css.source} title={done === false ? text('content.formula.failed') : undefined}>
          {source}
        </code>
      )}
    </span>
  )
}
