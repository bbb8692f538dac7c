/** Conversations under headings of time, as one flat list of rows. Pure. */
import type { ConversationId } from '../../../node-core/contract/ids.ts'

/** A span of time to head rows with; `month`: the first day of it. */
export type Span = { of: 'today' | 'yesterday' | 'week' | 'unknown' } | { of: 'month'; month: number }

export interface Dated {
  readonly id: ConversationId
  readonly time: number | null
}
export type Row<Item extends Dated> = { kind: 'heading'; span: Span } | { kind: 'item'; item: Item; at: number }

/**
 * Rows of `items`, which are newest first, in the person's own days. `firstDay`: the week's first, 1 Monday … 7 Sunday.
 */
export function rowsOf<Item extends Dated>(items: readonly Item[], now: number, firstDay: number): Row<Item>[] {
  const spanOf = spansBefore(now, firstDay)
  const rows: Row<Item>[] = []
  let before: Span | undefined
  for (const [at, item] of items.entries()) {
    const span = spanOf(item.time)
    if (!before || !sameSpan(before, span)) rows.push({ kind: 'heading', span })
    before = span
    rows.push({ kind: 'item', item, at })
  }
  return rows
}

const sameSpan = (a: Span, b: Span): boolean => a.of === b.of && (a.of !== 'month' || (b.of === 'month' && a.month === b.month))

function spansBefore(now: number, firstDay: number): (time: number | null) => Span {
  const today = new Date(now)
  const day = (days: number) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - days).getTime()
  const starts = { ahead: day(-2), today: day(0), yesterday: day(1), week: day((today.getDay() - firstDay + 7) % 7) }
  let month = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }
  return (time) => {
    if (time === null) return { of: 'unknown' }
    // A clock that was wrong, or a service's: what is said to come later stands under its month.
    if (time >= starts.today && time < starts.ahead) return { of: 'today' }
    if (time >= starts.yesterday && time < starts.today) return { of: 'yesterday' }
    if (time >= starts.week && time < starts.today) return { of: 'week' }
    if (time < month.start || time >= month.end) {
      const date = new Date(time)
      month = {
        start: new Date(date.getFullYear(), date.getMonth()).getTime(),
        end: new Date(date.getFullYear(), date.getMonth() + 1).getTime(),
      }
    }
    return { of: 'month', month: month.start }
  }
}

/** The week's first day where the person lives; Monday where the browser does not know. */
export function firstDayOf(locale: string): number {
  // Newer than the types of the language; some browsers have the one form, some the other.
  type Week = { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } }
  const known: Intl.Locale & Week = new Intl.Locale(locale)
  return known.getWeekInfo?.().firstDay ?? known.weekInfo?.firstDay ?? 1
}
