import type { ReactNode } from 'react'
import css from './page.module.css'

/** A screen that is read from top to bottom, in one quiet column. */
export const Page = ({ children }: { children: ReactNode }) => <div className={css.page}>{children}</div>
