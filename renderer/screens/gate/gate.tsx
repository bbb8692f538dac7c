import type { ReactNode } from 'react'
import css from './gate.module.css'

/** The frame of the screens before the app: the product's name, then one thing. */
export const Gate = ({ children, busy = false }: { children: ReactNode; busy?: boolean }) => (
  <div className={css.gate}>
    <header>
      <img src="/icon.svg" alt="" width="24" height="24" />
      VIVIM
    </header>
    <main aria-live="polite" aria-busy={busy}>
      {children}
    </main>
  </div>
)
