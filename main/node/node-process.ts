/**
 * The node's life: started in a process of its own, started again when it ends unasked, stopped last.
 * Knows no Electron: the process and the timer come in, so that tests own both.
 */

import { type FromNode, fromNode, type ToNode } from '../../node-core/contract/desktop.ts'
import { catalogue, type ErrorCode, VivimError } from '../../node-core/contract/errors.ts'
import type { NodeAddress } from './forward.ts'

/** The node's process, as much of it as is needed here. */
export interface Child {
  post(message: ToNode): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: () => void): void
  kill(): void
}

/** Calls `work` after `milliseconds`; answers how to prevent that. */
export type Later = (milliseconds: number, work: () => void) => () => void

export interface NodeProcess {
  /** Where the node is, once it is ready; throws `VivimError` where it cannot start. */
  address(signal: AbortSignal): Promise<NodeAddress>
  /** Has the node close its store and waits for its end; it is killed when that takes longer than ten seconds. */
  stop(): Promise<void>
}

const firstPause = 500
const longestPause = 30_000
const patience = 10_000

export function superviseNode(fork: () => Child, options: Omit<ToNode & { type: 'start' }, 'type'>, later: Later): NodeProcess {
  let child: Child | undefined
  let origin: string | undefined
  let address: NodeAddress | undefined
  let failure: VivimError | undefined
  let pause = firstPause
  let cancelRestart: (() => void) | undefined
  let stopping: Promise<void> | undefined
  let ended: (() => void) | undefined
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const wake of waiting) wake()
  }

  const hear = (message: FromNode) => {
    if (message.type === 'ready') origin = message.origin
    else if (message.type === 'failed') failure = failureOf(message.code, message.text)
    else if (origin !== undefined) {
      address = { origin, token: message.token }
      failure = undefined
      pause = firstPause
    }
    tell()
  }

  const start = () => {
    const started = fork()
    child = started
    started.onMessage((raw) => {
      const message = fromNode.safeParse(raw)
      if (message.success && child === started) hear(message.data)
    })
    started.onExit(() => {
      if (child !== started) return
      child = origin = address = undefined
      if (stopping) ended?.()
      else if (failure === undefined || failure.retryable) {
        cancelRestart = later(pause, start)
        pause = Math.min(pause * 2, longestPause)
      }
    })
    started.post({ type: 'start', ...options })
  }

  start()
  return {
    async address(signal) {
      while (address === undefined) {
        if (stopping) throw new VivimError('unavailable', 'The app is closing.')
        if (failure) throw failure
        await new Promise<void>((resolve, reject) => {
          const abort = () => done(() => reject(new VivimError('cancelled')))
          const wake = () => done(resolve)
          const done = (settle: () => void) => {
            waiting.delete(wake)
            signal.removeEventListener('abort', abort)
            settle()
          }
          if (signal.aborted) abort()
          else {
            waiting.add(wake)
            signal.addEventListener('abort', abort)
          }
        })
      }
      return address
    },
    stop() {
      stopping ??= (async () => {
        cancelRestart?.()
        const last = child
        if (!last) return
        const end = new Promise<void>((resolve) => {
          ended = resolve
        })
        const cancelKill = later(patience, () => last.kill())
        last.post({ type: 'stop' })
        await end
        cancelKill()
      })()
      tell()
      return stopping
    },
  }
}

function failureOf(code: string, text: string): VivimError {
  const known = (name: string): name is ErrorCode => Object.hasOwn(catalogue, name)
  return known(code) ? new VivimError(code, text) : new VivimError('internal', text)
}
