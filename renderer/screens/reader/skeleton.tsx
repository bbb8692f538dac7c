import type { ReactNode } from 'react'
import { useText } from '../../app/language.tsx'
import css from './reader.module.css'
import { Lines } from './unit-row.tsx'

/** What a conversation looks like before it is there, at the same places. */
export function Skeleton({ leading, title }: { leading: ReactNode; title: string | undefined }) {
  const text = useText()
  return (
    <section className={css.reader} aria-label={text('reader')} aria-busy>
      <div className={css.alone}>
        <div className={css.strip}>{leading}</div>
        <div className={css.waiting}>
          <h1 className={title === undefined ? 'visually-hidden' : undefined} dir="auto">
            {title ?? text('app.loading')}
          </h1>
          {[5, 2, 4, 1, 3].map((seed) => (
            <Lines key={seed} seed={seed} />
          ))}
        </div>
      </div>
    </section>
  )
}
