import { expect, it } from 'vitest'
import { givable, mayOf } from './session-rights.ts'

it('never says less than a session may do', () => {
  expect(mayOf(['read'])).toBe('read')
  expect(mayOf(['write'])).toBe('write')
  expect(mayOf(['read', 'write'])).toBe('write')
  expect(mayOf(['read', 'share'])).toBe('all')
  expect(mayOf(['read', 'write', 'share', 'admin'])).toBe('all')
})

it('offers to hand on what one has, and no more', () => {
  expect(givable(['read', 'write', 'share', 'admin'])).toEqual(['read', 'write', 'all'])
  expect(givable(['read', 'admin'])).toEqual(['read'])
  expect(givable([])).toEqual([])
})
