/** All windows: opened, brought to the front, spoken to, and restored as they were at the last time. */
import { app, type BrowserWindow, screen } from 'electron'
import type { ShellEvent } from '../../node-core/contract/shell.ts'
import { shellChannels } from '../../node-core/contract/shell-names.ts'
import { beside, onScreen, pathOf, readWindows, usual, type WindowState, writeWindows, zoomed } from './window-state.ts'

export interface Windows {
  /** A new window on an address of the page, beside the one that has the focus. */
  open(path?: string): BrowserWindow
  /** Brings the window that was used last to the front, or, where none is open, those of the last time; goes to `path` there. */
  show(path?: string): BrowserWindow
  /** The window that was used last. */
  latest(): BrowserWindow | undefined
  all(): readonly BrowserWindow[]
  /** Tells a window's page, as soon as it listens. */
  tell(window: BrowserWindow, event: ShellEvent): void
  /** The page of a window listens from now on, until it is loaded anew. */
  listening(window: BrowserWindow): void
  /** A person stays with what is unfinished in a window: the app does not quit. */
  stayed(): void
  zoom(step: 1 | 0 | -1): void
  /** Calls `listener` with each window that is opened from now on. */
  onOpened(listener: (window: BrowserWindow) => void): void
}

export interface WindowParts {
  /** Where the windows' places are kept. */
  readonly file: string
  /** Makes a window that shows an address of the page; the window shows itself once there is something to see. */
  create(state: WindowState): BrowserWindow
  /** Calls `work` after `milliseconds`; answers how to prevent that. */
  later(milliseconds: number, work: () => void): () => void
}

/** So long after a change the windows' places are written down, in milliseconds. */
const rest = 1000

export function createWindows({ file, create, later }: WindowParts): Windows {
  let kept = readWindows(file)
  let quitting = false
  let cancelWrite: (() => void) | undefined
  /** Windows, the one used last at the end. */
  let open: BrowserWindow[] = []
  const drawn = new WeakSet<BrowserWindow>()
  const waiting = new Map<BrowserWindow, ShellEvent[] | 'listens'>()
  const opened = new Set<(window: BrowserWindow) => void>()

  const write = () => {
    cancelWrite?.()
    cancelWrite = undefined
    // Without a window there is nothing newer to know than what was kept as the last one closed.
    if (open.length > 0) kept = { ...kept, windows: open.map(stateOf) }
    writeWindows(file, kept)
  }
  const writeSoon = () => {
    if (!quitting) cancelWrite ??= later(rest, write)
  }
  app.on('before-quit', () => {
    if (!quitting) write()
    quitting = true
  })

  const add = (state: WindowState): BrowserWindow => {
    const window = create(state)
    const { webContents: contents } = window
    open.push(window)
    waiting.set(window, [])
    window.once('ready-to-show', () => drawn.add(window))
    window.on('focus', () => {
      open = [...open.filter((one) => one !== window), window]
    })
    window.on('resize', writeSoon)
    window.on('move', writeSoon)
    window.on('close', (event) => {
      // The last one is what the next start shows; of several, one that a person closes is not wanted again.
      if (!quitting && !event.defaultPrevented && open.length === 1) write()
    })
    window.on('closed', () => {
      open = open.filter((one) => one !== window)
      waiting.delete(window)
      if (open.length > 0) writeSoon()
    })
    contents.on('did-finish-load', () => contents.setZoomLevel(kept.zoom))
    contents.on('did-navigate-in-page', writeSoon)
    contents.on('did-navigate', () => {
      if (waiting.get(window) === 'listens') waiting.set(window, [])
    })
    for (const listener of opened) listener(window)
    return window
  }
  const restore = (): BrowserWindow => {
    const areas = screen.getAllDisplays().map((display) => display.workArea)
    const windows = kept.windows.map((state) => add(onScreen(state, areas)))
    return windows.at(-1) ?? add(usual)
  }
  const tell: Windows['tell'] = (window, event) => {
    const queue = waiting.get(window)
    if (queue === 'listens') window.webContents.send(shellChannels.event, event)
    else queue?.push(event)
  }

  return {
    open(path = '/') {
      const last = open.at(-1)
      const place = last ? beside(last.getNormalBounds()) : (kept.windows.at(-1) ?? usual)
      const areas = screen.getAllDisplays().map((display) => display.workArea)
      return add(onScreen({ ...usual, ...place, mode: 'normal', path }, areas))
    },
    show(path) {
      const window = open.at(-1) ?? restore()
      if (window.isMinimized()) window.restore()
      // A window that was just made shows itself once there is something to see.
      if (drawn.has(window)) window.show()
      if (path !== undefined) tell(window, { type: 'go', path })
      return window
    },
    latest: () => open.at(-1),
    all: () => open,
    tell,
    listening(window) {
      const queue = waiting.get(window)
      if (queue === undefined || queue === 'listens') return
      waiting.set(window, 'listens')
      for (const event of queue) tell(window, event)
    },
    stayed() {
      quitting = false
    },
    zoom(step) {
      kept = { ...kept, zoom: zoomed(kept.zoom, step) }
      for (const { webContents } of open) webContents.setZoomLevel(kept.zoom)
      writeSoon()
    },
    onOpened(listener) {
      opened.add(listener)
    },
  }
}

function stateOf(window: BrowserWindow): WindowState {
  const mode = window.isFullScreen() ? 'full-screen' : window.isMaximized() ? 'maximized' : 'normal'
  return { ...window.getNormalBounds(), mode, path: pathOf(window.webContents.getURL()) }
}
