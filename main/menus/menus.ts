/** The application menu, kept true to what the window that has the focus can do. */
import { BrowserWindow, Menu } from 'electron'
import {
  anywhereIds,
  appCommandIds,
  type CommandId,
  type PageCommandId,
  type SectionCommandId,
} from '../../node-core/contract/commands.ts'
import type { ShellInput } from '../../node-core/contract/shell.ts'
import type { Words } from '../messages/index.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import type { Windows } from '../windows/windows.ts'
import { menuTemplate } from './template.ts'

type State = ShellInput<'commands.state'>

export interface Menus {
  readonly handlers: Pick<ShellHandlers<{ sender: Electron.WebContents }>, 'commands.state' | 'commands.do'>
  /** Makes the menu anew, as when the language has changed. */
  refresh(): void
}

export function createMenus(parts: { windows: Windows; words: () => Words; mac: boolean }): Menus {
  const { windows, words, mac } = parts
  const states = new WeakMap<BrowserWindow, State>()
  let sections: State['sections'] = []
  let shown = ''

  const enabledNow = (): Set<string> => {
    const window = windows.latest()
    // With no window open, what can be done anywhere opens one.
    const page = window ? (states.get(window)?.enabled ?? []) : [...anywhereIds, ...sections.map(({ id }) => id)]
    const enabled = new Set<string>([...appCommandIds, ...page])
    if (!window?.webContents.navigationHistory.canGoBack()) enabled.delete('back')
    if (!window?.webContents.navigationHistory.canGoForward()) enabled.delete('forward')
    if (!window) for (const id of ['reload', 'zoom-in', 'zoom-out', 'zoom-reset']) enabled.delete(id)
    return enabled
  }
  const act = (id: CommandId | SectionCommandId) => {
    const window = windows.latest()
    switch (id) {
      case 'new-window':
        return void windows.open()
      case 'zoom-in':
        return windows.zoom(1)
      case 'zoom-out':
        return windows.zoom(-1)
      case 'zoom-reset':
        return windows.zoom(0)
      case 'reload':
        return window?.webContents.reload()
      case 'back':
        return window?.webContents.navigationHistory.goBack()
      case 'forward':
        return window?.webContents.navigationHistory.goForward()
      default:
        windows.tell(windows.show(), { type: 'command', id: id satisfies PageCommandId | SectionCommandId })
    }
  }
  const make = () => {
    const enabled = enabledNow()
    const say = words()
    // A menu that is being looked at is not to be replaced for nothing.
    const next = JSON.stringify([say('menu.file'), [...enabled].sort(), sections])
    if (next === shown) return
    shown = next
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(say, { mac, enabled, sections }, act)))
  }

  windows.onOpened((window) => {
    window.on('focus', make)
    window.on('closed', make)
    window.webContents.on('did-navigate-in-page', make)
    make()
  })
  make()
  return {
    handlers: {
      'commands.state': (state, { sender }) => {
        const window = BrowserWindow.fromWebContents(sender)
        if (!window) return
        states.set(window, state)
        if (state.sections.length > 0) sections = state.sections
        windows.listening(window)
        make()
      },
      'commands.do': ({ id }) => void act(id),
    },
    refresh: make,
  }
}
