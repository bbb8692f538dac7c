/** Servers of node:http, over TCP and over local sockets, and one port for what is encrypted and what is not. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { toProblem, VivimError } from '../contract/errors.ts'
import type { TlsPair } from '../ports/tls.ts'
import { faultOf, type Logger, toVivimError } from './problems.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Uploads last as long as they last, so requests have no time limit; their heads do, and idle sockets. */
export function newServer(handler: Handler, stopping: AbortSignal): Server {
  return createServer({ requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000 }, (request, response) => {
    if (stopping.aborted) response.setHeader('connection', 'close')
    handler(request, response)
  })
}

export const tlsLimits = { minVersion: 'TLSv1.2' } as const

/** The same over TLS, with the certificate that is there now; it changes by `setSecureContext`. */
export function newSecureServer(handler: Handler, stopping: AbortSignal, pair: TlsPair): SecureServer {
  const options = { ...pair, ...tlsLimits, requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000 } as const
  return createSecureServer(options, (request, response) => {
    if (stopping.aborted) response.setHeader('connection', 'close')
    handler(request, response)
  })
}

/** So long a connection may say nothing at all, in milliseconds. */
const silence = 30_000
const handshake = 0x16

/**
 * One port for several servers: `choose` sees each connection and whether its first byte begins TLS. What the servers do
 * with their connections is theirs; this one only listens.
 */
export function newSharedPort(choose: (socket: Socket, encrypted: boolean) => Server | SecureServer): NetServer {
  return createNetServer((socket) => {
    const gone = () => socket.destroy()
    socket.on('error', gone)
    socket.setTimeout(silence, gone)
    socket.once('data', (first: Buffer) => {
      socket.off('error', gone)
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.pause()
      socket.unshift(first)
      choose(socket, first[0] === handshake).emit('connection', socket)
      // The servers read by themselves; TLS does not begin before it is told to.
      process.nextTick(() => socket.resume())
    })
  })
}

/** Resolves when `server` listens at `place`, which is for people; `cannot-listen` where it cannot. Later troubles of taking connections are logged. */
export function listening(server: Server | NetServer, logger: Logger, place: string, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(new VivimError('cannot-listen', `${place}: ${reasons[codeOf(cause)] ?? 'the system does not let it'}.`, { cause }))
    server.once('error', failed)
    server.once('listening', () => {
      server.off('error', failed)
      server.on('error', (error) => logger.error(faultOf('listener', '', toVivimError(error)), 'connection not taken'))
      resolve()
    })
    start()
  })
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there already',
  EADDRNOTAVAIL: 'that is no address of this machine',
  ENOTFOUND: 'that is no address of this machine',
  EAI_AGAIN: 'that is no address of this machine',
  EACCES: 'the system keeps that for others',
}
const codeOf = (cause: Error): string => ('code' in cause && typeof cause.code === 'string' ? cause.code : '')

/** What is not HTTP never reaches a route. */
export function refuseMalformed(_error: Error, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy()
  const body = JSON.stringify(toProblem(new VivimError('bad-request')))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
