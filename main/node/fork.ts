/** The node's process as Electron starts it. */
import { utilityProcess } from 'electron'
import type { Child } from './node-process.ts'
import { createOutlet } from './outlet.ts'

/** The app's own standard error, for every node that is started. */
let outlet: ((text: string) => void) | undefined

/** @param entry the node's built entry */
export function forkNode(entry: string): Child {
  // The node ends with the process whose number it is given.
  // What it writes to its standard error is passed on, and its end is kept for a report where it crashes.
  const child = utilityProcess.fork(entry, [String(process.pid)], {
    serviceName: 'VIVIM node',
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  outlet ??= createOutlet(process.stderr)
  child.stderr?.setEncoding('utf8').on('data', outlet)
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onErrors: (listener) => void child.stderr?.on('data', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  }
}
