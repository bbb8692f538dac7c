import { CircleAlert, CloudOff } from 'lucide-react'
import { Link } from 'wouter'
import type { Figures } from '../offline/offline.ts'
import { useStatus } from '../queries/status.ts'
import { useText } from './language.tsx'
import { useReachable } from './live-context.tsx'
import { useOfflineStanding } from './offline-context.tsx'
import css from './status-button.module.css'

/** One honest line on how the node stands; what it means in full is a click away. */
export function StatusButton() {
  const text = useText()
  const reachable = useReachable()
  const { data: status } = useStatus()
  const { figures } = useOfflineStanding()
  if (figures && (figures.away || figures.waiting + figures.refused.length > 0)) return <HeldStatus figures={figures} />
  const state = !reachable
    ? 'offline'
    : status && (status.warnings.length > 0 || status.integrity.state === 'damaged')
      ? 'trouble'
      : status && status.imports.running + status.imports.waiting > 0
        ? 'importing'
        : status?.reach === 'network'
          ? 'network'
          : 'local'
  return (
    <Link href={state === 'importing' ? '/import' : '/settings/status'} className={css.status} data-state={state}>
      <Sign state={state} />
      <span className={css.words} role="status">
        {text(`app.status.${state}`)}
      </span>
    </Link>
  )
}

/** Without the node: that what is held here is shown, and how much waits to be sent. */
function HeldStatus({ figures: { away, waiting, refused } }: { figures: Figures }) {
  const text = useText()
  return (
    <Link href="/settings/offline" className={css.status} data-state={away ? 'offline' : 'trouble'}>
      {away ? <span className={css.dot} aria-hidden /> : <Sign state="trouble" />}
      {away && (
        <span className={css.short} aria-hidden>
          {text('app.status.held.short')}
          {waiting > 0 && ` · ${waiting}`}
        </span>
      )}
      <span className={css.words} role="status">
        {away
          ? text('app.status.held', { count: waiting })
          : waiting > 0
            ? text('app.status.waiting', { count: waiting })
            : text('app.status.refused', { count: refused.length })}
      </span>
    </Link>
  )
}

/** A dot beside the words; where there is no room for them, what is wrong is told by more than a colour. */
function Sign({ state }: { state: string }) {
  const Icon = state === 'trouble' ? CircleAlert : state === 'offline' ? CloudOff : undefined
  return (
    <>
      <span className={css.dot} aria-hidden />
      {Icon && <Icon className={css.sign} size={20} strokeWidth={1.75} aria-hidden />}
    </>
  )
}
