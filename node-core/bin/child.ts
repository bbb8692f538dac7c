/**
 * The desktop app's node: runs in a utility process and speaks with the app over its port. It says where it listens
 * and keeps a session for the window fresh; it ends when it is told to, and with the app.
 */
import { createDesktop, type Port } from './desktop/desktop.ts'

/** The port that a utility process has to its parent, as Electron's own types describe it. */
const port: unknown = Reflect.get(process, 'parentPort')
if (!isPort(port)) {
  process.stderr.write('This is the desktop app’s part; people start “vivim serve”.\n')
  process.exit(2)
}
const app = Number(process.argv[2])
if (!Number.isInteger(app) || app <= 0) {
  process.stderr.write('The app has to say which process it is.\n')
  process.exit(2)
}
await createDesktop(port, import.meta.dirname, process.env, app)

function isPort(value: unknown): value is Port {
  return typeof value === 'object' && value !== null && 'on' in value && 'postMessage' in value
}
