import { useIntl } from 'react-intl'
import { useText } from '../../app/language.tsx'
import type { Span } from './groups.ts'

/** A heading’s words: “Today”, “March”, “March 2025”. */
export function useSpanName(now: number): (span: Span) => string {
  const text = useText()
  const intl = useIntl()
  const year = new Date(now).getFullYear()
  return (span) => {
    if (span.of !== 'month') return text(`library.span.${span.of}`)
    const date = new Date(span.month)
    return intl.formatDate(date, date.getFullYear() === year ? { month: 'long' } : { month: 'long', year: 'numeric' })
  }
}
