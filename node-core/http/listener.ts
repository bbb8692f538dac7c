/** Servers of node:http, over TCP and over local sockets. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { toProblem, VivimError } from '../contract/errors.ts'
import { faultOf, type Logger, toVivimError } from './problems.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Uploads last as long as they last, so requests have no time limit; their heads do, and idle sockets. */
export function newServer(handler: Handler, stopping: AbortSignal): Server {
  return createServer({ requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000 }, (request, response) => {
    if (stopping.aborted) response.setHeader('connection', 'close')
    handler(request, response)
  })
}

/** Resolves when `server` listens at `place`, which is for people; `cannot-listen` where it cannot. Later troubles of taking connections are logged. */
export function listening(server: Server, logger: Logger, place: string, start: () => void): Promise<void> {
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
