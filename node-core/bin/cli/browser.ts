/**
 * Opening the sign-in link in the person's browser. Everybody on a machine can read what programs were started with,
 * so the link goes into a file that only its user can read, and the browser is pointed at that.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Terminal } from './terminal.ts'

/** Milliseconds that a browser may take to start and read the file. */
const patience = 30_000

/** Opens `link`; where there is no screen it says nothing, as the link was printed. Waits for nothing. */
export async function openInBrowser(link: string, { say }: Pick<Terminal, 'say'>, signal: AbortSignal): Promise<void> {
  const program = opener(process.platform, process.env)
  if (!program) return
  // Browsers in a sandbox of their own (snap, flatpak) see neither hidden folders nor /tmp.
  const folder = process.platform === 'linux' ? homedir() : tmpdir()
  const path = join(folder, `vivim-sign-in-${randomBytes(6).toString('hex')}.html`)
  try {
    await writeFile(path, page(link), { mode: 0o600, flag: 'wx' })
  } catch {
    return say('The browser could not be opened; use the link.')
  }
  const child = spawn(program.command, [...program.args, path], { stdio: 'ignore', detached: true })
  child.once('error', () => say('The browser could not be opened; use the link.'))
  child.unref()
  const gone = wait(patience, undefined, { signal, ref: false })
    .catch(() => undefined)
    .then(() => rm(path, { force: true }))
  gone.catch(() => undefined)
}

const page = (link: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${link}"><title>VIVIM</title>\n`

/** The program that opens files, or undefined where there is no screen. */
export function opener(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): { command: string; args: string[] } | undefined {
  if (environment['CI'] === 'true' || environment['SSH_CONNECTION']) return undefined
  if (platform === 'darwin') return { command: 'open', args: [] }
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] }
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? { command: 'xdg-open', args: [] } : undefined
}
