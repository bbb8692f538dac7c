/** Loaded first in what `utilityProcess.fork` starts: the port to the app, which keeps messages until somebody listens. */
import { EventEmitter } from 'node:events'

const early: unknown[] = []
const port = new EventEmitter()
const hear = (data: unknown) => {
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
    postMessage: (message: unknown) => void (process.connected && process.send?.(message)),
    start: () => port,
    pause: () => port,
  }),
})
