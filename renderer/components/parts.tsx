/** What the sections are made of: a page with a title, parts with headings, facts in two columns. */
import { type ReactNode, useId } from 'react'
import { PageHead } from './page.tsx'
import css from './parts.module.css'

/** One section: its title, what it is about in a sentence, and its parts. */
export const Page = ({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) => (
  <div className={css.page}>
    <PageHead title={title} lead={lead} />
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

/** What has names and can be acted on, one below the other. */
export const Entries = ({ children }: { children: ReactNode }) => <ul className={css.entries}>{children}</ul>

/** One of them: its name, what marks it out (`own`: it is the person's) and in what state it is; then what is to be said of it, and its buttons. */
export const Entry = (props: {
  name: string
  own?: string | false
  state?: string | false
  actions?: ReactNode
  children: ReactNode
}) => (
  <li className={css.entry}>
    <div className={css.told}>
      <span className={css.name}>
        <bdi>{props.name}</bdi>
        {props.own && <span className={css.own}>{props.own}</span>}
        {props.state && <span className={css.state}>{props.state}</span>}
      </span>
      {props.children}
    </div>
    {props.actions && <div className={css.actions}>{props.actions}</div>}
  </li>
)
/** A line of what is said of it. */
export const EntryFact = ({ children }: { children: ReactNode }) => <span className={css.more}>{children}</span>

/** Buttons beside one another. */
export const Actions = ({ children }: { children: ReactNode }) => <div className={css.actions}>{children}</div>
/** Explains, in a softer voice. */
export const Soft = ({ children }: { children: ReactNode }) => <p className={css.soft}>{children}</p>
