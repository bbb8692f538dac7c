/** What menu items with a role are called and do. */
import type { MenuItemConstructorOptions } from 'electron'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { record } from './state.ts'

type Role = NonNullable<MenuItemConstructorOptions['role']>

/** Electron's own label, in English; an app in other languages gives its own. */
export const roleLabel = (role: string): string =>
  role.replace(/(?<=[a-z])([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase())

/** Does what the role says in the window that has the focus. */
export function doRole(role: Role): void {
  record('role', role)
  const window = BrowserWindow.getFocusedWindow()
  const contents = window?.webContents
  const zoom = (level: (now: number) => number) => contents?.setZoomLevel(level(contents.getZoomLevel()))
  const deeds: Partial<Record<Role, () => void>> = {
    quit: () => app.quit(),
    close: () => window?.close(),
    minimize: () => window?.minimize(),
    reload: () => contents?.reload(),
    forceReload: () => contents?.reload(),
    togglefullscreen: () => window?.setFullScreen(!window.isFullScreen()),
    resetZoom: () => zoom(() => 0),
    zoomIn: () => zoom((now) => now + 0.5),
    zoomOut: () => zoom((now) => now - 0.5),
    undo: () => contents?.undo(),
    redo: () => contents?.redo(),
    cut: () => contents?.cut(),
    copy: () => contents?.copy(),
    paste: () => contents?.paste(),
    pasteAndMatchStyle: () => contents?.pasteAndMatchStyle(),
    delete: () => contents?.delete(),
    selectAll: () => contents?.selectAll(),
  }
  deeds[role]?.()
}
