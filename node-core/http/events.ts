/** Event streams (text/event-stream): sent as they come, kept alive, ended with the session. */
import { once } from 'node:events'
import type { FastifyReply } from 'fastify'
import { isVivimError, toProblem } from '../contract/errors.ts'
import { commonHeaders } from './headers.ts'
import { toVivimError } from './problems.ts'

/** Runs `run` after so many milliseconds, once; answers how to call it off. */
export type After = (milliseconds: number, run: () => void) => () => void

export const heartbeat = 15_000
/** So long a stream may take to fail before its head is sent and the failure must travel as an event. */
const patience = 250

interface Sent {
  readonly id?: string
  readonly event: string
  readonly data: unknown
}

/**
 * Sends events until they end, the caller goes away or `signal` aborts. Throws only before anything was sent;
 * a later failure is an `error` event that holds the problem document.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<unknown>,
  signal: AbortSignal,
  after: After,
): Promise<void> {
  const source = new Source(events, signal, after)
  let arrived = await source.wait(patience)
  if (arrived instanceof Failure) throw arrived.error
  reply.hijack()
  const { raw } = reply
  raw.on('error', () => {})
  raw.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
  raw.flushHeaders()
  try {
    for (; arrived !== 'stopped'; arrived = await source.wait(heartbeat)) {
      if (arrived === 'silence') {
        raw.write(': \n\n')
        continue
      }
      if (arrived instanceof Failure) raw.write(format({ event: 'error', data: toProblem(toVivimError(arrived.error)) }))
      if (arrived instanceof Failure || arrived.done) return
      // Sources yield what their method's output says; `dispatch` checks it in tests.
      const room = raw.write(format(arrived.value as Sent))
      if (!room) await once(raw, 'drain', { signal }).catch(() => {})
      source.ask()
    }
    if (isVivimError(signal.reason)) raw.write(format({ event: 'error', data: toProblem(signal.reason) }))
  } finally {
    raw.end()
    source.close()
  }
}

class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}
type Arrived = IteratorResult<unknown> | Failure | 'silence' | 'stopped'

/** One iterator, asked ahead; waiting for it leaves nothing behind, however often silence ends the wait. */
class Source {
  readonly #iterator: AsyncIterator<unknown>
  readonly #signal: AbortSignal
  readonly #after: After
  #ready: IteratorResult<unknown> | Failure | undefined
  #wake: (arrived: Arrived) => void = () => {}
  constructor(events: AsyncIterable<unknown>, signal: AbortSignal, after: After) {
    this.#iterator = events[Symbol.asyncIterator]()
    this.#signal = signal
    this.#after = after
    this.ask()
  }

  ask(): void {
    this.#ready = undefined
    const arrive = (arrived: IteratorResult<unknown> | Failure) => {
      this.#ready = arrived
      this.#wake(arrived)
    }
    this.#iterator.next().then(arrive, (error: unknown) => arrive(new Failure(error)))
  }

  wait(milliseconds: number): Promise<Arrived> {
    if (this.#signal.aborted) return Promise.resolve('stopped')
    if (this.#ready) return Promise.resolve(this.#ready)
    return new Promise((resolve) => {
      const stop = () => this.#wake('stopped')
      const callOff = this.#after(milliseconds, () => this.#wake('silence'))
      this.#signal.addEventListener('abort', stop, { once: true })
      this.#wake = (arrived) => {
        callOff()
        this.#signal.removeEventListener('abort', stop)
        this.#wake = () => {}
        resolve(arrived)
      }
    })
  }

  /** Not waited for: a source that is asleep wakes by the signal. */
  close(): void {
    this.#iterator.return?.().catch(() => {})
  }
}

const format = ({ id, event, data }: Sent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
