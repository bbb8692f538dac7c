/** Calls between threads over a message port: named methods, answers, the catalogue's errors. In this process only. */
import { MessagePort, type Worker } from 'node:worker_threads'
import { type ErrorCode, isVivimError, VivimError } from '../contract/errors.ts'
import type { ImportFault } from '../contract/import-reasons.ts'

type Port = Pick<MessagePort | Worker, 'postMessage'> & { on(event: 'message', listener: (message: unknown) => void): unknown }
// biome-ignore lint/suspicious/noExplicitAny: any function of promises; each side's interface types the calls
type Methods = Record<string, (...args: any[]) => Promise<unknown>>

interface Call {
  call: number
  method: string
  args: unknown[]
}
interface Answer {
  answer: number
  ok: boolean
  value: unknown
}
interface Failure {
  code: ErrorCode | null
  detail: string | undefined
  fault: ImportFault | undefined
  message: string
  stack: string | undefined
}

const isCall = (message: unknown): message is Call => typeof message === 'object' && message !== null && 'call' in message
const isAnswer = (message: unknown): message is Answer => typeof message === 'object' && message !== null && 'answer' in message

/** Answers calls that come over the port. */
export function expose(port: Port, methods: object): void {
  const table = methods as Methods
  port.on('message', (message) => {
    if (!isCall(message)) return
    const method = table[message.method]
    const done = (ok: boolean, value: unknown): void => {
      port.postMessage({ answer: message.call, ok, value } satisfies Answer)
    }
    if (!method) {
      done(false, failureOf(new VivimError('internal', `No method ${message.method}.`)))
      return
    }
    method(...message.args).then(
      (value) => {
        done(true, value)
      },
      (error: unknown) => {
        done(false, failureOf(error))
      },
    )
  })
}

/** The other side: an object whose every method is a call. When `ended` settles, open calls fail with `unavailable`. */
export function connect<T extends object>(port: Port, ended?: Promise<unknown>): T {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let next = 1
  let over = false
  port.on('message', (message) => {
    if (!isAnswer(message)) return
    const call = open.get(message.answer)
    open.delete(message.answer)
    if (message.ok) call?.resolve(message.value)
    else call?.reject(errorOf(message.value as Failure))
  })
  void ended?.finally(() => {
    over = true
    for (const call of open.values()) call.reject(new VivimError('unavailable', 'The node is stopping.'))
    open.clear()
  })
  return new Proxy({} as T, {
    get: (_, method) =>
      method === 'then'
        ? undefined
        : (...args: unknown[]) =>
            new Promise((resolve, reject) => {
              if (over) {
                reject(new VivimError('unavailable', 'The node is stopping.'))
                return
              }
              const call = next++
              open.set(call, { resolve, reject })
              port.postMessage({ call, method: String(method), args } satisfies Call, portsIn(args))
            }),
  })
}

/** Ports cannot be copied, only handed over; everything else is copied. */
const portsIn = (args: readonly unknown[]): MessagePort[] => args.filter((arg) => arg instanceof MessagePort)

const failureOf = (error: unknown): Failure => ({
  code: isVivimError(error) ? error.code : null,
  detail: isVivimError(error) ? error.detail : undefined,
  fault: isVivimError(error) ? error.fault : undefined,
  message: error instanceof Error ? error.message : String(error),
  stack: error instanceof Error ? error.stack : undefined,
})
function errorOf(failure: Failure): Error {
  const cause = Object.assign(new Error(failure.message), { stack: failure.stack })
  return failure.code
    ? new VivimError(failure.code, failure.detail, { cause, ...(failure.fault && { fault: failure.fault }) })
    : cause
}
