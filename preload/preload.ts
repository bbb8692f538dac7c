/** All that the desktop app adds to the page: where it runs, which version it is, and a door for what is in the contract. */
import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron'
import { pathMethod, shellChannels, shellMethodNames } from '../node-core/contract/shell-names.ts'

const mark = '--vivim-version='
const version = process.argv.find((argument) => argument.startsWith(mark))?.slice(mark.length) ?? ''
const names: readonly string[] = shellMethodNames.filter((name) => name !== pathMethod)

// Never `ipcRenderer` itself: the page gets these calls and no others. What they carry is parsed at both ends.
contextBridge.exposeInMainWorld(
  'vivim',
  Object.freeze({
    platform: process.platform,
    version,
    /** Asks the app; resolves to a `ShellAnswer`. */
    call: (name: string, input: unknown): Promise<unknown> =>
      names.includes(name)
        ? ipcRenderer.invoke(shellChannels.call, name, input)
        : Promise.reject(new TypeError('The app has no such method.')),
    /**
     * Imports files that the person dropped on the page or chose there; resolves to a `ShellAnswer`, or to null where one of
     * them is no file of this machine. The page says which, and never where they are.
     */
    openFiles: async (files: readonly File[]): Promise<unknown> => {
      const paths = files.map((file) => webUtils.getPathForFile(file))
      return paths.includes('') ? null : await ipcRenderer.invoke(shellChannels.call, pathMethod, { paths })
    },
    /** Calls `listener` with each `ShellEvent`; answers how to end that. */
    on: (listener: (event: unknown) => void): (() => void) => {
      const hear = (_: IpcRendererEvent, event: unknown): void => listener(event)
      ipcRenderer.on(shellChannels.event, hear)
      return () => void ipcRenderer.removeListener(shellChannels.event, hear)
    },
  }),
)
