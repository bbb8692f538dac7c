/** `webContents`: the page of a window, a real one in Chromium. */
import { EventEmitter } from 'node:events'
import type { Session, WebContents, WebFrameMain, WebPreferences } from 'electron'
import { pack } from './clone.ts'
import { editing } from './editing.ts'
import { allowed, eventWith } from './events.ts'
import { invoked, sent } from './ipc-main.ts'
import { openPage, type Page, type Said } from './page.ts'
import { userData } from './paths.ts'
import { preloadScripts } from './preload-source.ts'
import { shownUrl } from './scheme-server.ts'
import { realUrl, sessionNamed } from './session.ts'
import { chromiumAt, record } from './state.ts'
import { type Part, whole } from './whole.ts'

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]
let lastId = 0
const all = new Map<number, { own: StandInContents; shown: WebContents }>()
/** Hears of every contents that there will be. */
export const contentsCreated = new EventEmitter()

export class StandInContents extends EventEmitter {
  readonly id = ++lastId
  readonly session: Session
  readonly shown: WebContents
  #preferences: WebPreferences
  #size: { width: number; height: number }
  #page: Promise<Page> | undefined
  #url = ''
  #asked = ''
  #title = ''
  #loading = false
  #destroyed = false
  #crashed = false
  #zoom = 0
  #open: OpenHandler | undefined
  readonly editing = editing(() => this.page())

  constructor(preferences: WebPreferences, size: { width: number; height: number }) {
    super()
    this.#preferences = preferences
    this.#size = size
    this.session = preferences.session ?? sessionNamed(preferences.partition ?? '')
    this.shown = whole<WebContents>('webContents', Object.assign(this, this.editing))
    all.set(this.id, { own: this, shown: this.shown })
    contentsCreated.emit('created', this.shown)
  }

