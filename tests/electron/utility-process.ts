/** `utilityProcess`: a process of Node's with a port to the app. */
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import type { ForkOptions, UtilityProcess } from 'electron'
import { appEvents } from './app.ts'
import { eventWith } from './events.ts'
import { type Part, whole } from './whole.ts'

const port = new URL('./parent-port.mjs', import.meta.url).href
const children = new Set<{ child: ChildProcess; name: string }>()
process.once('exit', () => {
  // They end with the app; where it is killed they have to see that for themselves.
  for (const { child } of children) child.kill('SIGKILL')
})

class Utility extends EventEmitter {
  readonly #child: ChildProcess

  constructor(path: string, args: readonly string[], { serviceName = 'Node Utility Process', ...options }: ForkOptions) {
    super()
    const { env = process.env, cwd, execArgv = [], stdio = 'inherit' } = options
    const one = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio
    this.#child = fork(path, args, {
      env: env as NodeJS.ProcessEnv,
      ...(cwd !== undefined && { cwd }),
      execArgv: [...execArgv, '--import', port],
      serialization: 'advanced',
      stdio: ['ignore', one[1] ?? 'inherit', one[2] ?? 'inherit', 'ipc'] as never,
    })
    const known = { child: this.#child, name: serviceName }
    children.add(known)
    this.#child.on('spawn', () => this.emit('spawn'))
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.on('error', () => undefined) // a message to a process that has gone
    this.#child.on('exit', (code, signal) => {
      children.delete(known)
      this.emit('exit', code ?? (signal === null ? 0 : constants.signals[signal]))
      const reason = signal ? 'killed' : code === 0 ? 'clean-exit' : 'abnormal-exit'
      appEvents.emit('child-process-gone', eventWith({}), {
        type: 'Utility',
        reason,
        exitCode: code ?? 0,
        serviceName,
        name: serviceName,
      })
    })
  }
  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined
  }
  get stdout(): NodeJS.ReadableStream | null {
    return this.#child.stdout
  }
  get stderr(): NodeJS.ReadableStream | null {
    return this.#child.stderr
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as never, () => undefined)
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

/** The module `utilityProcess`. */
export const utilityProcess = whole<typeof import('electron').utilityProcess>('utilityProcess', {
  fork: (path: string, args: string[] = [], options: ForkOptions = {}) =>
    whole<UtilityProcess>('utilityProcess', new Utility(path, args, options)),
} as Part<typeof import('electron').utilityProcess>)

/** The processes that run, by the name they were given. */
export const utilities = (): { name: string; pid: number }[] =>
  [...children].flatMap(({ child, name }) => (child.pid === undefined ? [] : [{ name, pid: child.pid }]))
