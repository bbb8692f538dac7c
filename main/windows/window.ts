/** One window: sandboxed, without Node, and nowhere to go but the app's own page. */
import { join } from 'node:path'
import { app, BrowserWindow, type Session } from 'electron'
import { pageOrigin } from './policy.ts'
import type { WindowState } from './window-state.ts'

/** Makes a window on `session`, as `state` says; it shows itself once there is something to see. */
export function createWindow(session: Session, { mode, path, ...place }: WindowState): BrowserWindow {
  const window = new BrowserWindow({
    ...place,
    minWidth: 360,
    minHeight: 320,
    show: false,
    fullscreen: mode === 'full-screen',
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
      // The system's own. Elsewhere Electron would fetch dictionaries from a server that the person never heard of.
      spellcheck: process.platform === 'darwin',
    },
  })
  window.once('ready-to-show', () => {
    if (mode === 'maximized') window.maximize()
    window.show()
  })
  void window.loadURL(pageOrigin + path)
  return window
}
