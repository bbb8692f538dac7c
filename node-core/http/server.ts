/**
 * The HTTP door: the contract's methods as routes, over TCP for browsers and programs, and over a socket that only
 * the node's own user can open. It proves who asks and parses what is asked; everything else is `dispatch`'s.
 */

import { chmod } from 'node:fs/promises'
import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import fastify, { type FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Dispatch } from '../dispatch.ts'
import type { Clock } from '../ports/clock.ts'
import type { LiveChannel } from '../ports/live.ts'
import type { Tls } from '../ports/tls.ts'
import { identify, type TokenCheck } from './callers.ts'
import type { After } from './events.ts'
import { commonHeaders } from './headers.ts'
import { createHosts, type Hosts, isLoopbackAddress, localHosts } from './hosts.ts'
import { listening, newSecureServer, newServer, newSharedPort, refuseMalformed, tlsLimits } from './listener.ts'
import { createLive } from './live.ts'
import { prepareLocal } from './local.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Logger, sendProblem } from './problems.ts'
import { addressList, seenBy } from './proxies.ts'
import { addPublicRoutes } from './public.ts'
import { refusal } from './refusal.ts'
import { addRoutes } from './routes.ts'
import { newSetupServer } from './setup-page.ts'

export interface HttpConfig {
  /** The address to listen on, and the port (0: any that is free). */
  readonly host: string
  readonly port: number
  /** Further names that the node answers to, as browsers send them: a proxy's or a tunnel's. */
  readonly names: readonly string[]
  /** The origin under which others reach the node: `https://vivim.example.org`. */
  readonly publicUrl?: string | undefined
  /** Names of this machine in its network, answered to over TLS. */
  readonly localNames?: readonly string[]
  /** Addresses and ranges of proxies whose `X-Forwarded-…` counts. */
  readonly trustedProxies?: readonly string[]
  readonly metricsToken?: string | undefined
  /** Bytes of an uploaded file. */
  readonly uploadLimit: number
  /** Whether answers that went well are logged too. */
  readonly logRequests: boolean
  /** Where the built page is; without it only the methods are served. */
  readonly page?: string
  readonly version: string
}

export interface HttpNeeds {
  readonly config: HttpConfig
  readonly dispatch: Dispatch
  readonly sessions: TokenCheck
  /** The node's own DID. */
  readonly instance: Did
  /** The accounts that this node hosts. */
  readonly accounts: () => readonly Did[]
  /** What an account says of itself to others. Error: `not-found`. */
  readonly recordOf: (account: Did) => Promise<object>
  /** Whether the node can answer for its data. */
  readonly ready: () => boolean
  /** With it, the port speaks TLS to everybody but this machine. */
  readonly tls?: Tls
  readonly clock: Clock
  readonly logger: Logger
  /** What live connections may be used for. */
  readonly live?: readonly LiveChannel[]
  /** Timers; the machine's unless a test owns them. */
  readonly after?: After
}

export interface Http extends AsyncDisposable {
  /** For further figures. */
  readonly metrics: Metrics
  /** Answers where this machine reaches it: `http://127.0.0.1:4747`. Fails with `unavailable` where the address is taken. */
  listen(): Promise<{ url: string; port: number }>
  /** Listens on the user's own socket as well ({@link localAddress}). */
  listenLocal(address: string): Promise<void>
  /** Takes no more requests, ends streams, and lets the others finish for `grace` milliseconds. */
  close(grace?: number): Promise<void>
}

/** JSON bodies: a note of 100,000 characters fits. */
const bodyLimit = 1 << 20
const realAfter: After = (milliseconds, run) => {
  const timer = setTimeout(run, milliseconds).unref()
  return () => clearTimeout(timer)
}

