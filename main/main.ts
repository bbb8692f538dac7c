/** The desktop app's entry: what has to happen before Electron is ready, and only one instance of the app. */
import { app, dialog, Menu, protocol } from 'electron'
import { createApp } from './app.ts'
import { wordsFor } from './messages/index.ts'
import { optionsOf } from './options.ts'
import { scheme } from './windows/policy.ts'
import { guardContents } from './windows/window.ts'

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
app.enableSandbox()
guardContents()
if (process.platform !== 'darwin') Menu.setApplicationMenu(null)

if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  const options = startOptions()
  if (!options) return
  await app.whenReady()
  createApp(options, { now: () => Date.now() })
}

/** The node's options from the command line; where they are wrong the app says so and ends. */
function startOptions(): ReturnType<typeof optionsOf> | undefined {
  try {
    return optionsOf(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
  } catch (error) {
    dialog.showErrorBox(
      wordsFor(app.getPreferredSystemLanguages())('start.failed'),
      error instanceof Error ? error.message : String(error),
    )
    app.exit(2)
    return undefined
  }
}
