import { ArrowLeft } from 'lucide-react'
import { Link } from 'wouter'
import css from './back-link.module.css'

/** The way back from a place to what it belongs to. */
export const BackLink = ({ to, name }: { to: string; name: string }) => (
  <Link href={to} className={css.back}>
    <ArrowLeft size={16} strokeWidth={1.75} aria-hidden />
    {name}
  </Link>
)
