/** The real browser behind the stand-in: one per app, on a profile in the app's own folder, and it ends with the app. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, createPublicKey } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { type Connection, connect } from './cdp.ts'
import { privateKey } from './certificate.ts'

/** How to start the browser: given by `launchApp()`. */
export const program = z.object({ path: z.string(), args: z.array(z.string()) })
export type Program = z.output<typeof program>

export interface Chromium {
  readonly connection: Connection
  /** Where others can connect to it, `ws://127.0.0.1:…`. */
  readonly endpoint: string
  readonly process: ChildProcess
  /** Milliseconds that it took to start. */
  readonly took: number
}

/** Nothing that a person did opens a second window by itself, and the stand-in's own certificate is known. */
const own = (profile: string, key: string) => [
  `--user-data-dir=${profile}`,
  `--ignore-certificate-errors-spki-list=${key}`,
  '--remote-debugging-pipe',
  '--remote-debugging-port=0',
  '--block-new-web-contents',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-features=Translate,HttpsUpgrades',
  '--no-default-browser-check',
  '--password-store=basic',
  '--use-mock-keychain',
  '--hide-scrollbars',
  'about:blank',
]

/** Starts it; `folder` is the app's own. Without its pipe it ends by itself, also where the app was killed. */
export async function startChromium({ path, args }: Program, folder: string): Promise<Chromium> {
  const from = performance.now()
  const profile = join(folder, 'stand-in-browser')
  mkdirSync(profile, { recursive: true })
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const key = createHash('sha256').update(spki).digest('base64')
  const child = spawn(path, [...args, ...own(profile, key)], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  const said: string[] = []
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr as Readable).on('line', (line) => {
      if (said.length < 200) said.push(line)
      const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}:\n${said.join('\n')}`)))
  })
  const connection = connect(child.stdio[3] as Writable, child.stdio[4] as Readable)
  await connection.browser.send('Target.setDiscoverTargets', { discover: true })
  return { connection, endpoint, process: child, took: performance.now() - from }
}
