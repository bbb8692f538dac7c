import type { ReactNode } from 'react'
import { words } from '../words.ts'

/** The frame of every screen: the product's name, then one thing. */
export function Page({ children, busy = false }: { children: ReactNode; busy?: boolean }) {
  return (
    <div className="page">
      <header>
        <img src="/icon.svg" alt="" />
        {words.product}
      </header>
      <main aria-live="polite" aria-busy={busy}>
        {children}
      </main>
    </div>
  )
}
