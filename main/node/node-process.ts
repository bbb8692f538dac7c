/**
 * The node's life: started in a process of its own, started again when it ends unasked, given up where that does not
 * help, stopped last. Knows no Electron: the process, the timer and the time come in, so that tests own them.
 */

import { type FromNode, fromNode, type Start, type ToNode } from '../../node-core/contract/desktop.ts'
import { type ErrorCode, errorOf, VivimError } from '../../node-core/contract/errors.ts'
import type { Crash, NodeAddress, NodeState } from './node-state.ts'
import { createRestarts } from './restarts.ts'
import { createTail } from './tail.ts'

/** The node's process, as much of it as is needed here. */
export interface Child {
  post(message: ToNode): void
  onMessage(listener: (message: unknown) => void): void
  /** What it writes to its standard error, piece by piece. */
  onErrors(listener: (text: string) => void): void
  onExit(listener: (code: number) => void): void
  kill(): void
}

/** Calls `work` after `milliseconds`; answers how to prevent that. */
export type Later = (milliseconds: number, work: () => void) => () => void

export interface NodeProcess {
  /** Where the node is, once it is ready; throws `VivimError` where it cannot start. */
  address(signal: AbortSignal): Promise<NodeAddress>
  /** The node refuses a session's token: until there is another one, `address` waits. */
  refused(token: string): void
  readonly state: NodeState
  /** Calls `listener` with each new state; answers how to end that. */
  on(listener: (state: NodeState) => void): () => void
  /** Calls `listener` with each message of the node; answers how to end that. */
  hear(listener: (message: FromNode) => void): () => void
  /** Tells the node something, if it runs. */
  post(message: ToNode): void
  /** Starts it at once, where it was stopped, failed, was given up or waits to be started again. */
  start(): void
  /** Has the node close its store and waits for its end; it is killed when that takes longer than ten seconds. */
  stop(): Promise<void>
}
export interface NodeProcessParts {
  fork(): Child
  /** How to start it, asked at each start; an error of the catalogue is why it cannot be started. */
  options(): Promise<Omit<Start, 'type'>>
  later: Later
  now(): number
  /** Hears everything that the node says; `answer` reaches the very process that said it. */
  hear(message: FromNode, answer: (message: ToNode) => void): void
  /** Told of each end that nobody asked for. */
  onCrash(crash: Crash): void
}

const patience = 10_000
/** Where only a person can help: trying by itself would ask them again and again. */
const waitsForPerson: readonly ErrorCode[] = ['keychain-unavailable']
const helpsAgain = ({ code, retryable }: VivimError): boolean => retryable && !waitsForPerson.includes(code)

export function superviseNode({ fork, options, hear: overhear, later, now, onCrash }: NodeProcessParts): NodeProcess {
  let child: Child | undefined
  let origin: string | undefined
  let address: NodeAddress | undefined
  let failure: VivimError | undefined
  let askedAgain = false
  let cancelRestart: (() => void) | undefined
  let stopping: Promise<void> | undefined
  let ended: (() => void) | undefined
  let current: NodeState = { state: 'starting' }
  const restarts = createRestarts()
  const listeners = new Set<(state: NodeState) => void>()
  const hearers = new Set<(message: FromNode) => void>()
  const become = (next: NodeState) => {
    current = next
    for (const listener of [...listeners]) listener(next)
  }
  const fail = (error: VivimError) => {
    failure = error
    become({ state: 'failed', error, again: helpsAgain(error) })
  }

  const hear = (message: FromNode) => {
    if (message.type === 'ready') origin = message.origin
    else if (message.type === 'failed') fail(errorOf(message))
    else if (message.type === 'locked') address = undefined
    else if (message.type === 'session' && origin !== undefined) {
      const wasThere = address !== undefined
      address = { origin, token: message.token }
      failure = undefined
      restarts.ready()
      if (!wasThere || current.state !== 'ready') become({ state: 'ready' })
    }
    for (const hearer of [...hearers]) hearer(message)
  }

  const again = (pause: number) => {
    cancelRestart = later(pause, begin)
  }
  const onEnd = (crash: Omit<Crash, 'at'>) => {
    child = origin = address = undefined
    if (stopping) return ended?.()
    if (failure && askedAgain) {
      restarts.forget()
      begin()
      return become({ state: 'starting' })
    }
    if (failure) {
      if (helpsAgain(failure)) again(restarts.failed())
      return
    }
    const at = now()
    onCrash({ at, ...crash })
    const pause = restarts.ended(at)
    if (pause === undefined) return become({ state: 'given-up', ends: restarts.ends })
    again(pause)
    become({ state: 'starting' })
  }

  function begin(): void {
    cancelRestart = failure = undefined
    askedAgain = false
    const started = fork()
    const began = now()
    const words = createTail()
    child = started
    started.onErrors(words.add)
    started.onMessage((raw) => {
      const message = fromNode.safeParse(raw)
      if (!message.success || child !== started) return
      hear(message.data)
      overhear(message.data, (answer) => started.post(answer))
    })
    started.onExit((code) => {
      if (child === started) onEnd({ code, ready: address !== undefined, ran: now() - began, words: words.text })
    })
    options().then(
      (given) => {
        if (child === started && !stopping) started.post({ type: 'start', ...given })
      },
      (error: unknown) => {
        if (child !== started || stopping) return
        fail(error instanceof VivimError ? error : new VivimError('internal', undefined, { cause: error }))
        started.kill()
      },
    )
  }

  begin()
  return {
    async address(signal) {
      for (;;) {
        if (stopping) throw new VivimError('unavailable', 'The app is closing.')
        if (address) return address
        if (failure) throw failure
        if (current.state === 'given-up') throw new VivimError('unavailable', 'The node ended too often and was given up.')
        await next(signal, listeners)
      }
    },
    refused(token) {
      // One that was replaced meanwhile says nothing.
      if (address?.token !== token) return
      address = undefined
      child?.post({ type: 'refused' })
    },
    get state() {
      return current
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hear(listener) {
      hearers.add(listener)
      return () => void hearers.delete(listener)
    },
    post(message) {
      // From here on nobody is let in by the session that is being ended.
      if (message.type === 'lock') address = undefined
      child?.post(message)
    },
    start() {
      if (child && !stopping) {
        // One that said why it cannot start is on its way out: the next follows it.
        askedAgain = failure !== undefined
        return
      }
      const go = () => {
        stopping = undefined
        cancelRestart?.()
        restarts.forget()
        if (child) return
        begin()
        become({ state: 'starting' })
      }
      if (stopping) void stopping.then(go)
      else go()
    },
    stop() {
      stopping ??= (async () => {
        cancelRestart?.()
        const last = child
        if (last) {
          const end = new Promise<void>((resolve) => {
            ended = resolve
          })
          const cancelKill = later(patience, () => last.kill())
          last.post({ type: 'stop' })
          await end
          cancelKill()
        }
        become({ state: 'stopped' })
      })()
      for (const listener of [...listeners]) listener(current)
      return stopping
    },
  }
}

/** Resolves at the next change of the state. Error: `cancelled`. */
const next = (signal: AbortSignal, listeners: Set<(state: NodeState) => void>): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      listeners.delete(wake)
      signal.removeEventListener('abort', abort)
      settle()
    }
    const wake = () => done(resolve)
    const abort = () => done(() => reject(new VivimError('cancelled')))
    if (signal.aborted) return abort()
    listeners.add(wake)
    signal.addEventListener('abort', abort)
  })
