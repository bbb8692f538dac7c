/**
 * The built product as people run it: the `vivim` command in processes of its own, on a machine of its own as far as a
 * folder can be one (home, configuration, sockets, data), without a keychain of the system's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { writeQuickKeychain } from './quick-keychain.ts'

const program = join(import.meta.dirname, '../../out/node/vivim.js')
const linkPattern = /http:\/\/127\.0\.0\.1:\d+\/#link=[A-Za-z0-9_-]{43}/
/** After so long a command that should have ended is killed, in milliseconds. */
const patience = 300_000

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  json(): any
}
export interface RunOptions {
  /** Written to the command's standard input. */
  readonly input?: Uint8Array | string
  /** Another data directory than the machine's own. */
  readonly data?: string
  /** Another passphrase file; null: none is given. */
  readonly passphraseFile?: string | null
}

export interface Serving extends AsyncDisposable {
  readonly child: ChildProcess
  /** The sign-in link that it printed when it was ready; works once. */
  readonly link: string
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Everything that it printed so far. */
  output(): string
  /** Asks it to end, and waits. Answers the exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

export interface Machine extends AsyncDisposable {
  /** Everything of this machine is below here. */
  readonly folder: string
  readonly data: string
  readonly passphraseFile: string
  /** The variables that commands are run with. */
  readonly environment: Record<string, string>
  /** The command line's words with the machine's data directory and passphrase, for a program that starts it itself. */
  line(args: readonly string[], options?: RunOptions): string[]
  /** Starts a command and leaves it to the caller. */
  start(args: readonly string[], options?: RunOptions): ChildProcess
  /** Runs a command to its end. */
  vivim(args: readonly string[], options?: RunOptions): Promise<Ran>
  /** Runs one that must do what it was asked. */
  done(args: readonly string[], options?: RunOptions): Promise<Ran>
  /** Starts the node and waits for its link; `more` are further options of `vivim serve`. */
  serve(more?: readonly string[], options?: RunOptions): Promise<Serving>
}

export interface MachineOptions {
  /** Where its commands run: what is put around their lines. */
  readonly place?: (line: readonly string[]) => string[]
  /** True where its data folder is not there before the first command: nor the keychain that opens quickly. */
  readonly bare?: boolean
}

/** A machine on which no node has run yet. Disposing of it ends what runs there and removes it. */
export async function newMachine({ place = (line) => [...line], bare = false }: MachineOptions = {}): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'vivim-machine-'))
  const data = join(folder, 'data')
  const passphraseFile = join(folder, 'passphrase')
  const passphrase = 'correct horse battery staple\n'
  await writeFile(passphraseFile, passphrase, { mode: 0o600 })
  if (!bare) await writeQuickKeychain(data, passphrase)
  const home = join(folder, 'home')
  const runtime = join(folder, 'run')
  const temporary = join(folder, 'tmp')
  for (const path of [home, runtime, temporary]) await mkdir(path, { mode: 0o700 })
  const { PATH = '', SystemRoot } = process.env
  const environment: Record<string, string> = {
    PATH,
    HOME: home,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    USERPROFILE: home,
    APPDATA: join(home, 'roaming'),
    LOCALAPPDATA: join(home, 'local'),
    XDG_RUNTIME_DIR: runtime,
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
  }
  const children = new Set<ChildProcess>()

  const line: Machine['line'] = (args, { data: other = data, passphraseFile: file = passphraseFile } = {}) => [
    process.execPath,
    program,
    ...args,
    '--data',
    other,
    ...(file === null ? [] : ['--passphrase-file', file]),
  ]
  function start(
    args: readonly string[],
    options: RunOptions | undefined,
  ): ChildProcess & { stdout: Readable; stderr: Readable } {
    const [command = '', ...words] = place(line(args, options))
    const child = spawn(command, words, { env: environment, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    child.once('exit', () => children.delete(child))
    child.stdin.on('error', () => {}) // a command that does not read its input ends without it
    child.stdin.end(options?.input)
    return child
  }
  const vivim: Machine['vivim'] = async (args, options) => {
    const child = start(args, options)
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    await once(child, 'close')
    clearTimeout(timer)
    return { code: child.exitCode, ...texts, json: () => JSON.parse(texts.stdout) }
  }
  return {
    folder,
    data,
    passphraseFile,
    environment,
    line,
    start,
    vivim,
    async done(args, options) {
      const ran = await vivim(args, options)
      if (ran.code !== 0) throw new Error(`vivim ${args.join(' ')} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`)
      return ran
    },
    async serve(more = [], options) {
      const child = start(['serve', '--port', '0', ...more], options)
      let output = ''
      const link = await new Promise<string>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (text: string) => {
            output += text
            const printed = linkPattern.exec(output)?.[0]
            if (printed) resolve(printed)
          })
        }
        child.once('error', reject)
        child.once('close', (code) => reject(new Error(`The node ended with ${code} before it was ready:\n${output}`)))
      })
      const end = (signal: 'SIGTERM' | 'SIGKILL') => ended(child, signal)
      const stop = async () => {
        await end('SIGTERM')
        return child.exitCode
      }
      return {
        child,
        link,
        origin: new URL(link).origin,
        output: () => output,
        stop,
        kill: () => end('SIGKILL'),
        [Symbol.asyncDispose]: async () => void (await stop()),
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...children].map((child) => ended(child, 'SIGTERM')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const end = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  await end
  clearTimeout(timer)
}
