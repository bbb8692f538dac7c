/** All that the desktop app adds to the page: where it runs, and which version it is. Nothing that acts. */
import { contextBridge } from 'electron'

const mark = '--vivim-version='
const version = process.argv.find((argument) => argument.startsWith(mark))?.slice(mark.length) ?? ''

contextBridge.exposeInMainWorld('vivim', Object.freeze({ platform: process.platform, version }))
