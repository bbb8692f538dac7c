/** When windows lock by themselves: with the system's screen, or when nobody has touched the computer for so long. */
import type { LockSettings } from '../../node-core/contract/shell-keys.ts'
import type { Locks } from './locks.ts'

/** What is told and asked of the system; Electron's `powerMonitor`. */
export interface ScreenWatch {
  on(event: 'lock-screen' | 'unlock-screen', listener: () => void): unknown
  /** Seconds without a key or a movement. */
  getSystemIdleTime(): number
  /** `locked` where the system says so: on Linux that is not told by an event, and some desktops do not say it at all. */
  getSystemIdleState(seconds: number): string
}

/** How often it is looked how long nobody was there, in milliseconds. */
const every = 15_000

/**
 * Watches until the app ends. The system's own unlocking is answer enough where it was the system that locked.
 * @param repeat calls `work` every so many milliseconds
 */
export function watchScreen(
  locks: Locks,
  screen: ScreenWatch,
  settings: () => LockSettings,
  repeat: (milliseconds: number, work: () => void) => void,
): void {
  screen.on('lock-screen', () => {
    if (settings().withSystem) locks.lockWindows('system')
  })
  screen.on('unlock-screen', () => {
    if (locks.state.is === 'windows' && locks.state.by === 'system') locks.unlock()
  })
  let seenLocked = false
  repeat(every, () => {
    const { idleMinutes, withSystem } = settings()
    const isLocked = withSystem && screen.getSystemIdleState(60) === 'locked'
    if (isLocked && !seenLocked) locks.lockWindows('system')
    if (!isLocked && seenLocked && locks.state.is === 'windows' && locks.state.by === 'system') locks.unlock()
    seenLocked = isLocked
    if (idleMinutes > 0 && screen.getSystemIdleTime() >= idleMinutes * 60) locks.lockWindows('idle')
  })
}
