/** A live connection with another node, as its caller. */
import WebSocket from 'ws'
import { VivimError } from '../../contract/errors.ts'
import type { PeerLink } from '../../ports/peer-door.ts'
import { unreached } from './authority.ts'

/** As the other node has them (PROTOCOL.md, Live). */
const PATH = '/ws'
const PROTOCOL = 'vivim.v1.cbor'
const MOST = 4 * 1024 * 1024
/** Milliseconds without a sign of life, of which the node gives one every half minute. */
const SILENCE = 75_000
/** Milliseconds for opening. */
const OPENING = 20_000
/** Messages that are read ahead of who asks for them. */
const AHEAD = 4

/** Resolves when it is open; `ca`: PEM of the one authority that may vouch for it. Errors: `unavailable`, `unauthenticated`, `certificate-unknown`. */
export function openLink(origin: string, token: string, signal: AbortSignal, ca: string | undefined): Promise<PeerLink> {
  const url = new URL(PATH, origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url, PROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    maxPayload: MOST,
    handshakeTimeout: OPENING,
    ...(ca === undefined ? {} : { ca }),
  })
  const read: Uint8Array[] = []
  let gone = false
  let asked: ((message: Uint8Array | undefined) => void) | undefined
  let silence: NodeJS.Timeout | undefined
  const alive = (): void => {
    clearTimeout(silence)
    silence = setTimeout(() => socket.terminate(), SILENCE).unref()
  }
  const close = (): void => socket.terminate()
  signal.addEventListener('abort', close, { once: true })
  socket.on('ping', alive)
  socket.on('message', (data: Buffer) => {
    alive()
    if (asked) {
      asked(data)
      asked = undefined
      return
    }
    read.push(data)
    if (read.length >= AHEAD) socket.pause()
  })
  socket.on('close', () => {
    clearTimeout(silence)
    signal.removeEventListener('abort', close)
    gone = true
    asked?.(undefined)
    asked = undefined
  })
  return new Promise((resolve, reject) => {
    const failed = (cause?: unknown) => {
      socket.terminate()
      reject(unreached(cause, signal))
    }
    // later errors end it, and that is all that they do
    socket.on('error', failed)
    socket.once('unexpected-response', (_request, { statusCode }) => {
      socket.terminate()
      reject(new VivimError(statusCode === 401 ? 'unauthenticated' : 'unavailable', `The other node answered ${statusCode}.`))
    })
    socket.once('open', () => {
      alive()
      resolve({
        send: (message) => socket.send(message, { binary: true }),
        async next() {
          const first = read.shift()
          if (first) {
            if (read.length < AHEAD && socket.isPaused) socket.resume()
            return first
          }
          if (gone) return undefined
          return new Promise((answer) => {
            asked = answer
          })
        },
        close,
      })
    })
    if (signal.aborted) failed()
  })
}
