/** What a test can see of the app and do to it where there is no page: the stand-in's side of `launchApp()`. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Menu, MenuItem, Rectangle } from 'electron'
import { appEvents } from './app.ts'
import { openWindows, type StandInWindow } from './browser-window.ts'
import { pack } from './clone.ts'
import { allowed, eventWith } from './events.ts'
import { invoked } from './ipc-main.ts'
import { closeOpen, Menu as menus, openMenu } from './menu.ts'
import type { Page } from './page.ts'
import { userData } from './paths.ts'
import { ownSession } from './session.ts'
import { begun, chromiumAt, records } from './state.ts'
import {
  answers,
  asked,
  nativeTheme,
  network,
  power,
  powerEvents,
  screenEvents,
  screens,
  shortcuts,
  taken,
  theme,
} from './system.ts'
import { notifications, trays } from './tray.ts'
import { utilities } from './utility-process.ts'

/** One item of a menu, as a person would see it. */
export interface ShownItem {
  readonly id: string
  readonly label: string
  readonly type: MenuItem['type']
  readonly role: string | undefined
  readonly accelerator: string | null
  readonly enabled: boolean
  readonly visible: boolean
  readonly checked: boolean
  readonly sublabel: string
  readonly items: readonly ShownItem[] | undefined
}
const shownItems = ({ items }: Pick<Menu, 'items'>): ShownItem[] =>
  items.map(({ id, label, type, role, accelerator, enabled, visible, checked, sublabel, submenu }) => {
    const inner = submenu && shownItems(submenu)
    return { id, label, type, role, accelerator, enabled, visible, checked, sublabel, items: inner }
  })

/** Clicks the item that labels, ids or roles lead to; one that a person could not click is an error. */
function click(menu: Pick<Menu, 'items'> | null | undefined, path: readonly string[]): void {
  if (!menu) throw new Error('There is no such menu.')
  let { items } = menu
  for (const [place, name] of path.entries()) {
    const found = items.find((item) => item.visible && (item.label === name || item.id === name || item.role === name))
    if (!found)
      throw new Error(`The menu has no “${path.slice(0, place + 1).join(' → ')}”: ${items.map(({ label }) => label).join(', ')}`)
    if (!found.enabled) throw new Error(`“${name}” is not enabled.`)
    if (place === path.length - 1) found.click()
    else items = found.submenu?.items ?? []
  }
}

const windowOf = (id: number): StandInWindow => {
  const found = openWindows().find((window) => window.id === id)
  if (!found) throw new Error(`There is no window ${id}.`)
  return found
}
/** Tells the preload's world where these files are: a page's file says nothing of that. */
async function knowFiles(id: number, paths: readonly string[]): Promise<Page> {
  const known = paths.map((path) => {
    const { size, mtimeMs } = statSync(path)
    return { name: basename(path), size, modified: Math.floor(mtimeMs), path }
  })
  const page = await windowOf(id).contents.page()
  await page.tell('files', ...known)
  return page
}
const trayOf = (place: number) => {
  const tray = [...trays][place]
  if (!tray) throw new Error(`There is no tray ${place}.`)
  return tray
}
const notificationOf = (place: number) => {
  const found = [...notifications].at(place)
  if (!found) throw new Error(`There is no notification ${place}.`)
  return found
}

