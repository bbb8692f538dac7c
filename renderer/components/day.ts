/** Times as short as they can be told: the hour today, the weekday this week, the day this year. */
import type { IntlShape } from 'react-intl'

const day = 86_400_000

/** `time` and `now` in milliseconds since 1970. `year`: whether another year than this one is told. */
export function formatWhen(time: number, now: number, intl: Pick<IntlShape, 'formatDate' | 'formatTime'>, year = true): string {
  const date = new Date(time)
  const today = new Date(now)
  const midnight = new Date(today.getFullYear(), today.getMonth(), today.getDate()).getTime()
  if (time >= midnight && time < midnight + day) return intl.formatTime(date, { timeStyle: 'short' })
  if (time >= midnight - 6 * day && time < midnight) return intl.formatDate(date, { weekday: 'short' })
  if (!year || date.getFullYear() === today.getFullYear()) return intl.formatDate(date, { day: 'numeric', month: 'short' })
  return intl.formatDate(date, { day: 'numeric', month: 'short', year: 'numeric' })
}
