/** The desktop app's entry: one instance, one node in a process of its own, one window on the page. */
import { join } from 'node:path'
import { app, dialog, ipcMain, Menu, protocol, session, utilityProcess } from 'electron'
import { shellChannels } from '../node-core/contract/shell-channels.ts'
import { type Child, superviseNode } from './node-process.ts'
import { optionsOf } from './options.ts'
import { answer } from './pages.ts'
import { scheme } from './policy.ts'
import { isPage, readPreferences, writePreferences } from './preferences.ts'
import { denyPermissions, guardContents, openWindow } from './window.ts'

const out = join(import.meta.dirname, '..')

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
app.enableSandbox()
guardContents()

if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  const options = startOptions()
  if (!options) return
  await app.whenReady()
  const node = superviseNode(fork, options, (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  })
  // A session in memory: nothing that the page shows is ever written to a profile.
  const memory = session.fromPartition('window')
  denyPermissions(memory)
  memory.protocol.handle(scheme, (request) => answer(request, join(out, 'renderer'), node, fetch))

  const preferences = join(app.getPath('userData'), 'preferences.json')
  ipcMain.handle(shellChannels.loadPreferences, (event) => (isPage(event) ? readPreferences(preferences) : null))
  ipcMain.on(shellChannels.savePreferences, (event, text: unknown) => {
    if (isPage(event)) writePreferences(preferences, text)
  })

  let window = openWindow(memory)
  const show = () => {
    if (window.isDestroyed()) window = openWindow(memory)
    if (window.isMinimized()) window.restore()
    window.focus()
  }
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let stopped = false
  app.on('will-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    void node.stop().then(() => {
      stopped = true
      app.quit()
    })
  })
}

/** The node's options from the command line; where they are wrong the app says so and ends. */
function startOptions(): ReturnType<typeof optionsOf> | undefined {
  try {
    return optionsOf(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
  } catch (error) {
    dialog.showErrorBox('VIVIM cannot start', error instanceof Error ? error.message : String(error))
    app.exit(2)
    return undefined
  }
}

function fork(): Child {
  const child = utilityProcess.fork(join(out, 'node/child.js'), [], { serviceName: 'VIVIM node', stdio: 'inherit' })
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  }
}

if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
