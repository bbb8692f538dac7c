/** Starting at sign-in: by the system where it has a way of its own, by a file of the desktop's on Linux. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { desktopEntry, startsAtLogin } from './desktop-entry.ts'

export interface Login {
  readonly on: boolean
  /** @throws where the system does not take it */
  set(on: boolean): void
}

/** The part of Electron's app that macOS and Windows are told by; a Mac knows neither paths nor arguments. */
export interface LoginItems {
  getLoginItemSettings(options: { path?: string; args: string[] }): { openAtLogin: boolean }
  setLoginItemSettings(settings: { openAtLogin: boolean; path?: string; args: string[] }): void
}

const hidden = '--hidden'

/** @param portable the file of an app that is one (Windows): what runs is a copy that is gone after each run */
export function systemLogin(items: LoginItems, portable?: string): Login {
  const started = { ...(portable && { path: portable }), args: [hidden] }
  return {
    get on() {
      return items.getLoginItemSettings(started).openAtLogin
    },
    set: (on) => items.setLoginItemSettings({ openAtLogin: on, ...started }),
  }
}

/**
 * @param path of the entry: `<configuration>/autostart/vivim.desktop`
 * @param command program and arguments by which the app is started; where the app is one file (AppImage), that file
 */
export const entryLogin = (path: string, command: readonly string[]): Login => ({
  get on() {
    try {
      return startsAtLogin(readFileSync(path, 'utf8'))
    } catch {
      return false
    }
  },
  set(on) {
    if (!on) return rmSync(path, { force: true })
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, desktopEntry([...command, hidden]))
  },
})
