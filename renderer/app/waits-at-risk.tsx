import { Notice } from '../components/notice.tsx'
import type { Figures } from '../offline/offline.ts'
import { useText } from './language.tsx'
import css from './new-devices.module.css'
import { useOfflineStanding } from './offline-context.tsx'

/** Tells every page where changes wait in a browser that may remove them: they are nowhere else. */
export default function WaitsAtRisk() {
  const { figures } = useOfflineStanding()
  return figures && <AtRisk figures={figures} />
}

/** Nothing where none wait, or the browser promised to keep them. */
export function AtRisk({ figures: { waiting, persisted } }: { figures: Pick<Figures, 'waiting' | 'persisted'> }) {
  const text = useText()
  if (waiting === 0 || persisted) return null
  return (
    <div className={css.news}>
      <Notice kind="warning">
        <p>{text('settings.offline.risk', { count: waiting })}</p>
      </Notice>
    </div>
  )
}
