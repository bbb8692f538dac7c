/** All that the desktop app adds to the page: where it runs, which version it is, and a place for its preferences. */
import { contextBridge, ipcRenderer } from 'electron'
import { shellChannels } from '../node-core/contract/shell-channels.ts'

const mark = '--vivim-version='
const version = process.argv.find((argument) => argument.startsWith(mark))?.slice(mark.length) ?? ''

// Never `ipcRenderer` itself: the page gets these calls and no others.
contextBridge.exposeInMainWorld(
  'vivim',
  Object.freeze({
    platform: process.platform,
    version,
    loadPreferences: (): Promise<unknown> => ipcRenderer.invoke(shellChannels.loadPreferences),
    savePreferences: (text: string): void => ipcRenderer.send(shellChannels.savePreferences, text),
  }),
)