export async function createHttp(needs: HttpNeeds): Promise<Http> {
  const { config, dispatch, sessions, accounts, clock, logger, after = realAfter } = needs
  const metrics = createMetrics()
  const stopping = new AbortController()
  const localSockets = new WeakSet<Socket>()
  const isLocal = (request: { raw: IncomingMessage }) => localSockets.has(request.raw.socket)
  const trusted = addressList(config.trustedProxies ?? [])
  let hosts: Hosts = createHosts(config.port, config)
  const hostsOf = (request: FastifyRequest): Hosts => (isLocal(request) ? localHosts : hosts)
  const refuse = refusal(dispatch.methods, (request) => identify(request, isLocal(request), true, sessions, accounts))
  const unknownMeter = metrics.meter('unknown', true)

  const live = createLive({
    channels: needs.live ?? [],
    sessions,
    check(request) {
      const { host, secure } = seenBy(request.headers, request.socket, trusted)
      hosts.check(host, request.headers.origin, secure)
    },
    stopping: stopping.signal,
    after,
    logger,
    limits: { links: 500, linksOfSession: 24 },
  })
  let web: Server | undefined
  let secure: SecureServer | undefined
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    // Addresses are matched as they are written.
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, maxParamLength: 200 },
    serverFactory(handler) {
      web = newServer(handler, stopping.signal)
      web.setTimeout(120_000)
      web.on('upgrade', live.upgrade)
      if (needs.tls) {
        secure = newSecureServer(handler, stopping.signal, needs.tls.pair)
        secure.setTimeout(120_000)
        secure.on('upgrade', live.upgrade)
        secure.on('clientError', refuseMalformed)
        needs.tls.follow((pair) => secure?.setSecureContext({ ...pair, ...tlsLimits }))
      }
      return web
    },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, error, logger),
  })
  app.decorateRequest('caller')
  app.decorateRequest('sessionEnded', null)
  app.decorateRequest('meter', null)
  app.decorateRequest('methodName', 'unknown')
  app.decorateRequest('hostName', '')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string))
    } catch {
      done(new VivimError('bad-request', 'The body is not JSON.'))
    }
  })
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error, logger))
  app.setNotFoundHandler(() => {
    throw new VivimError('not-found')
  })

  app.addHook('onRequest', (request, reply, done) => {
    const started = clock.monotonic()
    request.caller = { kind: 'open' }
    reply.raw.once('close', () => {
      const milliseconds = clock.monotonic() - started
      const { statusCode: status } = reply.raw
      const meter = request.meter ?? unknownMeter
      meter(status, milliseconds / 1000)
      if (config.logRequests)
        logger.info({ method: request.methodName, status, ms: Math.round(milliseconds * 10) / 10 }, 'request')
    })
    try {
      const { host, secure } = seenBy(request.headers, request.raw.socket, trusted)
      request.hostName = host?.toLowerCase() ?? ''
      hostsOf(request).check(host, request.headers.origin, secure)
    } catch (error) {
      return done(error instanceof Error ? error : new VivimError('internal'))
    }
    // Before its body is read, which nobody wants.
    if (request.is404) refuse(request).catch(done)
    else done()
  })
  // Every answer but those that routes.ts and events.ts write themselves, with the same headers.
  app.addHook('onSend', (_request, reply, payload, done) => {
    for (const [name, value] of Object.entries(commonHeaders)) if (!reply.hasHeader(name)) reply.header(name, value)
    done(null, payload)
  })
  addRoutes(app, {
    dispatch,
    metrics,
    after,
    stopping: stopping.signal,
    limits: { upload: config.uploadLimit, streams: 500, streamsOfSession: 24 },
    identify: (request, method) => identify(request, isLocal(request), method.scope === 'node', sessions, accounts),
  })
  addPublicRoutes(app, {
    methods: dispatch.methods,
    version: config.version,
    ready: needs.ready,
    metrics,
    metricsToken: config.metricsToken,
    isLoopbackName: (request) => hosts.isLoopback(request.headers.host),
    isLocal,
    page: config.page,
    instance: needs.instance,
    accounts,
    publicUrl: config.publicUrl,
    recordOf: needs.recordOf,
    refuse,
  })
  await app.ready()

  const servers: (Server | SecureServer)[] = []
  const ports: NetServer[] = []
  const close = async (grace = 2000) => {
    stopping.abort(new VivimError('unavailable'))
    const closed = [...ports, ...servers].map((server) => new Promise((resolve) => server.close(resolve)))
    for (const server of servers) server.closeIdleConnections()
    const callOff = realAfter(grace, () => {
      for (const server of servers) server.closeAllConnections()
    })
    await Promise.all(closed)
    callOff()
    await app.close()
  }
  return {
    metrics,
    async listen() {
      if (!web) throw new VivimError('internal')
      const plain = web
      const setup = newSetupServer({ root: needs.tls?.root, secureUrl: (request) => secureUrl(request) })
      /** Where the node has TLS, only this machine is spoken to without: it is a secure context there. */
      const shared =
        secure &&
        newSharedPort((socket, encrypted) => {
          if (encrypted && secure) return secure
          return isLoopbackAddress(socket.remoteAddress) && isLoopbackAddress(socket.localAddress) ? plain : setup
        })
      const door = shared ?? plain
      await listening(door, logger, `${config.host}, port ${config.port}`, () =>
        door.listen({ host: config.host, port: config.port }),
      )
      servers.push(plain)
      if (shared && secure) {
        servers.push(secure, setup)
        ports.push(shared)
        // with this a server begins to keep count of its connections and of how long heads take: they listen by the shared port
        for (const server of [plain, secure, setup]) server.emit('listening')
      }
      const address = door.address()
      const port = typeof address === 'object' && address ? address.port : config.port
      hosts = createHosts(port, config)
      const secureUrl = ({ headers, socket }: IncomingMessage): string => {
        const { localAddress: at = '' } = socket
        const named = headers.host?.toLowerCase()
        if (named !== undefined && hosts.knows(named)) return `https://${named}`
        return `https://${at.includes(':') ? `[${at}]` : at}:${port}`
      }
      const here = config.host === '0.0.0.0' || config.host === '::' || isLoopbackAddress(config.host)
      return { url: `${secure && !here ? 'https' : 'http'}://${hosts.own}`, port }
    },
    async listenLocal(address) {
      await prepareLocal(address)
      const server = newServer((request, response) => app.routing(request, response), stopping.signal)
      server.on('connection', (socket) => localSockets.add(socket))
      server.on('clientError', refuseMalformed)
      await listening(server, logger, address, () => server.listen(address))
      servers.push(server)
      if (!address.startsWith('\\\\')) await chmod(address, 0o600)
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}
