import { createIntl } from 'react-intl'
import { expect, it } from 'vitest'
import { formatBytes } from './bytes.ts'

it('writes bytes in the largest unit that fits', () => {
  const intl = createIntl({ locale: 'en', messages: {} })
  expect([0, 999, 1000, 1_500_000, 984_000_000, 2.5e12, 3e15].map((bytes) => formatBytes(bytes, intl))).toEqual([
    '0 bytes',
    '999 bytes',
    '1 kB',
    '1.5 MB',
    '984 MB',
    '2.5 TB',
    '3,000 TB',
  ])
})
