/** `BrowserWindow`: what a window manager would know of a window, and its contents. */
import { EventEmitter } from 'node:events'
import type { BrowserWindowConstructorOptions, BrowserWindow as Electrons, Rectangle, WebContents } from 'electron'
import { allowed, eventWith } from './events.ts'
import { record } from './state.ts'
import { StandInContents } from './web-contents.ts'
import { whole } from './whole.ts'

type Mode = 'normal' | 'maximized' | 'minimized' | 'fullscreen'
const all: { own: StandInWindow; shown: Electrons }[] = []
let lastId = 0
let focused: StandInWindow | undefined
/** Tells of windows: `created`, `focused`, `blurred`, `closed`. */
export const windowEvents = new EventEmitter()

export class StandInWindow extends EventEmitter {
  readonly id = ++lastId
  readonly contents: StandInContents
  readonly webContents: WebContents
  readonly shown: Electrons
  readonly options: BrowserWindowConstructorOptions
  #bounds: Rectangle
  #mode: Mode = 'normal'
  #visible: boolean
  #title: string
  #destroyed = false
  #flags = new Map<string, unknown>()
  #minimum: number[]

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    const { x = 40, y = 40, width = 800, height = 600, minWidth = 0, minHeight = 0, show = true, title = '' } = options
    this.#bounds = { x, y, width, height }
    this.#minimum = [minWidth, minHeight]
    this.#visible = show
    this.#title = title
    this.#flags.set('alwaysOnTop', options.alwaysOnTop ?? false)
    this.contents = new StandInContents(options.webPreferences ?? {}, { width, height })
    this.webContents = this.contents.shown
    this.contents.on('page-title-updated', (_, text: string) => {
      if (allowed(this, 'page-title-updated', {}, text, true)) this.#title = text
    })
    this.contents.once('stand-in-painted', () => this.emit('ready-to-show'))
    this.contents.on('stand-in-closed', () => this.close())
    this.shown = whole<Electrons>('BrowserWindow', this)
    all.push({ own: this, shown: this.shown })
    windowEvents.emit('created', this.shown)
    // A window's page is there from the beginning, also before it is led anywhere.
    void this.contents.page().catch(() => undefined)
    if (show) queueMicrotask(() => this.focus())
  }

  loadURL = (url: string): Promise<void> => this.contents.loadURL(url)
  reload = (): void => this.contents.reload()
  show(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
    if (!this.#visible) {
      this.#visible = true
      this.emit('show')
    }
    this.focus()
  }
  showInactive(): void {
    this.#visible = true
    this.emit('show')
  }
  hide(): void {
    if (!this.#visible) return
    this.#visible = false
    this.blur()
    this.emit('hide')
  }
  focus(): void {
    if (this.#destroyed || !this.#visible || focused === this) return
    focused?.blur()
    focused = this
    this.emit('focus', eventWith({}))
    windowEvents.emit('focused', this.shown)
  }
  blur(): void {
    if (focused !== this) return
    focused = undefined
    this.emit('blur', eventWith({}))
    windowEvents.emit('blurred', this.shown)
  }
  moveTop = (): void => this.focus()
  close(): void {
    void this.tryClose()
  }
  /** Closes the window unless the app or the page objects; answers whether it is closed. */
  async tryClose(): Promise<boolean> {
    if (this.#destroyed) return true
    if (!allowed(this, 'close')) return false
    const may = await this.contents.mayLeave()
    if (may) this.destroy()
    return may
  }
  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    const place = all.findIndex(({ own }) => own === this)
    if (place >= 0) all.splice(place, 1)
    if (focused === this) focused = undefined
    this.contents.end()
    this.emit('closed')
    windowEvents.emit('closed')
  }

  #become(mode: Mode, event: string): void {
    if (this.#mode === mode) return
    const left = this.#mode
    this.#mode = mode
    if (left === 'maximized' && mode === 'normal') this.emit('unmaximize')
    if (event) this.emit(event)
    if (mode !== 'minimized') this.emit('resize')
  }
  minimize = (): void => {
    this.#become('minimized', 'minimize')
    this.blur()
  }
  restore = (): void => this.#become('normal', 'restore')
  maximize = (): void => {
    this.#visible = true
    this.#become('maximized', 'maximize')
  }
  unmaximize = (): void => this.#become('normal', '')
  setFullScreen(flag: boolean): void {
    if (flag) this.#become('fullscreen', 'enter-full-screen')
    else if (this.#mode === 'fullscreen') this.#become('normal', 'leave-full-screen')
  }
  isMinimized = (): boolean => this.#mode === 'minimized'
  isMaximized = (): boolean => this.#mode === 'maximized'
  isFullScreen = (): boolean => this.#mode === 'fullscreen'
  isNormal = (): boolean => this.#mode === 'normal'
  isVisible = (): boolean => this.#visible && !this.#destroyed
  isDestroyed = (): boolean => this.#destroyed
  isFocused = (): boolean => focused === this
  isModal = (): boolean => this.options.modal ?? false
  get fullScreen(): boolean {
    return this.isFullScreen()
  }
  getBounds = (): Rectangle => ({ ...this.#bounds })
  getNormalBounds = (): Rectangle => ({ ...this.#bounds })
  getContentBounds = (): Rectangle => ({ ...this.#bounds })
  getSize = (): number[] => [this.#bounds.width, this.#bounds.height]
  getPosition = (): number[] => [this.#bounds.x, this.#bounds.y]
  getMinimumSize = (): number[] => this.#minimum
  setMinimumSize(width: number, height: number): void {
    this.#minimum = [width, height]
  }
  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.#bounds
    this.#bounds = { ...before, ...bounds }
    const { width, height } = this.#bounds
    if (before.x !== this.#bounds.x || before.y !== this.#bounds.y) this.emit('move')
    if (before.width === width && before.height === height) return
    this.emit('resize')
    const metrics = { width, height, deviceScaleFactor: 0, mobile: false }
    void this.contents
      .page()
      .then((page) => page.session.send('Emulation.setDeviceMetricsOverride', metrics))
      .catch(() => undefined)
  }
  setSize = (width: number, height: number): void => this.setBounds({ width, height })
  setPosition = (x: number, y: number): void => this.setBounds({ x, y })
  center(): void {}
  getTitle = (): string => this.#title
  setTitle(title: string): void {
    this.#title = title
  }
  get title(): string {
    return this.#title
  }
  set title(title: string) {
    this.#title = title
  }
  setAlwaysOnTop(flag: boolean): void {
    this.#flags.set('alwaysOnTop', flag)
  }
  isAlwaysOnTop = (): boolean => this.#flags.get('alwaysOnTop') === true
  setVisibleOnAllWorkspaces(flag: boolean): void {
    this.#flags.set('visibleOnAllWorkspaces', flag)
  }
  setSkipTaskbar(flag: boolean): void {
    this.#flags.set('skipTaskbar', flag)
  }
  setContentProtection(flag: boolean): void {
    this.#flags.set('contentProtection', flag)
  }
  setMenu(): void {}
  removeMenu(): void {}
  setMenuBarVisibility(flag: boolean): void {
    this.#flags.set('menuBar', flag)
  }
  setAutoHideMenuBar(flag: boolean): void {
    this.#flags.set('autoHideMenuBar', flag)
  }
  setBackgroundColor(color: string): void {
    this.#flags.set('background', color)
  }
  setIcon(): void {}
  setRepresentedFilename(): void {}
  setDocumentEdited(): void {}
  setOpacity(): void {}
  getParentWindow = (): Electrons | null => (this.options.parent as Electrons | undefined) ?? null
  flashFrame = (flag: boolean): void => record('BrowserWindow.flashFrame', flag)
  setProgressBar = (progress: number): void => record('BrowserWindow.setProgressBar', progress)
  setOverlayIcon = (icon: unknown, description: string): void =>
    record('BrowserWindow.setOverlayIcon', { set: icon !== null, description })
  setThumbarButtons = (): boolean => false
}

/** The class `BrowserWindow`: what `new` gives is the whole of it. */
export const BrowserWindow = Object.assign(
  function BrowserWindow(options?: BrowserWindowConstructorOptions) {
    return new StandInWindow(options).shown
  },
  {
    getAllWindows: (): Electrons[] => all.map(({ shown }) => shown),
    getFocusedWindow: (): Electrons | null => focused?.shown ?? null,
    fromWebContents: (contents: WebContents): Electrons | null =>
      all.find(({ own }) => own.webContents.id === contents.id)?.shown ?? null,
    fromId: (id: number): Electrons | null => all.find(({ own }) => own.id === id)?.shown ?? null,
  } satisfies Partial<typeof Electrons>,
)
/** The stand-in's side of the windows that are open. */
export const openWindows = (): StandInWindow[] => all.map(({ own }) => own)
