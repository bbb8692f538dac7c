/** The system around an app: dialogs, the shell, power, screens, the clipboard. All of it is recorded and driven. */
import { EventEmitter } from 'node:events'
import type {
  Clipboard,
  CrashReporter,
  Dialog,
  GlobalShortcut,
  NativeTheme,
  Net,
  PowerMonitor,
  Screen,
  Shell,
  SystemPreferences,
} from 'electron'
import { noted, record } from './state.ts'
import { whole } from './whole.ts'

/** Dialogs that wait for the test's answer, and answers that came before their dialog. */
export interface Asked {
  readonly kind: string
  readonly options: unknown
  readonly answer: (value: unknown) => void
}
export const asked: Asked[] = []
export const answers: unknown[] = []

const ask =
  (kind: string) =>
  (...args: unknown[]): Promise<never> => {
    const options = args.at(-1)
    record(`dialog.${kind}`, options)
    if (answers.length > 0) return Promise.resolve(answers.shift() as never)
    return new Promise((resolve) => {
      const one: Asked = { kind, options, answer: (value) => resolve(value as never) }
      asked.push(one)
      const { signal, cancelId = 0 } = (options ?? {}) as { signal?: AbortSignal; cancelId?: number }
      signal?.addEventListener('abort', () => {
        if (asked.includes(one)) asked.splice(asked.indexOf(one), 1)
        one.answer({ response: cancelId, checkboxChecked: false })
      })
    })
  }
/** One that stops the app until it is answered can only be answered before. */
const askNow =
  (kind: string, usual: unknown) =>
  (...args: unknown[]): never => {
    record(`dialog.${kind}`, args.at(-1))
    return (answers.length > 0 ? answers.shift() : usual) as never
  }
export const dialog = whole<Dialog>('dialog', {
  showMessageBox: ask('showMessageBox'),
  showOpenDialog: ask('showOpenDialog'),
  showSaveDialog: ask('showSaveDialog'),
  showMessageBoxSync: askNow('showMessageBoxSync', 0),
  showOpenDialogSync: askNow('showOpenDialogSync', undefined),
  showSaveDialogSync: askNow('showSaveDialogSync', ''),
  showErrorBox: (title, content) => record('dialog.showErrorBox', { title, content }),
})

export const shell = whole<Shell>('shell', {
  openExternal: async (url) => record('shell.openExternal', url),
  openPath: async (path) => noted('shell.openPath', path, ''),
  showItemInFolder: (path) => record('shell.showItemInFolder', path),
  trashItem: async (path) => record('shell.trashItem', path),
  beep: () => record('shell.beep'),
})

/** What the test sets of power and rest; seconds. */
export const power = { idle: 0, battery: false, locked: false }
export const powerEvents = new EventEmitter()
export const powerMonitor = whole<PowerMonitor>(
  'powerMonitor',
  {
    getSystemIdleTime: () => power.idle,
    getSystemIdleState: (threshold: number) => (power.locked ? 'locked' : power.idle >= threshold ? 'idle' : 'active'),
    isOnBatteryPower: () => power.battery,
    getCurrentThermalState: () => 'nominal',
    get onBatteryPower() {
      return power.battery
    },
  },
  powerEvents,
)

/** Shortcuts of the whole system: those that are taken by others cannot be registered. */
export const shortcuts = new Map<string, () => void>()
export const taken = new Set<string>()
export const globalShortcut = whole<GlobalShortcut>('globalShortcut', {
  register(accelerator, pressed) {
    if (taken.has(accelerator) || shortcuts.has(accelerator)) return false
    shortcuts.set(accelerator, pressed)
    return true
  },
  registerAll: (accelerators, pressed) => void accelerators.map((one) => globalShortcut.register(one, pressed)),
  isRegistered: (accelerator) => shortcuts.has(accelerator),
  unregister: (accelerator) => void shortcuts.delete(accelerator),
  unregisterAll: () => shortcuts.clear(),
})

let copied = ''
export const clipboard = whole<Clipboard>('clipboard', {
  readText: async () => copied,
  async writeText(text) {
    copied = text
    record('clipboard.writeText', text)
  },
  clear: () => {
    copied = ''
  },
  write: async (items) => record('clipboard.write', { items: items.length }),
})

const area = { x: 0, y: 0, width: 1920, height: 1080 }
const display = {
  id: 1,
  label: '',
  bounds: area,
  workArea: { ...area, height: 1040 },
  size: area,
  workAreaSize: { width: 1920, height: 1040 },
  scaleFactor: 1,
  rotation: 0,
  internal: true,
}
export const screenEvents = new EventEmitter()
/** The screens that there are; a test may take one away. */
export const screens: object[] = [display]
const primary = () => (screens[0] ?? display) as never
export const screen = whole<Screen>(
  'screen',
  {
    getAllDisplays: () => [...screens] as never,
    getPrimaryDisplay: primary,
    getDisplayMatching: primary,
    getDisplayNearestPoint: primary,
    getCursorScreenPoint: () => ({ x: 0, y: 0 }),
  },
  screenEvents,
)

/** How the system looks. */
export const theme = { dark: false }
const themeEvents = new EventEmitter()
export const nativeTheme = whole<NativeTheme>(
  'nativeTheme',
  {
    get shouldUseDarkColors() {
      return theme.dark
    },
    get shouldUseDarkColorsForSystemIntegratedUI() {
      return theme.dark
    },
    shouldUseHighContrastColors: false,
    prefersReducedTransparency: false,
    themeSource: 'system',
  },
  themeEvents,
)

/** Whether the machine has a network. */
export const network = { online: true }
export const net = whole<Net>('net', {
  isOnline: () => network.online,
  get online() {
    return network.online
  },
  fetch: ((input: string, init?: RequestInit) => fetch(input, init)) as never,
})
export const crashReporter = whole<CrashReporter>('crashReporter', {
  start: (options) => record('crashReporter.start', options),
  getUploadToServer: () => false,
  setUploadToServer: () => undefined,
  getUploadedReports: () => [],
  getLastCrashReport: () => null as never,
  addExtraParameter: () => undefined,
  getParameters: () => ({}),
})
export const systemPreferences = whole<SystemPreferences>('systemPreferences', {
  canPromptTouchID: () => false,
  getUserDefault: () => undefined as never,
  getAnimationSettings: () => ({
    shouldRenderRichAnimation: true,
    scrollAnimationsEnabledBySystem: true,
    prefersReducedMotion: false,
  }),
})
