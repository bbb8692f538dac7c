/** The one window: sandboxed, without Node, and nowhere to go but the app's own page. */
import { join } from 'node:path'
import { app, BrowserWindow, type Session, screen, shell } from 'electron'
import { mayNavigate, mayOpenOutside, pageOrigin } from './policy.ts'
import { onScreen, readPlace, writePlace } from './window-state.ts'

/** Opens the window on `session`, where it was the last time. */
export function openWindow(session: Session): BrowserWindow {
  const kept = join(app.getPath('userData'), 'window.json')
  const areas = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow({
    ...onScreen(readPlace(kept), areas),
    minWidth: 360,
    minHeight: 320,
    show: false,
    title: 'VIVIM',
    autoHideMenuBar: true,
    webPreferences: {
      session,
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      additionalArguments: [`--vivim-version=${app.getVersion()}`],
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writePlace(kept, window.getNormalBounds()))
  void window.loadURL(`${pageOrigin}/`)
  return window
}

/** Holds for every page that any part of the app could ever show, not for the window's alone. */
export function guardContents(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** No page gets the camera, the position, notifications or anything else that asks. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_, __, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}
