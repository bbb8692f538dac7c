import { expect, it } from 'vitest'
import type { LockSettings } from '../../node-core/contract/shell-keys.ts'
import { watchScreen } from './idle.ts'
import { createLocks } from './locks.ts'

function stage() {
  const done: string[] = []
  let ended: (() => void) | undefined
  const locks = createLocks({
    tellNode: (lock) => void done.push(lock),
    stopNode: () => {
      done.push('stop')
      return new Promise((resolve) => {
        ended = resolve
      })
    },
    startNode: () => void done.push('start'),
    forgetKeys: () => void done.push('forget'),
    clearWindows: () => void done.push('clear'),
  })
  return { locks, done, end: () => ended?.() }
}

it('locks the windows once, and lets them in again', () => {
  const { locks, done } = stage()
  const seen: string[] = []
  const off = locks.on(({ is }) => void seen.push(is))
  locks.lockWindows()
  locks.lockWindows('idle')
  expect(locks.state).toEqual({ is: 'windows', by: 'person' })
  locks.unlock()
  locks.unlock()
  off()
  locks.lockWindows('idle')
  expect(done).toEqual(['lock', 'clear', 'unlock', 'lock', 'clear'])
  expect(seen).toEqual(['windows', 'open'])
})

it('locks everything: the node stops, then its keys are forgotten, and only then it may start again', async () => {
  const { locks, done, end } = stage()
  locks.lockWindows()
  const locked = locks.lockEverything()
  locks.lockWindows('system')
  expect(locks.state).toEqual({ is: 'closed' })
  locks.unlock()
  expect(done).toEqual(['lock', 'clear', 'clear', 'stop'])
  end()
  await locked
  await Promise.resolve()
  expect(done.slice(4)).toEqual(['forget', 'start'])
})

it('locks with the screen and opens with it, and locks when nobody was there for so long', () => {
  const { locks } = stage()
  let settings: LockSettings = { idleMinutes: 5, withSystem: true }
  const heard = new Map<string, () => void>()
  const computer = { idle: 0, state: 'active' }
  let look = () => {}
  watchScreen(
    locks,
    {
      on: (event, listener) => heard.set(event, listener),
      getSystemIdleTime: () => computer.idle,
      getSystemIdleState: () => computer.state,
    },
    () => settings,
    (_, work) => {
      look = work
    },
  )
  heard.get('lock-screen')?.()
  expect(locks.state).toEqual({ is: 'windows', by: 'system' })
  heard.get('unlock-screen')?.()
  expect(locks.state.is).toBe('open')

  computer.idle = 299
  look()
  expect(locks.state.is).toBe('open')
  computer.idle = 300
  look()
  expect(locks.state).toEqual({ is: 'windows', by: 'idle' })
  // The system's unlocking answers for its own locking alone.
  heard.get('unlock-screen')?.()
  expect(locks.state.is).toBe('windows')
  locks.unlock()

  settings = { idleMinutes: 0, withSystem: false }
  heard.get('lock-screen')?.()
  look()
  computer.state = 'locked'
  look()
  expect(locks.state.is).toBe('open')

  // Where the system tells nothing by itself it is looked at.
  settings = { idleMinutes: 0, withSystem: true }
  look()
  expect(locks.state).toEqual({ is: 'windows', by: 'system' })
  computer.state = 'active'
  look()
  expect(locks.state.is).toBe('open')
})
