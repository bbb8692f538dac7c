import type { ReactNode } from 'react'
import css from './page.module.css'

/** A screen that is read from top to bottom, in one quiet column; `back` leads to what it belongs to. */
export const Page = ({ back, children }: { back?: ReactNode; children: ReactNode }) => (
  <div className={css.page}>
    {back && <div className={css.back}>{back}</div>}
    {children}
  </div>
)

/** What a screen is called, and what it is for in a sentence. */
export const PageHead = ({ title, lead }: { title: string; lead?: ReactNode }) => (
  <header className={css.head}>
    <h1>{title}</h1>
    {lead && <p>{lead}</p>}
  </header>
)
