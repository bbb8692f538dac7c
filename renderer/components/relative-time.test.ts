import { createIntl } from 'react-intl'
import { expect, it } from 'vitest'
import { relativeTime } from './relative-time.ts'

it('says times by their distance', () => {
  const intl = createIntl({ locale: 'en', messages: {} })
  const minute = 60_000
  const day = 24 * 60 * minute
  const said = [0, -59_999, -minute, -3.9 * 60 * minute, -day, -13 * day, -45 * day, -800 * day, 5 * minute].map((distance) =>
    relativeTime(1e13 + distance, 1e13, intl),
  )
  expect(said).toEqual([
    'now',
    'now',
    '1 minute ago',
    '3 hours ago',
    'yesterday',
    '13 days ago',
    'last month',
    '2 years ago',
    'in 5 minutes',
  ])
})
