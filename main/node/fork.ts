/** The node's process as Electron starts it. */
import { utilityProcess } from 'electron'
import type { Child } from './node-process.ts'

/** @param entry the node's built entry */
export function forkNode(entry: string): Child {
  // The node ends with the process whose number it is given.
  // What it writes to its standard error is passed on, and its end is kept for a report where it crashes.
  const child = utilityProcess.fork(entry, [String(process.pid)], {
    serviceName: 'VIVIM node',
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  child.stderr?.pipe(process.stderr, { end: false })
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onErrors: (listener) => void child.stderr?.setEncoding('utf8').on('data', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  }
}
