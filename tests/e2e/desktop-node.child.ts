/** The desktop app's node over a plain process's channel, as a utility process would have it over its port. */
import { join } from 'node:path'
import { createDesktop, type Port } from '../../node-core/bin/desktop/desktop.ts'

const port: Port = {
  on(event: 'message' | 'close', listener: (message: { data: unknown }) => void) {
    if (event === 'message') process.on('message', (data) => listener({ data }))
    // A port says nothing when the app dies; only its process is seen to be gone.
    return port
  },
  postMessage: (message) => void process.send?.(message),
}
// Without a channel nothing else keeps the process, as the port does in the app.
const alive = setInterval(() => undefined, 1000)
process.once('exit', () => clearInterval(alive))
const app = Number(process.argv[2] ?? process.ppid)
await createDesktop(
  port,
  join(import.meta.dirname, '../../node-core/bin'),
  { ...process.env, CREDENTIALS_DIRECTORY: undefined },
  app,
)
