/** The menus of right clicks in windows; where the page has one of its own, it opens that, and this one is not asked. */
import { type BrowserWindow, clipboard, Menu } from 'electron'
import type { Words } from '../messages/index.ts'
import { openOutside } from '../windows/guards.ts'
import { pathOf } from '../windows/window-state.ts'
import type { Windows } from '../windows/windows.ts'
import { type Chosen, contextTemplate } from './context.ts'

export function createContextMenus({ windows, words }: { windows: Windows; words: () => Words }): void {
  windows.onOpened((window) => {
    window.webContents.on('context-menu', (_, under) => {
      const template = contextTemplate(words(), under, (chosen) => act(windows, window, under, chosen))
      if (template.length > 0) Menu.buildFromTemplate(template).popup({ window })
    })
  })
}

function act(windows: Windows, window: BrowserWindow, { x, y }: { x: number; y: number }, chosen: Chosen): void {
  const { webContents: contents } = window
  const does: { readonly [D in Chosen['do']]: (chosen: Extract<Chosen, { do: D }>) => unknown } = {
    'replace': ({ word }) => contents.replaceMisspelling(word),
    'learn': ({ word }) => contents.session.addWordToSpellCheckerDictionary(word),
    'search': (found) => windows.tell(window, { type: 'search', words: found.words }),
    'open-window': ({ url }) => windows.open(pathOf(url)),
    'open-outside': ({ url }) => openOutside(url),
    'copy-link': ({ url }) => clipboard.writeText(url),
    'copy-image': () => contents.copyImageAt(x, y),
    // Electron asks where to: the file's name is the page's, and nothing of it is trusted.
    'save-image': ({ url }) => contents.downloadURL(url),
  }
  void does[chosen.do](chosen as never)
}
