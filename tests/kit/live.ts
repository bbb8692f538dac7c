/** A live connection as a test holds it. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import WebSocket from 'ws'
import { livePath, liveProtocols, tokenProtocol } from '../../node-core/contract/live.ts'

export interface LiveOptions {
  token?: string
  /** Where the token stands. */
  by?: 'header' | 'subprotocol'
  protocol?: string
  path?: string
  headers?: Record<string, string>
  /** Whether pings are answered. */
  autoPong?: boolean
}
export interface Said {
  type: string
  id?: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  payload: any
}

/** Opens a connection; throws what an answer that is none of a connection says: `{status, code}`. */
export async function openLive(port: number, options: LiveOptions = {}) {
  const { token, by = 'header', protocol = liveProtocols.json, path = livePath, headers = {}, autoPong = true } = options
  const offered = [protocol, ...(token !== undefined && by === 'subprotocol' ? [tokenProtocol + token] : [])]
  const bearer = token !== undefined && by === 'header' ? { authorization: `Bearer ${token}` } : {}
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, offered, { headers: { ...bearer, ...headers }, autoPong })
  const said: Said[] = []
  let heard: (() => void) | undefined
  socket.on('message', (data: Buffer, binary) => {
    if (!binary) said.push(JSON.parse(data.toString()))
    heard?.()
  })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', async (_request, response: IncomingMessage) => {
      let text = ''
      for await (const part of response) text += part
      reject(Object.assign(new Error('refused'), { status: response.statusCode, code: JSON.parse(text).code }))
    })
  })
  socket.on('error', () => {})
  return {
    socket,
    /** What the node said and nobody took yet. */
    said,
    closed,
    send: (type: string, payload: unknown, id?: number) =>
      socket.send(JSON.stringify({ type, ...(id === undefined ? {} : { id }), payload })),
    /** The next message. */
    async next(): Promise<Said> {
      for (;;) {
        const first = said.shift()
        if (first) return first
        await new Promise<void>((resolve) => {
          heard = resolve
        })
      }
    },
    [Symbol.dispose]: () => socket.terminate(),
  }
}
