import { expect, it } from 'vitest'
import { createCrashes } from './crashes.ts'

it('loads a page again twice, and explains the third end within five minutes', () => {
  let now = 0
  const crashes = createCrashes(() => now)
  expect([crashes.next(), crashes.next(), crashes.next()]).toEqual(['reload', 'reload', 'explain'])
  crashes.forget()
  expect(crashes.next()).toBe('reload')
  now = 4 * 60_000
  expect(crashes.next()).toBe('reload')
  now = 5 * 60_000
  expect(crashes.next()).toBe('reload')
  expect(crashes.next()).toBe('explain')
})
