/** The desktop app's entry: what has to happen before Electron is ready, and only one instance of the app. */
import { randomBytes } from 'node:crypto'
import { app, dialog, Menu, protocol } from 'electron'
import { createApp } from './app.ts'
import { createHandover } from './lifetime/handed.ts'
import { wordsFor } from './messages/index.ts'
import { firstHanded, handedOf, optionsOf } from './options.ts'
import { guardContents } from './windows/guards.ts'
import { scheme } from './windows/policy.ts'

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
app.enableSandbox()
guardContents()
// What Windows knows the app by: its windows in the task bar, and its notifications.
if (process.platform === 'win32') app.setAppUserModelId('app.vivim.node')
if (process.platform !== 'darwin') Menu.setApplicationMenu(null)

const handover = createHandover()
/** The arguments behind the program's own: from the sources the first names the folder of the app. */
const own = (args: readonly string[]): readonly string[] => args.slice(app.isPackaged ? 1 : 2)

if (app.requestSingleInstanceLock()) {
  // A Mac hands files and links over by events, from before the app is ready on.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    handover.give({ files: [path], links: [], show: true })
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    handover.give(handedOf(['--', url], '/'))
  })
  app.on('second-instance', (_, args, folder) => handover.give(handedOf(own(args), folder)))
  void run()
} else app.quit()

async function run(): Promise<void> {
  const options = startOptions()
  if (!options) return
  await app.whenReady()
  const atLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
  handover.give(firstHanded(own(process.argv), process.cwd(), atLogin))
  createApp(options, handover, {
    now: () => Date.now(),
    random: (length) => randomBytes(length),
    environment: process.env,
  })
}

/** The node's options from the command line; where they are wrong the app says so and ends. */
function startOptions(): ReturnType<typeof optionsOf> | undefined {
  try {
    return optionsOf(own(process.argv), process.cwd())
  } catch (error) {
    dialog.showErrorBox(
      wordsFor(app.getPreferredSystemLanguages())('start.failed'),
      error instanceof Error ? error.message : String(error),
    )
    app.exit(2)
    return undefined
  }
}
