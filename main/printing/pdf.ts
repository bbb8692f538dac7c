/** A window's page as a PDF, where the person wants it. What is printed is laid out by the page before it asks. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { BrowserWindow, dialog } from 'electron'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Words } from '../messages/index.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import { fileNameOf } from './file-name.ts'

export function createPrinting({
  words,
}: {
  words: () => Words
}): Pick<ShellHandlers<{ sender: Electron.WebContents }>, 'page.pdf'> {
  return {
    'page.pdf': async ({ name }, { sender }) => {
      const window = BrowserWindow.fromWebContents(sender)
      if (!window) throw new VivimError('forbidden')
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: words()('pdf.title'),
        defaultPath: `${fileNameOf(name)}.pdf`,
        filters: [{ name: 'PDF', extensions: ['pdf'] }],
      })
      if (canceled || filePath === '') return { saved: false }
      await put(filePath, await sender.printToPDF({ printBackground: true, preferCSSPageSize: true }))
      return { saved: true }
    },
  }
}

/** Nothing is there under the name until all of it is written. */
async function put(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.part`
  try {
    await writeFile(beside, bytes)
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined)
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    throw new VivimError(full ? 'storage-full' : 'not-writable', undefined, { cause })
  }
}
