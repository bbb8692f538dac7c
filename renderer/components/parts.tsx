/** What the sections are made of: a page with a title, parts with headings, facts in two columns. */
import { type ReactNode, useId } from 'react'
import css from './parts.module.css'

/** One section: its title, what it is about in a sentence, and its parts. */
export const Page = ({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) => (
  <div className={css.page}>
    <header className={css.head}>
      <h1>{title}</h1>
      {lead && <p>{lead}</p>}
    </header>
    {children}
  </div>
)

export function Part({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId()
  return (
    <section className={css.part} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  )
}

export const Facts = ({ children }: { children: ReactNode }) => <dl className={css.facts}>{children}</dl>

/** A name and what is to be said of it; `more` explains. */
export const Fact = ({ name, children, more }: { name: string; children: ReactNode; more?: ReactNode }) => (
  <div className={css.fact}>
    <dt>{name}</dt>
    <dd>
      {children}
      {more && <p className={css.more}>{more}</p>}
    </dd>
  </div>
)

/** Buttons beside one another. */
export const Actions = ({ children }: { children: ReactNode }) => <div className={css.actions}>{children}</div>
/** Explains, in a softer voice. */
export const Soft = ({ children }: { children: ReactNode }) => <p className={css.soft}>{children}</p>
