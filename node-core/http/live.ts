/** Live connections (`GET /ws`): proved before they open, bounded in number, closed with their session. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { toProblem, VivimError } from '../contract/errors.ts'
import { liveHeartbeat, liveMessageBytes, livePath, liveProtocols, tokenProtocol } from '../contract/live.ts'
import type { SessionId } from '../contract/method.ts'
import type { LiveChannel } from '../ports/live.ts'
import type { ProvenSession, TokenCheck } from './callers.ts'
import type { After } from './events.ts'
import { type Encoding, type ServedLink, serveLink } from './live-link.ts'
import { faultOf, type Logger, toVivimError } from './problems.ts'

export interface LiveNeeds {
  readonly channels: readonly LiveChannel[]
  readonly sessions: TokenCheck
  /** Throws `foreign-host` or `foreign-origin`. */
  readonly check: (request: IncomingMessage) => void
  readonly stopping: AbortSignal
  readonly after: After
  readonly logger: Logger
  readonly limits: { readonly links: number; readonly linksOfSession: number }
}
export interface Live {
  /** For a server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

export function createLive({ channels, sessions, check, stopping, after, logger, limits }: LiveNeeds): Live {
  const byType = new Map(channels.map((channel) => [channel.type, channel]))
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: liveMessageBytes,
    // zlib keeps a window per connection, and what is worth it is compressed already
    perMessageDeflate: false,
    handleProtocols: (offered) => [liveProtocols.json, liveProtocols.cbor].find((one) => offered.has(one)) ?? false,
  })
  const links = new Map<ServedLink, SessionId>()
  let callOff: (() => void) | undefined
  const beat = (): void => {
    for (const [link, session] of links) {
      if (sessions.lasts(session)) link.beat()
      else link.end(new VivimError('session-expired'))
    }
    callOff = links.size > 0 ? after(liveHeartbeat, beat) : undefined
  }
  stopping.addEventListener(
    'abort',
    () => {
      callOff?.()
      for (const link of links.keys()) link.end(new VivimError('unavailable'))
    },
    { once: true },
  )

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (stopping.aborted) throw new VivimError('unavailable')
    check(request)
    if (request.url?.replace(/\?.*$/s, '') !== livePath) throw new VivimError('not-found')
    const { token, encoding } = offeredBy(request)
    if (token === undefined) throw new VivimError('unauthenticated')
    const { ended, ...caller } = await sessions.verify(token)
    const mine = [...links.values()].filter((session) => session === caller.session).length
    if (links.size >= limits.links || mine >= limits.linksOfSession)
      throw new VivimError('too-many-requests', 'Too many live connections are open.')
    if (socket.destroyed) return
    server.handleUpgrade(request, socket, head, (opened) => {
      const link = serveLink({
        socket: opened,
        caller,
        encoding,
        channels: byType,
        after,
        onFault: (type, error) => logger.error(faultOf(`live ${type}`, '', error), 'message failed'),
      })
      links.set(link, caller.session)
      callOff ??= after(liveHeartbeat, beat)
      endWith(ended, link, opened)
      opened.once('close', () => links.delete(link))
    })
  }
  return {
    upgrade(request, socket, head) {
      const gone = (): void => void socket.destroy()
      socket.on('error', gone)
      open(request, socket, head).then(
        () => socket.off('error', gone),
        (error: unknown) => refuse(socket, toVivimError(error)),
      )
    },
  }
}

/** Closes the link when its session ends, and forgets it when it closed before. */
function endWith(ended: ProvenSession['ended'], link: ServedLink, socket: { once(event: 'close', run: () => void): unknown }) {
  const over = () => link.end(new VivimError('session-expired'))
  if (ended.aborted) return over()
  ended.addEventListener('abort', over, { once: true })
  socket.once('close', () => ended.removeEventListener('abort', over))
}

/** The token that a request brings, and what it wants to speak. */
function offeredBy({ headers }: IncomingMessage): { token: string | undefined; encoding: Encoding } {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  const bearer = /^Bearer ([\w.-]+)$/i.exec(headers.authorization ?? '')?.[1]
  const token = offered.find((one) => one.startsWith(tokenProtocol))?.slice(tokenProtocol.length)
  const encoding = offered.includes(liveProtocols.cbor) && !offered.includes(liveProtocols.json) ? 'cbor' : 'json'
  return { token: bearer ?? token, encoding }
}

/** Answers in HTTP what never became a connection. */
function refuse(socket: Duplex, error: VivimError): void {
  if (!socket.writable) return void socket.destroy()
  const body = JSON.stringify(toProblem(error))
  socket.end(
    `HTTP/1.1 ${error.status} ${error.code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `cache-control: no-store\r\n${error.status === 401 ? 'www-authenticate: Bearer\r\n' : ''}connection: close\r\n\r\n${body}`,
  )
}
