import { expect, it } from 'vitest'
import { createWindowLock } from './window-lock.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

it('keeps a session while the windows are open, and says once that it has ended', async () => {
  const lock = createWindowLock()
  const stop = new AbortController()
  const seen: string[] = []
  const kept = lock.keep(
    async (until) => {
      seen.push('begun')
      await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }))
      await settled()
      seen.push('over')
    },
    () => void seen.push('told'),
    stop.signal,
  )
  await settled()
  lock.set(true)
  lock.set(true)
  await settled()
  await settled()
  expect(seen).toEqual(['begun', 'over', 'told'])
  lock.set(false)
  await settled()
  // Unlocked again before the session was over: it is told all the same, and another begins.
  lock.set(true)
  lock.set(false)
  await settled()
  await settled()
  expect(seen.slice(3)).toEqual(['begun', 'over', 'told', 'begun'])
  stop.abort()
  await kept
  expect(seen.slice(7)).toEqual(['over'])
})

it('begins none where the windows were locked before the node was ready', async () => {
  const lock = createWindowLock()
  const stop = new AbortController()
  lock.set(true)
  let begun = 0
  const kept = lock.keep(
    async () => void begun++,
    () => undefined,
    stop.signal,
  )
  await settled()
  expect(begun).toBe(0)
  stop.abort()
  await kept
})
