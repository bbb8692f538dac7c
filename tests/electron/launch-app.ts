/**
 * The desktop app for a test, launched as people launch it. One suite, two launchers: the real Electron where
 * `npm run test:desktop` finds its binary, and the stand-in for it (`index.ts`) everywhere else.
 *
 *     await using app = await launchApp()
 *     const page = await app.firstWindow()             // Playwright's page of the first window
 *     await page.getByRole('navigation').waitFor()
 *     await app.drive.clickMenu(['File', 'New window']) // what has no page is driven: `drives.ts` lists all of it
 *     await expect.poll(async () => (await app.windows()).length).toBe(2)
 *
 * What only the stand-in can drive: `if (!app.can('trays')) return test.skip('Electron’s tray cannot be driven')`.
 * A test calls `requires(context, 'desktop')` first, a `beforeAll` asks `desktopMissing()`. It runs on `out/`: `npm run build`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desktopMissing } from '../kit/desktop.ts'
import { startStandIn } from './launch.ts'
import { launchElectron } from './launch-electron.ts'
import type { LaunchedApp, Launcher, LaunchOptions, Place } from './launched.ts'

export { desktopMissing }

/** Launches the app; disposing of it ends it and removes its folders. */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const { args = [], passphrase = 'correct horse battery staple', prepare } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'vivim-app-')))
  const place = {
    folder,
    data: join(folder, 'data'),
    userData: join(folder, 'app'),
    home: join(folder, 'home'),
    passphraseFile: join(folder, 'passphrase'),
  }
  for (const path of [place.home, join(folder, 'run'), join(folder, 'tmp')]) await mkdir(path, { mode: 0o700, recursive: true })
  if (passphrase !== null) await writeFile(place.passphraseFile, `${passphrase}\n`, { mode: 0o600 })
  await prepare?.(place)
  const own = [
    `--user-data-dir=${place.userData}`,
    '--port',
    '0',
    '--data',
    place.data,
    ...(passphrase === null ? [] : ['--passphrase-file', place.passphraseFile]),
  ]
  const environment = { ...environmentOf(place), ...options.environment }
  const start = { ...options, args: [...own, ...args], environment, folder }
  const chosen = process.env['VIVIM_DESKTOP'] === 'electron' ? await launchElectron(start) : await launchStandIn(start)
  return {
    ...chosen,
    ...place,
    async [Symbol.asyncDispose]() {
      await chosen.end()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function launchStandIn(start: Parameters<typeof startStandIn>[0]): Promise<Launcher> {
  const running = await startStandIn(start)
  const { process: main, drive } = running
  const ended = new Promise<number | null>((resolve) => main.once('exit', (code) => resolve(code)))
  void ended.then(running.letGo)
  const windows = async () => Promise.all((await drive.windows()).map(({ target }) => running.pageOf(target)))
  const nodePid = async () => (await drive.utilities())[0]?.pid
  return {
    kind: 'stand-in',
    can: () => true,
    drive,
    ended,
    nodePid,
    output: running.output,
    windows,
    async firstWindow() {
      const first = await until(async () => (await drive.windows())[0])
      return await running.pageOf(first.target)
    },
    lookAnew: running.letGo,
    async urlOf(page) {
      const { hostname, pathname, search, hash } = new URL(page.url())
      return hostname.endsWith('.localhost')
        ? `app://${hostname.slice(0, -'.localhost'.length)}${pathname}${search}${hash}`
        : page.url()
    },
    async secondInstance(args = []) {
      const second = await startStandIn({ ...start, args: [...start.args, ...args] })
      return await new Promise((resolve) => second.process.once('exit', resolve))
    },
    async kill(what) {
      if (what === 'main') {
        main.kill('SIGKILL')
        await ended
      } else if (what === 'node') {
        const pid = await until(nodePid)
        process.kill(pid, 'SIGKILL')
        await until(async () => (await nodePid()) !== pid || undefined)
      } else {
        const window = await until(async () => (await drive.windows())[0])
        // A page that is on its way elsewhere leaves the process that is told to end: it is told again.
        await until(async () => {
          const same = (await drive.windows()).find((one) => one.target === window.target && !one.crashed)
          if (same) await drive.crashRenderer(same.id, window.target)
          return same ? undefined : true
        })
      }
    },
    async quit() {
      main.kill('SIGTERM')
      return await ended
    },
    async end() {
      if (main.exitCode === null && main.signalCode === null) main.kill('SIGTERM')
      const timer = setTimeout(() => main.kill('SIGKILL'), 60_000)
      await ended
      clearTimeout(timer)
      await running.letGo()
    },
  }
}

/** Asks until there is an answer. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A machine of its own as far as a folder can be one. */
function environmentOf({ folder, home }: Pick<Place, 'folder' | 'home'>): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env
  const temporary = join(folder, 'tmp')
  return {
    PATH,
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'roaming'),
    LOCALAPPDATA: join(home, 'local'),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    ...(SystemRoot !== undefined && { SystemRoot }),
  }
}
