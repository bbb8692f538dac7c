import { describe, expect, it } from 'vitest'
import { countFilters, filterInput, libraryDefaults, searchDefaults, toggled } from './filters.ts'

const now = new Date(2026, 2, 31, 15, 30).getTime()

describe('filters', () => {
  it('say nothing where nothing is chosen, but that the archive is out of sight', () => {
    expect(filterInput(searchDefaults, now)).toEqual({})
    expect(filterInput(libraryDefaults, now)).toEqual({ archived: false })
    expect(countFilters(libraryDefaults, libraryDefaults)).toBe(0)
    expect(countFilters(searchDefaults, searchDefaults)).toBe(0)
  })

  it('take several values of one list, each counted', () => {
    const two = toggled(toggled(libraryDefaults, 'source', 'chatgpt'), 'source', 'claude')
    expect(filterInput(two, now)).toEqual({ source: ['chatgpt', 'claude'], archived: false })
    expect(countFilters(two, libraryDefaults)).toBe(2)
    expect(toggled(two, 'source', 'chatgpt').source).toEqual(['claude'])
  })

  it('count periods from the beginning of a day, the last day of a custom one included', () => {
    expect(filterInput({ ...searchDefaults, period: 'week' }, now)).toEqual({ from: new Date(2026, 2, 25).getTime() })
    expect(filterInput({ ...searchDefaults, period: 'custom', first: '2026-03-01', last: '2026-03-31' }, now)).toEqual({
      from: new Date(2026, 2, 1).getTime(),
      to: new Date(2026, 3, 1).getTime(),
    })
    expect(filterInput({ ...searchDefaults, period: 'custom', first: '', last: 'soon' }, now)).toEqual({})
  })
})
