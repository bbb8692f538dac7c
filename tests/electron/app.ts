/** `app`: the life of the whole, from ready to quit. */
import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { BrowserWindow, openWindows, windowEvents } from './browser-window.ts'
import { allowed, eventWith } from './events.ts'
import { takeLock } from './lock.ts'
import { appFolder, manifest, pathOf, setPath, userData } from './paths.ts'
import { chromiumAt, given, noted, record } from './state.ts'
import { contentsCreated } from './web-contents.ts'
import { whole } from './whole.ts'

const emitter = new EventEmitter()
let ready: Promise<void> | undefined
let isReady = false
let hasLock = false
let quitting = false
let badge = 0
let login: object = {
  openAtLogin: false,
  openAsHidden: false,
  wasOpenedAtLogin: false,
  wasOpenedAsHidden: false,
  restoreState: false,
  executableWillLaunchAtLogin: false,
  launchItems: [],
  status: 'not-registered',
}
const protocols = new Set<string>()

const whenReady = (): Promise<void> => {
  ready ??= chromiumAt(userData).then(() => {
    isReady = true
    emitter.emit('ready', eventWith({}), {})
  })
  return ready
}
// An app that never asks is ready all the same.
setImmediate(() => void (!quitting && whenReady()))

/** Ends the process, and the browser with it. */
function exit(code = 0): void {
  for (const window of openWindows()) window.destroy()
  emitter.emit('quit', eventWith({}), code)
  process.exit(code)
}

/** Closes every window, and ends where none of them and nobody else objects. */
async function quit(): Promise<void> {
  if (quitting) return
  if (!allowed(emitter, 'before-quit')) return
  quitting = true
  for (const window of openWindows()) if (!(await window.tryClose())) return stay()
  if (!allowed(emitter, 'will-quit')) return stay()
  exit(0)
}
const stay = (): void => {
  quitting = false
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void quit())

windowEvents.on('created', (window) => emitter.emit('browser-window-created', eventWith({}), window))
windowEvents.on('focused', (window) => emitter.emit('browser-window-focus', eventWith({}), window))
windowEvents.on('blurred', (window) => emitter.emit('browser-window-blur', eventWith({}), window))
windowEvents.on('closed', () => {
  if (BrowserWindow.getAllWindows().length > 0 || quitting) return
  if (!emitter.emit('window-all-closed')) void quit()
})
contentsCreated.on('created', (contents) => emitter.emit('web-contents-created', eventWith({}), contents))

/** Which events the app is told of by the system; the driver's. */
export const appEvents: EventEmitter = emitter

const languages = given.languages
export const app = whole<App>(
  'app',
  {
    whenReady,
    isReady: () => isReady,
    quit: () => void quit(),
    exit,
    relaunch: (options?: object) => record('app.relaunch', options ?? {}),
    focus: () => record('app.focus'),
    hide: () => record('app.hide'),
    show: () => record('app.show'),
    enableSandbox: () => record('app.enableSandbox'),
    disableHardwareAcceleration: () => record('app.disableHardwareAcceleration'),
    requestSingleInstanceLock(data?: Record<string, unknown>) {
      const mine = { argv: process.argv, folder: process.cwd(), data }
      hasLock ||= takeLock(userData(), mine, (handed) =>
        emitter.emit('second-instance', eventWith({}), handed.argv, handed.folder, handed.data),
      )
      return hasLock
    },
    hasSingleInstanceLock: () => hasLock,
    releaseSingleInstanceLock: () => record('app.releaseSingleInstanceLock'),
    getPath: pathOf,
    setPath,
    getAppPath: appFolder,
    setAppLogsPath: (path?: string) => setPath('logs', path ?? pathOf('logs')),
    getName: () => manifest().productName ?? manifest().name,
    name: manifest().productName ?? manifest().name,
    setName: (name: string) => record('app.setName', name),
    getVersion: () => manifest().version,
    isPackaged: false,
    getLocale: () => languages[0] ?? 'en-US',
    getSystemLocale: () => languages[0] ?? 'en-US',
    getLocaleCountryCode: () => languages[0]?.split('-')[1] ?? 'US',
    getPreferredSystemLanguages: () => [...languages],
    setLoginItemSettings(settings: object) {
      login = { ...login, ...settings }
      record('app.setLoginItemSettings', settings)
    },
    getLoginItemSettings: () => login as never,
    setAsDefaultProtocolClient(name: string) {
      protocols.add(name)
      record('app.setAsDefaultProtocolClient', name)
      return true
    },
    removeAsDefaultProtocolClient: (name: string) => protocols.delete(name),
    isDefaultProtocolClient: (name: string) => protocols.has(name),
    setAppUserModelId: (id: string) => record('app.setAppUserModelId', id),
    setBadgeCount(count = 0) {
      badge = count
      record('app.setBadgeCount', count)
      return true
    },
    getBadgeCount: () => badge,
    addRecentDocument: (path: string) => record('app.addRecentDocument', path),
    clearRecentDocuments: () => record('app.clearRecentDocuments'),
    setUserTasks: (tasks: unknown[]) => noted('app.setUserTasks', tasks, true),
    setJumpList: (list: unknown) => noted('app.setJumpList', list, 'ok' as const),
    setAboutPanelOptions: (options: object) => record('app.setAboutPanelOptions', options),
    showAboutPanel: () => record('app.showAboutPanel'),
    setSecureKeyboardEntryEnabled: () => undefined,
    isEmojiPanelSupported: () => false,
    isAccessibilitySupportEnabled: () => false,
    isInApplicationsFolder: () => true,
    getAppMetrics: () => [],
    setProxy: async () => undefined,
    commandLine: whole('app.commandLine', {
      appendSwitch: (name: string, value?: string) => record('app.commandLine.appendSwitch', { name, value }),
      appendArgument: (value: string) => record('app.commandLine.appendArgument', value),
      hasSwitch: (name: string) => process.argv.some((one) => one === `--${name}` || one.startsWith(`--${name}=`)),
      getSwitchValue: (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '',
      removeSwitch: () => undefined,
    }),
    dock: dock(),
  },
  emitter,
)

/** The Dock's icon, which only macOS has. */
function dock() {
  if (process.platform !== 'darwin') return undefined
  return whole<NonNullable<App['dock']>>('app.dock', {
    setBadge: (text) => record('app.dock.setBadge', text),
    getBadge: () => '',
    bounce: () => noted('app.dock.bounce', undefined, 1),
    hide: () => record('app.dock.hide'),
    show: async () => record('app.dock.show'),
    isVisible: () => true,
    setMenu: () => record('app.dock.setMenu'),
    setIcon: () => undefined,
  })
}
