import { useIntl } from 'react-intl'
import { useNow } from '../app/clock.tsx'
import { relativeTime } from './relative-time.ts'

/** A time as one says it, “3 hours ago”, with the exact one beside it for those who ask. */
export function SpokenTime({ time }: { time: number }) {
  const intl = useIntl()
  const now = useNow(30_000)
  return (
    <time dateTime={new Date(time).toISOString()} title={intl.formatDate(time, { dateStyle: 'full', timeStyle: 'medium' })}>
      {relativeTime(time, now, intl)}
    </time>
  )
}
