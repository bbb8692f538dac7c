/** Starting at sign-in: by the system where it has a way of its own, by a file of the desktop's on Linux. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { desktopEntry, startsAtLogin } from './desktop-entry.ts'

export interface Login {
  readonly on: boolean
  /** @throws where the system does not take it */
  set(on: boolean): void
}

/** The part of Electron's app that macOS and Windows are told by. */
export interface LoginItems {
  getLoginItemSettings(options: { args: string[] }): { openAtLogin: boolean }
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void
}

const hidden = '--hidden'

export const systemLogin = (items: LoginItems): Login => ({
  get on() {
    return items.getLoginItemSettings({ args: [hidden] }).openAtLogin
  },
  set: (on) => items.setLoginItemSettings({ openAtLogin: on, args: [hidden] }),
})

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
