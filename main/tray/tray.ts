/** The tray: a picture and a line at a glance, and what is reached by its menu. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron'
import type { Locks } from '../keys/locks.ts'
import type { Pacing } from '../lifetime/pace.ts'
import type { Words } from '../messages/index.ts'
import type { Later, NodeProcess } from '../node/node-process.ts'
import { type TrayAction, type TrayItem, trayMenu } from './menu.ts'
import { trayState } from './state.ts'
import { createWatch } from './watch.ts'

export interface TrayParts {
  readonly node: Pick<NodeProcess, 'address' | 'on' | 'state' | 'start'>
  readonly pacing: Pacing
  readonly words: () => Words
  readonly send: typeof fetch
  readonly later: Later
  /** The folder of the pictures. */
  readonly pictures: string
  /** Whether a person wants titles in the menu. */
  titles(): boolean
  readonly locks: Pick<Locks, 'state' | 'lockWindows' | 'lockEverything'>
  /** Brings a window to the front, or opens one, and goes to a screen there. */
  show(path?: string): void
  /** The same, where words are looked for. */
  search(): void
  quit(): void
}

export interface AppTray {
  /** Makes it anew, as when the language or a choice has changed. */
  refresh(): void
}

export function createTray(parts: TrayParts): AppTray {
  const { node, pacing, words, send, later, pictures, titles, locks, show, search, quit } = parts
  const watch = createWatch({ node, send, later, titles, onChange: () => refresh() })
  let shown = ''
  let tray: Tray | undefined

  const act = (action: TrayAction) => {
    switch (action.do) {
      case 'show':
        return show(action.path)
      case 'search':
        return search()
      case 'pause':
        return pacing.pause(true)
      case 'go-on':
        return pacing.pause(false)
      case 'again':
        return node.start()
      case 'lock':
        return locks.lockWindows()
      case 'lock-everything':
        return void locks.lockEverything()
      case 'quit':
        return quit()
    }
  }
  const entry = ({ id, label, action }: TrayItem): MenuItemConstructorOptions => {
    if (label === undefined) return { type: 'separator' }
    return { ...(id && { id }), label, enabled: action !== undefined, ...(action && { click: () => act(action) }) }
  }
  function refresh(): void {
    const say = words()
    const locked = locks.state.is !== 'open'
    const { view } = watch
    const facts = { node: node.state, locked, paused: pacing.paused, view, titles: titles() }
    const state = trayState(facts)
    const items = trayMenu(say, state, {
      paused: pacing.paused,
      syncs: (view?.nodes.length ?? 0) > 0,
      lockable: !locked && node.state.state === 'ready',
    })
    const picture = `${state.picture}-${variant()}`
    const line = `VIVIM · ${say(`tray.line.${state.line}`)}`
    // A menu that is being looked at is not to be replaced for nothing.
    const next = JSON.stringify([picture, line, items])
    if (next === shown) return
    shown = next
    const image = pictureAt(join(pictures, `${picture}.png`))
    if (tray) tray.setImage(image)
    else tray = create(image)
    tray.setToolTip(line)
    tray.setContextMenu(Menu.buildFromTemplate(items.map(entry)))
  }
  function create(image: Electron.NativeImage): Tray {
    const made = new Tray(image)
    // A Mac opens the menu by a click; elsewhere the window is what a click means, and the menu is the other button's.
    if (process.platform !== 'darwin') made.on('click', () => show())
    made.on('mouse-enter', () => watch.look())
    return made
  }

  node.on(refresh)
  pacing.on(refresh)
  nativeTheme.on('updated', refresh)
  refresh()
  return { refresh }
}

/** Panels have a colour of their own: the picture is drawn in the other one; a Mac does that by itself. */
function variant(): 'template' | 'light' | 'dark' {
  if (process.platform === 'darwin') return 'template'
  return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'light' : 'dark'
}

function pictureAt(path: string): Electron.NativeImage {
  if (process.platform !== 'darwin') return nativeImage.createFromPath(path)
  // 36 pixels are 18 points of a screen of today.
  const image = nativeImage.createFromBuffer(readFileSync(path), { scaleFactor: 2 })
  image.setTemplateImage(true)
  return image
}
