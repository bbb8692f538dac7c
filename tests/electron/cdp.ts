/** Chromium's DevTools protocol over a pipe: a browser and the sessions of its pages. */
import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from 'playwright-core'

type Listener = (payload: never) => void

/** One page, or the browser itself where it has no id. */
export interface Session {
  readonly send: CDPSession['send']
  readonly on: CDPSession['on']
}

export interface Connection {
  readonly browser: Session
  session(id: string): Session
  /** Called for every event of every session. */
  onAny(listener: (method: string, payload: unknown, session: string | undefined) => void): void
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly sessionId?: string
}

/** Speaks over the two ends of a browser that was started with `--remote-debugging-pipe`. */
export function connect(to: Writable, from: Readable): Connection {
  let last = 0
  const waiting = new Map<number, { method: string; resolve: (value: never) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Set<Listener>>()
  const every = new Set<(method: string, payload: unknown, session: string | undefined) => void>()
  let gone = false

  const hear = (message: Message) => {
    if (message.id !== undefined) {
      const asked = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error) asked?.reject(new Error(`${asked.method}: ${message.error.message}`))
      else asked?.resolve(message.result as never)
    } else if (message.method !== undefined) {
      for (const listener of every) listener(message.method, message.params, message.sessionId)
      for (const listener of listeners.get(`${message.sessionId ?? ''} ${message.method}`) ?? [])
        listener(message.params as never)
    }
  }
  const end = () => {
    gone = true
    for (const { method, reject } of waiting.values()) reject(new Error(`${method}: the browser is gone`))
    waiting.clear()
  }
  let pieces: Buffer[] = []
  from.on('data', (chunk: Buffer) => {
    let start = 0
    for (let zero = chunk.indexOf(0); zero >= 0; zero = chunk.indexOf(0, start)) {
      pieces.push(chunk.subarray(start, zero))
      const text = Buffer.concat(pieces).toString('utf8')
      pieces = []
      start = zero + 1
      hear(JSON.parse(text))
    }
    pieces.push(chunk.subarray(start))
  })
  from.on('close', end)
  from.on('error', end)
  to.on('error', end)

  const sessions = new Map<string, Session>()
  const sessionOf = (id: string): Session => {
    const known = sessions.get(id)
    if (known) return known
    const send = (method: string, params: object = {}) =>
      new Promise((resolve, reject: (error: Error) => void) => {
        if (gone) return reject(new Error(`${method}: the browser is gone`))
        last += 1
        waiting.set(last, { method, resolve, reject })
        to.write(`${JSON.stringify({ id: last, method, params, ...(id !== '' && { sessionId: id }) })}\0`)
      })
    const on = (event: string, listener: Listener) => {
      const key = `${id} ${event}`
      listeners.set(key, (listeners.get(key) ?? new Set()).add(listener))
      return session
    }
    // The shapes of what is sent and heard are Chromium's; Playwright's types describe them.
    const session = { send, on } as unknown as Session
    sessions.set(id, session)
    return session
  }
  return { browser: sessionOf(''), session: sessionOf, onAny: (listener) => void every.add(listener) }
}
