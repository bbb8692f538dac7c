/** The desktop app put together: each part is made here, and knows of the others what it is given. */
import { isAbsolute, join } from 'node:path'
import { app, type IpcMainInvokeEvent, ipcMain, session, shell } from 'electron'
import type { Start } from '../node-core/contract/desktop.ts'
import { shellChannels } from '../node-core/contract/shell-names.ts'
import { createCapture } from './capture/capture.ts'
import { createKeyring, type RandomBytes } from './keys/index.ts'
import { systemParts } from './keys/system.ts'
import { createChoices } from './lifetime/choices.ts'
import { createComputer, standingOf } from './lifetime/computer.ts'
import type { Handover } from './lifetime/handed.ts'
import { createLifetime } from './lifetime/lifetime.ts'
import { hasTrayHost } from './lifetime/linux.ts'
import { entryLogin, systemLogin } from './lifetime/login.ts'
import { electronMachine } from './lifetime/machine.ts'
import { createPacing } from './lifetime/pace.ts'
import { reportWindows } from './lifetime/window-reports.ts'
import { createFiles } from './links/files.ts'
import { createLinks } from './links/links.ts'
import { createContextMenus } from './menus/context-menus.ts'
import { createMenus } from './menus/menus.ts'
import { wordsFor } from './messages/index.ts'
import { createCrashReports } from './node/crash-reports.ts'
import { forkNode } from './node/fork.ts'
import { type Later, superviseNode } from './node/node-process.ts'
import { answer } from './node/pages.ts'
import { createNotifications } from './notifications/notifications.ts'
import { createPreferences } from './preferences/preferences.ts'
import { createPrinting } from './printing/pdf.ts'
import { answerShell, type ShellHandlers } from './shell/answer.ts'
import { createTray } from './tray/tray.ts'
import { createAppUpdates } from './updates/create.ts'
import { guardSession } from './windows/guards.ts'
import { scheme } from './windows/policy.ts'
import { recover } from './windows/recovery.ts'
import { createWindow } from './windows/window.ts'
import { createWindows } from './windows/windows.ts'

const out = join(import.meta.dirname, '..')

