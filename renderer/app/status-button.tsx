import { Link } from 'wouter'
import { useStatus } from '../queries/status.ts'
import { useText } from './language.tsx'
import { useReachable } from './live-context.tsx'
import css from './status-button.module.css'

/** One honest line on how the node stands; what it means in full is a click away. */
export function StatusButton() {
  const text = useText()
  const reachable = useReachable()
  const { data: status } = useStatus()
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
      <span className={css.dot} aria-hidden />
      <span className={css.words} role="status">
        {text(`app.status.${state}`)}
      </span>
    </Link>
  )
}
