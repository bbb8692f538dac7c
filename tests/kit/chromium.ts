/**
 * A real Chromium for browser tests, without root and without a download of its own: the build that comes as an npm
 * package on Linux x64, elsewhere the Chrome or Edge that is installed.
 */
import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core'

const cache = join(import.meta.dirname, '../../node_modules/.cache/vivim')

/** Nothing but the pages under test: no updates, no reports, no look-ups of the browser's own. */
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-gpu',
  '--no-first-run',
  '--no-pings',
]

/** What has not come by then does not come, in milliseconds; half of it is too little for a busy machine. */
const patience = 60_000

let found: Promise<LaunchOptions | string> | undefined
/** How to launch a Chromium here, or the reason why there is none. */
const locate = (): Promise<LaunchOptions | string> => {
  found ??= process.platform === 'linux' && process.arch === 'x64' ? packaged() : installed()
  return found
}

/** Why there is no Chromium for tests on this machine, or undefined where there is one. */
export async function chromiumMissing(): Promise<string | undefined> {
  const options = await locate()
  return typeof options === 'string' ? options : undefined
}

/** Launches a headless browser whose profile is deleted with it. */
export async function launchChromium(): Promise<Browser> {
  return patient(await chromium.launch(await launchOptions()))
}

/** Launches a headless browser on a profile folder that stays, for tests that look at what a browser keeps. */
export async function launchChromiumWithProfile(folder: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, await launchOptions())
  context.setDefaultTimeout(patience)
  return context
}

/** Launches one whose command line is changed by `place`, by a script in `folder`, which is its home as well. */
export async function launchChromiumAt(folder: string, place: (line: readonly string[]) => string[]): Promise<Browser> {
  const { executablePath, ...rest } = await launchOptions()
  if (executablePath === undefined) throw new Error('no packaged Chromium')
  const script = join(folder, 'chromium.sh')
  const words = place([executablePath]).map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  await writeFile(script, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 })
  return patient(await chromium.launch({ ...rest, executablePath: script, env: { ...process.env, HOME: folder } }))
}

/** How to start the browser as a process of one's own, where Playwright does not. */
export async function chromiumProgram(): Promise<{ path: string; args: string[] }> {
  // As root Chromium has no sandbox.
  const always = process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet
  // One with windows, where there is a screen for them: `xvfb-run` makes one.
  const headed = process.env['VIVIM_DESKTOP_BROWSER']
  if (headed) return { path: headed, args: always }
  const args = [...always, '--headless']
  const { executablePath, channel } = await launchOptions()
  if (executablePath !== undefined) return { path: executablePath, args }
  const server = await chromium.launchServer(channel === undefined ? {} : { channel })
  const path = server.process().spawnfile
  await server.close()
  return { path, args }
}

/** Lets what is waited for in its pages take its time. */
function patient(browser: Browser): Browser {
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const context = await newContext(options)
    context.setDefaultTimeout(patience)
    return context
  }
  return browser
}

async function launchOptions(): Promise<LaunchOptions> {
  const options = await locate()
  if (typeof options === 'string') throw new Error(options)
  return { ...options, args: quiet }
}

/**
 * Unpacks the packaged Chromium once per version, inside node_modules. The package's own unpacking writes to a fixed
 * name in the shared temporary folder, where test processes race and other users can plant a file; its own list of
 * arguments switches web security off, which tests of it must not do.
 */
async function packaged(): Promise<LaunchOptions | string> {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const archive = join(dirname(dirname(main)), 'bin/chromium.br')
  // The folder is made anew with every install, so the copy is of the version that is installed.
  const path = join(cache, 'chromium')
  if (!existsSync(path)) {
    await mkdir(cache, { recursive: true })
    const unfinished = `${path}.${process.pid}`
    try {
      await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(unfinished))
      await chmod(unfinished, 0o755)
      await rename(unfinished, path)
    } finally {
      await rm(unfinished, { force: true })
    }
  }
  const run = spawnSync(path, ['--version'], { encoding: 'utf8' })
  if (run.status === 0) return { executablePath: path }
  const library = /([\w.+-]+\.so[\w.]*)/.exec(run.stderr ?? '')?.[1]
  return library ? `Chromium needs the library ${library}` : 'the packaged Chromium does not start on this machine'
}

async function installed(): Promise<LaunchOptions | string> {
  for (const channel of ['chrome', 'msedge']) {
    try {
      const browser = await chromium.launch({ channel, args: quiet })
      await browser.close()
      return { channel }
    } catch {
      // Not installed: the next one may be.
    }
  }
  return 'no Chrome or Edge is installed'
}