/** What comes from the machine itself, by the entry. */
export interface Machine {
  /** Milliseconds since 1970. */
  now(): number
  random: RandomBytes
  /** The variables that the app was started with. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Starts the node, and opens a window where what was handed over wants one; `options` are the node's. */
export function createApp(options: Omit<Start, 'type'>, handover: Handover, { now, random, environment }: Machine): void {
  const reports = createCrashReports(join(app.getPath('userData'), 'crash-reports'), {
    version: app.getVersion(),
    system: `${process.platform} ${process.arch}`,
  })
  // A monitor only looks on: what follows from the error stays as Electron has it.
  process.on('uncaughtExceptionMonitor', ({ stack = '' }) =>
    reports.write({ what: 'app', at: now(), code: 1, ran: null, ready: true, words: stack }),
  )
  const keyring = createKeyring({
    folder: app.getPath('userData'),
    store: options.data ?? environment['VIVIM_DATA'] ?? '',
    random,
    ...systemParts(() => words()('locks.touch')),
    start: (keys) =>
      superviseNode({
        fork: () => forkNode(join(out, 'node/child.js')),
        options: async () => ({ ...options, ...(await keys.gather()) }),
        hear: keys.hear,
        later,
        now,
        onCrash: (crash) => reports.write({ what: 'node', ...crash }),
      }),
  })
  const { node } = keyring
  // A session in memory: nothing that the page shows is ever written to a profile.
  const memory = session.fromPartition('window')
  guardSession(memory)
  const doors = { address: keyring.address, refused: node.refused }
  memory.protocol.handle(scheme, (request) => answer(request, join(out, 'renderer'), doors, fetch))

  const kept = (name: string) => join(app.getPath('userData'), name)
  const preferences = createPreferences(kept('preferences.json'))
  const words = () => wordsFor([...(preferences.language ? [preferences.language] : []), ...app.getPreferredSystemLanguages()])

  const windows = createWindows({ file: kept('windows.json'), create: (state) => createWindow(memory, state), later })
  const stayed = () => {
    windows.stayed()
    updates.stayed()
  }
  const leaving = () => keyring.locks.state.is !== 'open' || lifetime.shuttingDown
  windows.onOpened((window) => recover(window, { words, now, leaving, stayed }))
  const menus = createMenus({ windows, words, mac: process.platform === 'darwin' })
  createContextMenus({ windows, words })
  preferences.onLanguage(menus.refresh)
  const files = createFiles({ node, words })
  reportWindows(windows, reports, now)

  const choices = createChoices(kept('computer.json'))
  const pacing = createPacing(node, choices, electronMachine, later)
  const trayHost = async () => process.platform !== 'linux' || (await hasTrayHost(environment['DBUS_SESSION_BUS_ADDRESS']))
  const lifetime = createLifetime({ node, choices, words, tray: trayHost, onOpened: windows.onOpened, show: windows.show })
  const tray = createTray({
    ...{ node, pacing, words, later, send: fetch, pictures: join(out, 'main/tray'), quit: () => app.quit() },
    titles: () => choices.now.trayTitles,
    show: (path) => void windows.show(path),
    locks: keyring.locks,
    search: () => windows.tell(windows.show(), { type: 'command', id: 'palette' }),
  })
  preferences.onLanguage(tray.refresh)
  choices.on(tray.refresh)
  keyring.locks.on(tray.refresh)
  node.on((state) => {
    for (const window of windows.all()) windows.tell(window, { type: 'node', standing: standingOf(state) })
  })
  const computer = createComputer({
    ...{ choices, reports, node, tray: trayHost, quit: () => app.quit() },
    login: process.platform === 'linux' ? linuxLogin(environment) : systemLogin(app, environment['PORTABLE_EXECUTABLE_FILE']),
    knowsMetered: () => pacing.knowsMetered,
    openFolder: (path) => void shell.openPath(path),
  })

  const updates = createAppUpdates({
    file: kept('updates.json'),
    environment,
    options,
    node,
    unattended: () => !keyring.typed(),
    ask: fetch,
    later,
    now,
    tell: (state) => {
      for (const window of windows.all()) windows.tell(window, { type: 'updates', state })
    },
  })

  const capture = createCapture({
    file: kept('capture.json'),
    wayland: process.platform === 'linux' && (environment['WAYLAND_DISPLAY'] ?? '') !== '',
    create: (state) => createWindow(memory, state),
    care: (window) => recover(window, { words, now, leaving, stayed }),
  })

  const handlers: ShellHandlers<IpcMainInvokeEvent> = {
    ...preferences.handlers,
    ...menus.handlers,
    ...files.handlers,
    ...capture.handlers,
    ...keyring.handlers,
    ...updates.handlers,
    ...computer,
    ...createPrinting({ words }),
    ...createNotifications({ file: kept('notifications.json'), node, windows, words, later, send: fetch }),
  }
  ipcMain.handle(shellChannels.call, (event, name: unknown, input: unknown) => answerShell(handlers, event, name, input))

  const take = createLinks({ windows, files, words })
  handover.take((handed) => {
    if (handed.show) windows.show()
    take(handed)
  })
}

/** An AppImage is started by its own file: what it was unpacked to is gone after each run. */
function linuxLogin({ APPIMAGE, XDG_CONFIG_HOME }: Machine['environment']) {
  const program = APPIMAGE ? [APPIMAGE] : [app.getPath('exe'), ...(app.isPackaged ? [] : [app.getAppPath()])]
  const folder = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(app.getPath('home'), '.config')
  return entryLogin(join(folder, 'autostart', 'vivim.desktop'), program)
}

const later: Later = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}
