import { describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { rowsOf } from './groups.ts'

// A Wednesday.
const now = new Date(2026, 3, 1, 9).getTime()
const at = (...date: [number, number, number, number?]) => new Date(...date).getTime()
const rows = (times: (number | null)[], firstDay = 1) =>
  rowsOf(
    times.map((time, index) => ({ id: `${index}` as ConversationId, time })),
    now,
    firstDay,
  ).map((row) => (row.kind === 'item' ? row.at : row.span.of === 'month' ? new Date(row.span.month).toDateString() : row.span.of))

describe('groups of time', () => {
  it('hold what a wrong clock puts ahead under its month', () => {
    expect(rows([at(2027, 9, 28), at(2026, 3, 2, 0), at(2026, 3, 1, 8)])).toEqual(['Fri Oct 01 2027', 0, 'today', 1, 2])
  })

  it('are days, the week, then months, each headed once', () => {
    const times = [
      at(2026, 3, 1, 8),
      at(2026, 3, 1, 0),
      at(2026, 2, 31, 23),
      at(2026, 2, 30, 0),
      at(2026, 2, 29, 23),
      at(2026, 2, 1, 0),
      at(2026, 1, 28, 23),
      at(2025, 1, 28, 23),
      null,
      null,
    ]
    expect(rows(times)).toEqual([
      'today',
      0,
      1,
      'yesterday',
      2,
      'week',
      3,
      'Sun Mar 01 2026',
      4,
      5,
      'Sun Feb 01 2026',
      6,
      'Sat Feb 01 2025',
      7,
      'unknown',
      8,
      9,
    ])
  })

  it('begin the week where the person begins it', () => {
    expect(rows([at(2026, 2, 29, 1)], 7)).toEqual(['week', 0])
    expect(rows([at(2026, 2, 29, 1)], 1)).toEqual(['Sun Mar 01 2026', 0])
  })
})
