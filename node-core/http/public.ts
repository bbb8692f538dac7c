/** What the door answers without a method: the documents, health, figures, and the interface's page. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { webDocument } from '../contract/did-document.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Method } from '../contract/method.ts'
import { openRoutes } from '../contract/open-routes.ts'
import { openApi } from '../contract/openapi.ts'
import { openApiPage, pageStyle } from '../contract/openapi-page.ts'
import { stylePolicy } from './headers.ts'
import { isLoopbackAddress } from './hosts.ts'
import type { Metrics } from './metrics.ts'
import { sendPage } from './page.ts'

export interface PublicNeeds {
  readonly methods: Readonly<Record<string, Method>>
  readonly version: string
  /** Whether the node can answer for its data. */
  readonly ready: () => boolean
  readonly metrics: Metrics
  /** With it, `/metrics` may be read from anywhere; without it, only from this machine. */
  readonly metricsToken: string | undefined
  readonly isLoopbackName: (request: FastifyRequest) => boolean
  readonly isLocal: (request: FastifyRequest) => boolean
  /** Where the built page is. */
  readonly page: string | undefined
  /** The node's own DID, and the accounts that it hosts. */
  readonly instance: Did
  readonly accounts: () => readonly Did[]
  /** Where the node is reached from everywhere. */
  readonly publicUrl: string | undefined
  /** What an account says of itself to others. Error: `not-found`. */
  readonly recordOf: (account: Did) => Promise<object>
  /** Throws what an address that is no method's answers. */
  readonly refuse: (request: FastifyRequest) => Promise<never>
}

export function addPublicRoutes(app: FastifyInstance, needs: PublicNeeds): void {
  const { methods, version, metrics } = needs
  const route = (name: keyof typeof openRoutes | 'page', handler: RouteHandlerMethod) => {
    const url = name === 'page' ? '/*' : openRoutes[name].path.replace('{did}', ':did')
    const meter = metrics.meter(name, true)
    app.route({
      method: ['GET', 'HEAD'],
      url,
      exposeHeadRoute: false,
      handler,
      onRequest(request, _reply, done) {
        request.meter = meter
        request.methodName = name
        done()
      },
    })
  }
  let document: string | undefined
  route('openapi', async (_request, reply) => {
    document ??= JSON.stringify(openApi(methods, version))
    return reply.header('content-type', 'application/json; charset=utf-8').send(document)
  })
  route('docs', async (_request, reply) =>
    reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': stylePolicy(pageStyle) })
      .send(openApiPage(methods, version)),
  )
  route('healthz', async () => openRoutes.healthz.example)
  route('readyz', async () => {
    if (!needs.ready()) throw new VivimError('unavailable')
    return openRoutes.readyz.example
  })
  const isHere = (did: unknown): did is Did => needs.accounts().some((one) => one === did)
  // the name was checked to be one of the node's before anything was answered
  route('did', async (request) => webDocument(request.hostName, needs.instance, [], needs.publicUrl))
  route('actor-did', async (request) => {
    const { did } = request.params as { did?: unknown }
    if (!isHere(did)) throw new VivimError('not-found')
    return webDocument(request.hostName, did, ['actor', did], needs.publicUrl)
  })
  route('account-record', async (request) => {
    const { did } = request.query as { did?: unknown }
    if (!isHere(did)) throw new VivimError('not-found')
    return needs.recordOf(did)
  })
  route('metrics', async (request, reply) => {
    if (!mayRead(request, needs)) throw new VivimError('forbidden')
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  route('page', async (request, reply) => {
    const path = request.url.replace(/[?#].*$/s, '')
    if (path === '/api' || path.startsWith('/api/')) return needs.refuse(request)
    return sendPage(reply, needs.page, path)
  })
}

/** A proxy on this machine makes every caller look local: its name or its headers give it away. */
function mayRead(request: FastifyRequest, { metricsToken, isLoopbackName, isLocal }: PublicNeeds): boolean {
  const { authorization, forwarded, 'x-forwarded-for': forwardedFor } = request.headers
  if (metricsToken !== undefined && authorization !== undefined && equal(authorization, `Bearer ${metricsToken}`)) return true
  if (isLocal(request)) return true
  const { remoteAddress, localAddress } = request.raw.socket
  return (
    isLoopbackAddress(remoteAddress) &&
    isLoopbackAddress(localAddress) &&
    isLoopbackName(request) &&
    forwarded === undefined &&
    forwardedFor === undefined
  )
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
