/** Starts the built app in the stand-in for Electron and drives it; see `launched.ts` for what a test gets. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumProgram } from '../kit/chromium.ts'
import { pack, unpack } from './clone.ts'
import type { Drives } from './drives.ts'
import type { Setup } from './state.ts'

const root = join(import.meta.dirname, '../..')
const register = join(import.meta.dirname, 'register.ts')
/** Half of it is too little for a busy machine, in milliseconds. */
const patience = 60_000

/** Every drive of the stand-in, asked over the channel. */
export type Driven = { [Name in keyof Drives]: (...args: Parameters<Drives[Name]>) => Promise<Awaited<ReturnType<Drives[Name]>>> }

export interface StandIn {
  readonly process: ChildProcess
  readonly drive: Driven
  /** Everything that it and its node printed. */
  output(): string
  /** The page of a window, by the browser's name for it. */
  pageOf(target: string): Promise<Page>
  /** Lets go of the browser, which ends with the app. */
  letGo(): Promise<void>
}

export interface Start {
  /** The app's entry: the built one where none is given. */
  readonly entry?: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  readonly storage?: Setup['storage']
  readonly languages?: readonly string[]
  readonly script?: string
}

/** Starts the app with these arguments in this environment. */
export async function startStandIn({
  entry = join(root, 'out/main/main.js'),
  args,
  environment,
  folder,
  storage = 'unavailable',
  languages = ['en-US'],
  script = '',
}: Start): Promise<StandIn> {
  const setup: Setup = { program: await chromiumProgram(), storage, languages: [...languages], script }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', register, entry, ...args], {
    cwd: folder,
    env: { ...screens(), ...environment, VIVIM_STAND_IN: JSON.stringify(setup) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const drive = driven(child, () => output)
  let browser: Browser | undefined
  const connect = async () => {
    browser ??= await chromium.connectOverCDP(await drive.endpoint(), { timeout: patience })
    browser.contexts()[0]?.setDefaultTimeout(patience)
    return browser
  }
  return {
    process: child,
    drive,
    output: () => output,
    async pageOf(target) {
      for (const until = performance.now() + patience; performance.now() < until; ) {
        for (const context of (await connect()).contexts())
          for (const page of context.pages()) if ((await targetOf(page)) === target) return page
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`The window’s page did not come:\n${output}`)
    },
    async letGo() {
      await browser?.close().catch(() => undefined)
      browser = undefined
    },
  }
}

/** Where windows can be seen, if anywhere: the test's own screen. */
export const screens = (): Record<string, string> =>
  Object.fromEntries(
    ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

function driven(child: ChildProcess, output: () => string): Driven {
  let last = 0
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  child.on('message', (message: { standIn?: number; value?: string; error?: string }) => {
    const asked = waiting.get(message.standIn ?? -1)
    waiting.delete(message.standIn ?? -1)
    if (message.error !== undefined) asked?.reject(new Error(message.error))
    else asked?.resolve(unpack(message.value ?? 'null'))
  })
  void once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`The app ended with ${signal ?? code}:\n${output()}`))
    waiting.clear()
  })
  const ask = (name: string, args: unknown[]) =>
    new Promise((resolve, reject: (error: Error) => void) => {
      if (!child.connected) return reject(new Error(`The app has ended:\n${output()}`))
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ standIn: last, name, args: pack(args) }, (error) => error && reject(error))
    })
  // Every name is asked for over the channel; the type says which there are.
  return new Proxy({} as Driven, {
    get: (_, name) => (typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => ask(name, args) : undefined),
  })
}

const targets = new WeakMap<Page, string>()
async function targetOf(page: Page): Promise<string | undefined> {
  const known = targets.get(page)
  if (known !== undefined) return known
  try {
    const session = await page.context().newCDPSession(page)
    const { targetInfo } = await session.send('Target.getTargetInfo')
    await session.detach()
    targets.set(page, targetInfo.targetId)
    return targetInfo.targetId
  } catch {
    // A page that is being closed.
    return undefined
  }
}
