/** One live connection: messages in turn to their channels, and out as far as its caller keeps up. */
import { decode, encode } from '@ipld/dag-cbor'
import type { RawData, WebSocket } from 'ws'
import { type Problem, toProblem, VivimError } from '../contract/errors.ts'
import { liveCloseBase, liveMessage, liveMessageBytes } from '../contract/live.ts'
import type { LiveCaller, LiveChannel, LiveEnd } from '../ports/live.ts'
import { toJson } from './cbor.ts'
import type { After } from './events.ts'
import { toVivimError } from './problems.ts'

/** Bytes that may wait to be read by the caller: two of the largest messages. */
const MOST_UNSENT = 2 * liveMessageBytes
/** Milliseconds that a caller has to answer that it closes too. */
const PARTING = 1000

export type Encoding = 'json' | 'cbor'
export interface LinkNeeds {
  readonly socket: WebSocket
  readonly caller: LiveCaller
  readonly encoding: Encoding
  readonly channels: ReadonlyMap<string, LiveChannel>
  readonly after: After
  /** Told of what is a fault of the node. */
  readonly onFault: (type: string, error: VivimError) => void
}

/** Serves a connection until it closes; answers how to check that it lives, and how to end it. */
export function serveLink({ socket, caller, encoding, channels, after, onFault }: LinkNeeds) {
  const gone = new AbortController()
  const ends = new Map<string, LiveEnd>()
  let waiting = 0
  let turn = Promise.resolve()
  let alive = true

  const end = (error: VivimError): void => {
    if (gone.signal.aborted) return
    gone.abort(error)
    socket.close(liveCloseBase + error.status, error.code)
    const callOff = after(PARTING, () => socket.terminate())
    socket.once('close', callOff)
  }
  const write = (bytes: string | Uint8Array): void => {
    if (gone.signal.aborted) return
    socket.send(bytes, { binary: encoding === 'cbor' })
    if (socket.bufferedAmount > MOST_UNSENT) end(new VivimError('connection-behind'))
  }
  const send = (type: string, payload: object, id: number | undefined): void => {
    write(id === undefined ? encodeOnce(encoding, type, payload) : encoded(encoding, { type, id, payload }))
  }
  const fail = (thrown: unknown, type: string, id: number | undefined): void => {
    const error = toVivimError(thrown)
    if (error.status >= 500) onFault(type, error)
    const payload: Problem = toProblem(error)
    write(encoded(encoding, { type: 'error', ...(id === undefined ? {} : { id }), payload }))
  }
  const endOf = (type: string): LiveEnd => {
    const open = ends.get(type)
    if (open) return open
    const channel = channels.get(type)
    if (!channel) throw new VivimError('not-found')
    if (!caller.capabilities.includes(channel.capability)) throw new VivimError('forbidden')
    const made = channel.open({
      caller,
      signal: gone.signal,
      send: (payload, id) => send(type, payload, id),
      drained: () => drained(socket, gone.signal),
    })
    ends.set(type, made)
    return made
  }
  const take = async (bytes: Uint8Array): Promise<void> => {
    if (gone.signal.aborted) return
    const message = liveMessage.safeParse(read(encoding, bytes))
    if (!message.success) return end(new VivimError('bad-request'))
    const { type, id, payload } = message.data
    try {
      await endOf(type).receive(payload, id)
    } catch (error) {
      if (!gone.signal.aborted) fail(error, type, id)
    }
  }

  socket.on('message', (data: RawData, binary: boolean) => {
    alive = true
    if (binary !== (encoding === 'cbor')) return end(new VivimError('bad-request'))
    // one at a time, and nothing is read ahead of them: whoever sends faster waits
    if (waiting++ === 0) socket.pause()
    turn = turn
      .then(() => take(bytesOf(data)))
      .finally(() => {
        if (--waiting === 0) socket.resume()
      })
  })
  socket.on('pong', () => {
    alive = true
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    if (!gone.signal.aborted) gone.abort(new VivimError('cancelled'))
    for (const { close } of ends.values()) close?.()
    ends.clear()
  })

  return {
    end,
    /** Ends a connection that did not answer the last one, and asks again. */
    beat(): void {
      if (!alive && waiting === 0) {
        socket.terminate()
        return
      }
      alive = false
      socket.ping()
      write(encodeOnce(encoding, 'heartbeat', nothing))
    },
  }
}
export type ServedLink = ReturnType<typeof serveLink>

const nothing = {}
const encoded = (encoding: Encoding, message: object): string | Uint8Array =>
  encoding === 'cbor' ? encode(message) : toJson(message)

/** What goes to many connections alike is encoded once for all of them. */
const known = {
  json: new WeakMap<object, Map<string, string | Uint8Array>>(),
  cbor: new WeakMap<object, Map<string, string | Uint8Array>>(),
}
function encodeOnce(encoding: Encoding, type: string, payload: object): string | Uint8Array {
  const byType = known[encoding].get(payload) ?? new Map<string, string | Uint8Array>()
  known[encoding].set(payload, byType)
  const bytes = byType.get(type) ?? encoded(encoding, { type, payload })
  byType.set(type, bytes)
  return bytes
}

/** Undefined where the bytes are no message. */
function read(encoding: Encoding, bytes: Uint8Array): unknown {
  try {
    return encoding === 'cbor' ? decode(bytes) : JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
  } catch {
    return undefined
  }
}

const bytesOf = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data

function drained(socket: WebSocket, gone: AbortSignal): Promise<void> {
  if (socket.bufferedAmount === 0 || gone.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const go = () => {
      gone.removeEventListener('abort', go)
      resolve()
    }
    gone.addEventListener('abort', go, { once: true })
    // an empty ping is sent behind all that waits, and says when it has left
    socket.ping(undefined, undefined, go)
  })
}