export const drives = {
  /** When the app's first line was run, in milliseconds since 1970. */
  begun: () => begun,
  /** Milliseconds that the stand-in's browser took to start, which Electron has in it. */
  browserTook: async (): Promise<number> => (await chromiumAt(userData)).took,
  endpoint: async (): Promise<string> => (await chromiumAt(userData)).endpoint,
  windows: () =>
    Promise.all(
      openWindows().map(async (window) => ({
        id: window.id,
        target: (await window.contents.page()).target,
        url: window.contents.getURL(),
        title: window.getTitle(),
        visible: window.isVisible(),
        focused: window.isFocused(),
        bounds: window.getBounds(),
        mode: window.isFullScreen()
          ? 'fullscreen'
          : window.isMaximized()
            ? 'maximized'
            : window.isMinimized()
              ? 'minimized'
              : 'normal',
        alwaysOnTop: window.isAlwaysOnTop(),
        zoom: window.contents.zoomLevel,
        crashed: window.contents.isCrashed(),
      })),
    ),
  utilities,
  records: () => records,
  forgetRecords: () => void records.splice(0),

  focusWindow: (id: number) => windowOf(id).focus(),
  closeWindow: (id: number) => windowOf(id).close(),
  placeWindow: (id: number, bounds: Partial<Rectangle>) => windowOf(id).setBounds(bounds),
  maximizeWindow: (id: number) => windowOf(id).maximize(),
  minimizeWindow: (id: number) => windowOf(id).minimize(),
  /** Ends the page's process; where `target` is given, only that page's. */
  async crashRenderer(id: number, target?: string) {
    const { contents } = windowOf(id)
    if (target === undefined || (await contents.page()).target === target) contents.forcefullyCrashRenderer()
  },
  /** A page that does not answer, or does again. */
  hang: (id: number, hangs: boolean) => void windowOf(id).emit(hangs ? 'unresponsive' : 'responsive'),
  /** Chooses files in the page's field that `selector` finds, as a person would in the system's dialog. */
  async chooseFiles(id: number, selector: string, paths: string[]) {
    const page = await knowFiles(id, paths)
    const { root } = await page.session.send('DOM.getDocument', {})
    const { nodeId } = await page.session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    await page.session.send('DOM.setFileInputFiles', { nodeId, files: paths })
  },
  /** Drags files over the page and drops them at this place of it. */
  async dropFiles(id: number, { x, y }: { x: number; y: number }, paths: string[]) {
    const page = await knowFiles(id, paths)
    const data = { items: [], files: paths, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await page.session.send('Input.dispatchDragEvent', { type, x, y, data })
  },
  /** Asks the session's handlers as a page would that wants `permission`; answers what both say. */
  async askPermission(id: number, permission: string) {
    const { contents } = windowOf(id)
    const { request, check } = ownSession(contents.session)
    const details = { requestingUrl: contents.getURL(), isMainFrame: true, securityOrigin: contents.getURL() }
    const asks = new Promise<boolean>((resolve) => {
      if (request) request(contents.shown, permission as never, resolve, details as never)
      else resolve(true)
    })
    const checked = check ? check(contents.shown, permission as never, contents.getURL(), details as never) : true
    return { request: await asks, check: checked }
  },
  /** Says something over IPC that comes from another frame than the window's own. */
  async forge(id: number, frame: { url: string; inner: boolean } | null, channel: string, args: unknown[]) {
    const { contents } = windowOf(id)
    const senderFrame = frame && { url: frame.url, parent: frame.inner ? { url: contents.getURL(), parent: null } : null }
    return await invoked({ sender: contents.shown, senderFrame: senderFrame as never }, channel, pack(args))
  },

  menu: () => {
    const menu = menus.getApplicationMenu()
    return menu && shownItems(menu)
  },
  clickMenu: (path: string[]) => click(menus.getApplicationMenu(), path),
  contextMenu: () => {
    const menu = openMenu()
    return menu ? shownItems(menu) : null
  },
  clickContextMenu(path: string[]) {
    const menu = openMenu()
    click(menu, path)
    closeOpen()
  },
  closeContextMenu: closeOpen,
  trays: () =>
    [...trays].map(({ title, toolTip, image, menu }) => ({
      title,
      toolTip,
      image: pathOf(image),
      menu: menu && shownItems(menu),
    })),
  clickTray: (place: number, event: 'click' | 'right-click' | 'double-click') =>
    void trayOf(place).emit(event, eventWith({}), {}, {}),
  clickTrayMenu: (place: number, path: string[]) => click(trayOf(place).menu, path),
  dropOnTray: (place: number, files: string[]) => void trayOf(place).emit('drop-files', eventWith({}), files),

  notifications: () => [...notifications].map(({ options }) => ({ ...options, icon: undefined })),
  clickNotification: (place: number) => void notificationOf(place).emit('click', eventWith({})),
  actOnNotification: (place: number, action: number) =>
    void notificationOf(place).emit('action', eventWith({ actionIndex: action, selectionIndex: -1 }), action, -1),
  replyToNotification: (place: number, reply: string) => void notificationOf(place).emit('reply', eventWith({ reply }), reply),
  closeNotification: (place: number) => notificationOf(place).close(),

  dialogs: () => asked.map(({ kind, options }) => ({ kind, options: plain(options) })),
  /** Answers the dialog that has waited longest. */
  answerDialog(value: unknown) {
    const first = asked.shift()
    if (!first) throw new Error('No dialog is open.')
    first.answer(value)
  },
  /** Answers the next dialog as soon as it opens. */
  answerNextDialog: (value: unknown) => void answers.push(value),

  power(event: 'suspend' | 'resume' | 'on-ac' | 'on-battery' | 'shutdown' | 'lock-screen' | 'unlock-screen') {
    if (event === 'on-ac' || event === 'on-battery') power.battery = event === 'on-battery'
    if (event === 'lock-screen' || event === 'unlock-screen') power.locked = event === 'lock-screen'
    return allowed(powerEvents, event)
  },
  idle(seconds: number) {
    power.idle = seconds
  },
  online(now: boolean) {
    network.online = now
  },
  theme(dark: boolean) {
    theme.dark = dark
    nativeTheme.emit('updated')
  },
  screens(areas: Rectangle[]) {
    const [first] = screens
    screens.splice(0, screens.length, ...areas.map((area, id) => ({ ...first, id, bounds: area, workArea: area })))
    screenEvents.emit('display-metrics-changed', eventWith({}), screens[0], ['workArea'])
  },
  pressShortcut(accelerator: string) {
    const pressed = shortcuts.get(accelerator)
    if (!pressed) throw new Error(`Nobody has registered ${accelerator}: ${[...shortcuts.keys()].join(', ')}`)
    pressed()
  },
  shortcuts: () => [...shortcuts.keys()],
  takeShortcut: (accelerator: string) => void taken.add(accelerator),
  /** An event of the system's to the app (`open-file`, `open-url`, `activate`, …); answers whether it was prevented. */
  tellApp: (event: string, ...args: unknown[]) => !allowed(appEvents, event, {}, ...args),
}
/** What of a dialog's options can be shown elsewhere. */
const plain = (options: unknown): unknown =>
  options && typeof options === 'object' ? { ...options, signal: undefined } : options
export type Drives = typeof drives

const pathOf = (image: unknown): string | null => {
  if (typeof image === 'string') return image
  const path: unknown = image && typeof image === 'object' && 'standInPath' in image ? image.standInPath : null
  return typeof path === 'string' ? path : null
}
