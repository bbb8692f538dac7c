/** The real Electron, driven from outside: by Playwright and by Electron's own objects in the app's main process. */
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { electronBinary } from '../../resources/scripts/electron-binary.mjs'
import { type Driven, type Start, screens } from './launch.ts'
import type { Launcher } from './launched.ts'

const root = join(import.meta.dirname, '../..')

/** Launches the built app in Electron. */
export async function launchElectron({ args, environment, folder }: Start): Promise<Launcher> {
  const env = { ...screens(), ...environment }
  const executablePath = electronBinary()
  if (!executablePath) throw new Error('Electron’s binary is not here: npx install-electron')
  const app = await _electron.launch({ executablePath, args: [root, ...args], env, cwd: folder })
  const main = app.process()
  let output = ''
  for (const stream of [main.stdout, main.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = new Promise<number | null>((resolve) => main.once('exit', (code) => resolve(code)))
  const nodePid = () =>
    app.evaluate(({ app: own }) => own.getAppMetrics().find(({ type, name }) => type === 'Utility' && name === 'VIVIM node')?.pid)

  /** What of `drives.ts` can be done from outside, by Electron's own means. */
  const known: Partial<Driven> = {
    windows: () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .reverse()
          .map((window) => ({
            id: window.id,
            target: '',
            url: window.webContents.getURL(),
            title: window.getTitle(),
            visible: window.isVisible(),
            focused: window.isFocused(),
            bounds: window.getBounds(),
            mode: window.isFullScreen()
              ? 'fullscreen'
              : window.isMaximized()
                ? 'maximized'
                : window.isMinimized()
                  ? 'minimized'
                  : 'normal',
            alwaysOnTop: window.isAlwaysOnTop(),
            zoom: window.webContents.getZoomLevel(),
            crashed: window.webContents.isCrashed(),
          })),
      ),
    closeWindow: (id) => app.evaluate(({ BrowserWindow }, one) => BrowserWindow.fromId(one)?.close(), id),
    focusWindow: (id) => app.evaluate(({ BrowserWindow }, one) => BrowserWindow.fromId(one)?.focus(), id),
    minimizeWindow: (id) => app.evaluate(({ BrowserWindow }, one) => BrowserWindow.fromId(one)?.minimize(), id),
    crashRenderer: (id) =>
      app.evaluate(({ BrowserWindow }, one) => BrowserWindow.fromId(one)?.webContents.forcefullyCrashRenderer(), id),
    power: (event) => app.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event),
    clickMenu: (path) =>
      app.evaluate(({ Menu }, names) => {
        let items = Menu.getApplicationMenu()?.items ?? []
        for (const name of names) {
          const found = items.find((item) => item.label === name || item.id === name || item.role === name)
          if (!found) throw new Error(`The menu has no “${name}”.`)
          if (found.submenu) items = found.submenu.items
          else found.click()
        }
      }, path),
  }
  const drive = new Proxy(known as Driven, {
    get(target, name) {
      if (name in target || typeof name === 'symbol' || name === 'then') return Reflect.get(target, name)
      throw new Error(`Electron’s ${name} cannot be driven from outside: ask app.can('${name}') first.`)
    },
  })
  return {
    kind: 'electron',
    can: (what) => what in known,
    drive,
    ended,
    nodePid,
    output: () => output,
    firstWindow: () => app.firstWindow(),
    windows: async () => app.windows(),
    lookAnew: async () => undefined,
    urlOf: async (page) => page.url(),
    async secondInstance(more = []) {
      const { spawn } = await import('node:child_process')
      const second = spawn(executablePath, [root, ...args, ...more], { env, cwd: folder, stdio: 'ignore' })
      return await new Promise((resolve) => second.once('exit', resolve))
    },
    async kill(what) {
      if (what === 'main') {
        main.kill('SIGKILL')
        await ended
      } else if (what === 'node') {
        const pid = await nodePid()
        if (pid !== undefined) process.kill(pid, 'SIGKILL')
      } else await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
    },
    async quit() {
      await app.evaluate(({ app: own }) => own.quit()).catch(() => undefined)
      return await ended
    },
    async end() {
      if (main.exitCode === null && main.signalCode === null) await app.close()
    },
  }
}
