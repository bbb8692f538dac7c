/** When the windows lock by themselves, kept as a small file of the app. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type LockSettings, lockSettings } from '../../node-core/contract/shell-keys.ts'

/** Locking with the system's screen costs nobody anything: its unlocking opens the windows again. */
const usual: LockSettings = { idleMinutes: 0, withSystem: true }

export interface KeptLockSettings {
  readonly current: LockSettings
  change(next: LockSettings): void
}

export function openLockSettings(path: string): KeptLockSettings {
  let current = read(path)
  return {
    get current() {
      return current
    },
    change(next) {
      writeFileSync(`${path}.new`, JSON.stringify(next))
      renameSync(`${path}.new`, path)
      current = next
    },
  }
}

function read(path: string): LockSettings {
  try {
    return lockSettings.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // The first run, or a damaged file.
    return usual
  }
}
