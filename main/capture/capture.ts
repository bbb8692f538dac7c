/** Quick capture: a small window above all others, which a shortcut opens from anywhere. */
import { app, type BrowserWindow, globalShortcut } from 'electron'
import { captureWindowPath } from '../../node-core/contract/shell-capture.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import { usual, type WindowState } from '../windows/window-state.ts'
import { createShortcut } from './shortcut.ts'

export interface CaptureParts {
  /** Where the shortcut is kept. */
  readonly file: string
  readonly wayland: boolean
  /** Makes a window that shows an address of the page; it shows itself once there is something to see. */
  readonly create: (state: WindowState) => BrowserWindow
  /** Takes care of a page that fails, and asks before one goes that holds something. */
  readonly care: (window: BrowserWindow) => void
}
export interface Capture {
  readonly handlers: Pick<
    ShellHandlers<{ sender: Electron.WebContents }>,
    'capture.close' | 'capture.shortcut' | 'capture.choose'
  >
  /** Opens the small window, or brings it to the front with what is typed in it. */
  open(): void
}

const size = { width: 520, height: 420 }

export function createCapture({ file, wayland, create, care }: CaptureParts): Capture {
  let window: BrowserWindow | undefined
  const make = (): BrowserWindow => {
    const made = create({ ...usual, ...size, path: captureWindowPath })
    made.setAlwaysOnTop(true)
    made.setSkipTaskbar(true)
    made.once('closed', () => {
      window = undefined
    })
    care(made)
    return made
  }
  const open = () => {
    // One that was just made shows itself once there is something to see.
    if (!window) window = make()
    else {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    }
  }
  const shortcut = createShortcut({ file, system: globalShortcut, wayland, pressed: open })
  app.on('will-quit', () => globalShortcut.unregisterAll())
  return {
    open,
    handlers: {
      'capture.close': (_, { sender }) => {
        if (window?.webContents === sender) window.close()
      },
      'capture.shortcut': () => shortcut.state(),
      'capture.choose': ({ keys }) => shortcut.choose(keys),
    },
  }
}