  /** The page, opened when it is first needed and again after it was gone. */
  page(): Promise<Page> {
    if (this.#destroyed) return Promise.reject(new Error('Object has been destroyed'))
    this.#page ??= this.#opened()
    return this.#page
  }
  async #opened(): Promise<Page> {
    const scripts = preloadScripts(this.#preferences.preload, this.#preferences.additionalArguments ?? [])
    const page: Page = await openPage(await chromiumAt(userData), scripts, this.#size, {
      navigates: (url, kind) =>
        allowed(
          this,
          `will-${kind === 'frame' ? 'frame-navigate' : kind}`,
          { url: shownUrl(url), isMainFrame: kind !== 'frame' },
          shownUrl(url),
        ),
      opens: (url) => this.#opens(shownUrl(url)),
      navigated: (url, within) => {
        this.#url = shownUrl(url)
        if (!within) this.emit('did-navigate', eventWith({}), this.#url, 200)
        // Electron knows the history by then.
        const known = this.#remember()
        if (within) void known.then(() => this.emit('did-navigate-in-page', eventWith({}), this.#url, true))
      },
      loading: (now) => {
        this.#loading = now
        this.emit(now ? 'did-start-loading' : 'did-stop-loading')
      },
      ready: (what) => this.emit(what === 'dom' ? 'dom-ready' : what === 'load' ? 'did-finish-load' : 'stand-in-painted'),
      said: (message) => void this.#said(page, message),
      gone: (how) => {
        if (this.#destroyed) return
        this.#page = undefined
        if (how === 'closed') return void this.emit('stand-in-closed')
        this.#crashed = true
        this.emit('render-process-gone', eventWith({}), { reason: 'crashed', exitCode: 5 })
      },
    })
    return page
  }

  get mainFrame(): WebFrameMain {
    return whole<WebFrameMain>('webFrameMain', {
      url: this.#url,
      parent: null,
      isDestroyed: () => this.#destroyed || this.#crashed,
      ...({ top: null, origin: URL.canParse(this.#url) ? this.#url.split('/').slice(0, 3).join('/') : 'null' } as object),
    })
  }
  async #said(page: Page, message: Said): Promise<void> {
    const from = { sender: this.shown, senderFrame: this.mainFrame }
    if (message.type === 'send') sent(from, message.channel, message.args)
    else if (message.type === 'title') {
      this.#title = String(message['title'])
      this.emit('page-title-updated', eventWith({}), this.#title, true)
    } else if (message.type === 'context-menu') this.emit('context-menu', eventWith({}), contextOf(message))
    else if (message.type === 'invoke') {
      const answer = await invoked(from, message.channel, message.args)
      const parts = 'error' in answer ? [answer.error, ''] : [null, answer.text]
      await page.tell('settle', message['id'], ...parts).catch(() => undefined)
    }
  }
  #opens(url: string): void {
    const answer = this.#open?.({
      url,
      frameName: '',
      features: '',
      disposition: 'new-window',
      referrer: { url: '', policy: 'default' },
    } as never)
    record('window.open', { url, action: answer?.action ?? 'allow' })
    if (answer?.action !== 'deny') throw new Error('The stand-in for Electron opens no windows for pages.')
  }

  #entries: { at: number; ids: readonly number[] } = { at: 0, ids: [] }
  async #remember(): Promise<void> {
    const { currentIndex, entries } = await (await this.page()).session
      .send('Page.getNavigationHistory')
      .catch(() => ({ currentIndex: 0, entries: [] }))
    // The first is the empty page that every window here begins with.
    this.#entries = { at: currentIndex - 1, ids: entries.slice(1).map(({ id }) => id) }
  }
  #goTo(step: number): void {
    const entryId = this.#entries.ids[this.#entries.at + step]
    if (entryId === undefined) return
    void this.page()
      .then((page) => page.session.send('Page.navigateToHistoryEntry', { entryId }))
      .catch(() => undefined)
  }
  readonly navigationHistory = whole<Electron.NavigationHistory>('navigationHistory', {
    canGoBack: () => this.#entries.at > 0,
    canGoForward: () => this.#entries.at < this.#entries.ids.length - 1,
    goBack: () => this.#goTo(-1),
    goForward: () => this.#goTo(1),
  })
  copyImageAt(x: number, y: number): void {
    record('webContents.copyImageAt', { x, y })
  }
  downloadURL(url: string): void {
    record('webContents.downloadURL', { url })
  }
  replaceMisspelling(word: string): void {
    record('webContents.replaceMisspelling', { word })
    void this.editing.insertText(word).catch(() => undefined)
  }

  async loadURL(url: string): Promise<void> {
    this.#crashed = false
    this.#asked = url
    const page = await this.page()
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve))
    const problem = await page.go(await realUrl(this.session, url))
    if (problem !== undefined) {
      this.emit('did-fail-load', eventWith({}), -2, problem, url, true)
      throw Object.assign(new Error(`${problem} (-2) loading '${url}'`), { code: problem, errno: -2, url })
    }
    await loaded
  }
  /** Whether the page lets itself be left; where it does not, the app is asked. */
  async mayLeave(): Promise<boolean> {
    if (this.#crashed) return true
    const ask = `(() => { const event = document.createEvent('BeforeUnloadEvent'); event.initEvent('beforeunload', false, true)
      dispatchEvent(event); return event.defaultPrevented || event.returnValue !== '' })()`
    const prevented = await this.executeJavaScript(ask).catch(() => false)
    return prevented !== true || !allowed(this, 'will-prevent-unload')
  }
  reload(): void {
    // One that ended on its way is led there again.
    const address = this.#url || this.#asked
    // A page that has crashed is opened anew: who drives the old one has lost it.
    if (this.#crashed) void this.loadURL(address).catch(() => undefined)
    else void this.#reloaded().catch(() => undefined)
  }
  async #reloaded(): Promise<void> {
    const page = await this.page()
    if (await this.mayLeave()) await page.session.send('Page.reload', {})
  }
  reloadIgnoringCache(): void {
    this.reload()
  }
  stop(): void {
    void this.page()
      .then((page) => page.session.send('Page.stopLoading'))
      .catch(() => undefined)
  }
  send(channel: string, ...args: unknown[]): void {
    const text = pack(args)
    void this.#page?.then((page) => page.tell('deliver', channel, text)).catch(() => undefined)
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#open = handler
  }
  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    const { session } = await this.page()
    const options = { expression: code, awaitPromise: true, returnByValue: true, userGesture }
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', options)
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  forcefullyCrashRenderer(): void {
    void this.page()
      .then((page) => page.session.send('Page.crash'))
      .catch(() => undefined)
  }
  /** Ends the page; the browser's own end of it is of no interest any more. */
  end(): void {
    if (this.#destroyed) return
    const page = this.#page
    this.#destroyed = true
    all.delete(this.id)
    void page
      ?.then(async ({ target }) =>
        (await chromiumAt(userData)).connection.browser.send('Target.closeTarget', { targetId: target }),
      )
      .catch(() => undefined)
    this.emit('destroyed')
  }
  close(): void {
    this.emit('stand-in-closed')
  }
  async printToPDF(options: { landscape?: boolean; printBackground?: boolean; preferCSSPageSize?: boolean }): Promise<Buffer> {
    const { landscape = false, printBackground = false, preferCSSPageSize = false } = options
    const page = await this.page()
    const { data } = await page.session.send('Page.printToPDF', { landscape, printBackground, preferCSSPageSize })
    return Buffer.from(data, 'base64')
  }
  print(options?: object, done?: (success: boolean, reason: string) => void): void {
    record('webContents.print', { url: this.#url, options })
    done?.(true, '')
  }
  getURL = (): string => this.#url
  getTitle = (): string => this.#title
  getType = (): 'window' => 'window'
  isDestroyed = (): boolean => this.#destroyed
  isCrashed = (): boolean => this.#crashed
  isLoading = (): boolean => this.#loading
  isLoadingMainFrame = (): boolean => this.#loading
  isFocused = (): boolean => true
  focus(): void {}
  setIgnoreMenuShortcuts(): void {}
  setBackgroundThrottling(): void {}
  isDevToolsOpened = (): boolean => false
  openDevTools(): void {
    record('webContents.openDevTools')
  }
  toggleDevTools(): void {
    record('webContents.toggleDevTools')
  }
  get zoomLevel(): number {
    return this.#zoom
  }
  set zoomLevel(level: number) {
    this.#zoom = level
    void this.page()
      .then((page) => page.session.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1.2 ** level }))
      .catch(() => undefined)
  }
  getZoomLevel = (): number => this.#zoom
  setZoomLevel(level: number): void {
    this.zoomLevel = level
  }
  get zoomFactor(): number {
    return 1.2 ** this.#zoom
  }
  set zoomFactor(factor: number) {
    this.zoomLevel = Math.log(factor) / Math.log(1.2)
  }
  getZoomFactor = (): number => this.zoomFactor
  setZoomFactor(factor: number): void {
    this.zoomFactor = factor
  }
  async setVisualZoomLevelLimits(): Promise<void> {}
}

function contextOf(message: Said): object {
  const selected = String(message['selectionText']) !== ''
  const editable = message['isEditable'] === true
  const editFlags = {
    canUndo: editable,
    canRedo: editable,
    canCut: editable && selected,
    canCopy: selected,
    canPaste: editable,
    canDelete: editable && selected,
    canSelectAll: true,
    canEditRichly: false,
  }
  return {
    ...message,
    pageURL: '',
    frameURL: '',
    misspelledWord: '',
    dictionarySuggestions: [],
    menuSourceType: 'mouse',
    hasImageContents: message['mediaType'] === 'image',
    linkURL: shownUrl(String(message['linkURL'])),
    srcURL: shownUrl(String(message['srcURL'])),
    editFlags,
  }
}

/** The module `webContents`. */
export const webContents = whole<typeof import('electron').webContents>('webContents', {
  getAllWebContents: () => [...all.values()].map(({ shown }) => shown),
  fromId: (id: number) => all.get(id)?.shown,
  getFocusedWebContents: () => null,
} as Part<typeof import('electron').webContents>)
