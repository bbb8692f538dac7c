import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import css from './sections.module.css'

export interface SectionLink {
  /** An address, or the fragment of a place on this page. */
  readonly to: string
  readonly name: string
  readonly icon?: LucideIcon
  readonly current?: boolean
}

/** A list of sections beside what is read; on a phone the list is above it, or alone. */
export const Sections = ({ children }: { children: ReactNode }) => <div className={css.sections}>{children}</div>

/** On a phone, when no section is open. */
export const SectionsAlone = ({ children }: { children: ReactNode }) => <div className={css.alone}>{children}</div>

export const SectionList = ({ name, links }: { name: string; links: readonly SectionLink[] }) => (
  <nav className={css.list} aria-label={name}>
    {links.map(({ to, name, icon: Icon, current }) => {
      const content = (
        <>
          {Icon && <Icon size={18} strokeWidth={1.75} aria-hidden />}
          {name}
        </>
      )
      // The browser itself knows how to go to a place on the page.
      return to.startsWith('#') ? (
        <a key={to} href={to} className={css.entry}>
          {content}
        </a>
      ) : (
        <Link key={to} href={to} className={css.entry} aria-current={current ? 'page' : undefined}>
          {content}
        </Link>
      )
    })}
  </nav>
)
