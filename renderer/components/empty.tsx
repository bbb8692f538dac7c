import type { ReactNode } from 'react'
import css from './empty.module.css'

/** Nothing is here: what that means, and what to do next. */
export const Empty = ({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) => (
  <div className={css.empty}>
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {actions && <div className={css.actions}>{actions}</div>}
  </div>
)
