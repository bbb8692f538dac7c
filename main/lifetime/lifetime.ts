/** From the last window to the app's end: it stays where it can be seen, and whatever ends it, the store is closed first. */
import { app, BrowserWindow, dialog, Notification, powerMonitor } from 'electron'
import type { Words } from '../messages/index.ts'
import type { NodeProcess } from '../node/node-process.ts'
import type { Choices } from './choices.ts'
import { afterLastWindow } from './closing.ts'

export interface LifetimeParts {
  readonly node: Pick<NodeProcess, 'stop'>
  readonly choices: Choices
  readonly words: () => Words
  /** Whether something shows the tray's picture. */
  tray(): Promise<boolean>
  /** Calls `listener` with each window of the library that is opened from now on. */
  onOpened(listener: () => void): void
  /** Brings a window to the front, or opens one. */
  show(): unknown
}

export interface Lifetime {
  /** The system ends, and waits for nobody's answer. */
  readonly shuttingDown: boolean
}

export function createLifetime({ node, choices, words, tray, onOpened, show }: LifetimeParts): Lifetime {
  app.on('activate', () => void show())
  /** Whether there was one since the last time that none was left. */
  let ordinary = false
  onOpened(() => {
    ordinary = true
  })
  app.on('window-all-closed', () => void afterwards())

  async function afterwards(): Promise<void> {
    const { platform } = process
    const { whenClosed } = choices.now
    const there = await tray()
    if (BrowserWindow.getAllWindows().length > 0) return
    const closed = ordinary
    ordinary = false
    switch (afterLastWindow({ platform, tray: there, ordinary: closed, whenClosed })) {
      case 'quit':
        return app.quit()
      case 'ask':
        return await ask()
      case 'stay':
        if (closed && there && platform !== 'darwin') tellOnce()
    }
  }

  async function ask(): Promise<void> {
    const say = words()
    const { response, checkboxChecked } = await dialog.showMessageBox({
      type: 'question',
      message: say('closed.title'),
      detail: say('closed.text'),
      buttons: [say('closed.stay'), say('closed.quit')],
      defaultId: 0,
      cancelId: 1,
      checkboxLabel: say('closed.always'),
    })
    if (checkboxChecked) choices.change({ whenClosed: response === 0 ? 'stay' : 'quit' })
    if (response === 1) app.quit()
  }

  /** That the app goes on without a window is said one time. */
  function tellOnce(): void {
    if (choices.now.toldOfTray || !Notification.isSupported()) return
    choices.change({ toldOfTray: true })
    const say = words()
    const notification = new Notification({ title: say('tray.stays'), body: say('tray.stays.text') })
    notification.on('click', () => void show())
    notification.show()
  }

  let stopped = false
  let shuttingDown = false
  app.on('will-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    void node.stop().then(() => {
      stopped = true
      app.quit()
    })
  })
  // The system waits a while for those who ask it to.
  powerMonitor.on('shutdown', (...[event]: unknown[]) => {
    shuttingDown = true
    // Electron gives an event to say so by, which its types leave out.
    if (event instanceof Object && 'preventDefault' in event && typeof event.preventDefault === 'function') event.preventDefault()
    app.quit()
  })
  // Windows ends a session without asking any more: the store gets what time there is.
  app.on('browser-window-created', (_, window) => {
    window.on('session-end', () => void node.stop())
  })
  return {
    get shuttingDown() {
      return shuttingDown
    },
  }
}
