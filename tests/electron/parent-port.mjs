// @ts-check
// Loaded first in what `utilityProcess.fork` starts: the port to the app, which keeps messages until somebody listens.
// JavaScript, because what strips types would take 21 MiB of a process whose memory is measured.
import { EventEmitter } from 'node:events'

/** @type {unknown[]} */
const early = []
const port = new EventEmitter()
const hear = (/** @type {unknown} */ data) => {
  if (port.listenerCount('message') > 0) port.emit('message', { data, ports: [] })
  else early.push(data)
}
process.on('message', hear)
port.on('newListener', (name) => {
  if (name === 'message') queueMicrotask(() => early.splice(0).map(hear))
})
// The port says nothing when the app dies: only its process is seen to be gone.
process.on('disconnect', () => undefined)
Object.assign(process, {
  type: 'utility',
  parentPort: Object.assign(port, {
    postMessage: (/** @type {unknown} */ message) => void (process.connected && process.send?.(message)),
    start: () => port,
    pause: () => port,
  }),
})
