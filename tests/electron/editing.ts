/** What menus do to the field that has the caret. */

import type { Page } from './page.ts'
import { record } from './state.ts'

/** The editing commands of a page. */
export function editing(page: () => Promise<Page>) {
  const command = (name: string) => () => {
    record(`webContents.${name}`)
    void page()
      .then(({ session }) => session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', commands: [name] }))
      .catch(() => undefined)
  }
  const insert = async (text: string) => void (await (await page()).session.send('Input.insertText', { text }))
  return {
    undo: command('undo'),
    redo: command('redo'),
    cut: command('cut'),
    copy: command('copy'),
    paste: command('paste'),
    pasteAndMatchStyle: command('pasteAndMatchStyle'),
    delete: command('delete'),
    selectAll: command('selectAll'),
    unselect: command('unselect'),
    insertText: insert,
  }
}
