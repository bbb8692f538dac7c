/** The contract's methods as routes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { VivimError } from '../contract/errors.ts'
import { addressOf, type Download, Encoded, type FilesBody, type Method, type UploadBody } from '../contract/method.ts'
import { type Answer, authorize, type Dispatch } from '../dispatch.ts'
import { filesOf, sendDownload, uploadOf } from './bodies.ts'
import { cborBodies, isCbor, largeBody, sendCbor, toJson } from './cbor.ts'
import { type After, sendEvents } from './events.ts'
import { commonHeaders } from './headers.ts'
import { inputReader } from './input.ts'
import type { Metrics } from './metrics.ts'
import { RequestCircumstances } from './request.ts'

export interface RouteNeeds {
  readonly dispatch: Dispatch
  readonly metrics: Metrics
  /** Sets the request's caller or throws. */
  readonly identify: (request: FastifyRequest, method: Method) => void | Promise<void>
  readonly stopping: AbortSignal
  readonly after: After
  readonly limits: { readonly upload: number; readonly streamsOfSession: number; readonly streams: number }
}

/** Adds a route for every method. */
export function addRoutes(app: FastifyInstance, needs: RouteNeeds): void {
  const methods = Object.entries(needs.dispatch.methods)
  for (const [name, method] of methods) if (!takesBytes(method) && !method.cbor) addRoute(app, name, method, needs)
  app.register(async (mixed) => {
    cborBodies(mixed)
    for (const [name, method] of methods) if (method.cbor) addRoute(mixed, name, method, needs)
  })
  app.register(async (uploads) => {
    // Bytes of any media type, handed on as they come.
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const [name, method] of methods) if (takesBytes(method)) addRoute(uploads, name, method, needs)
  })
}

const takesBytes = ({ kind }: Method): boolean => kind === 'upload' || kind === 'files'

function addRoute(app: FastifyInstance, name: string, method: Method, needs: RouteNeeds): void {
  const { verb, path } = addressOf(method)
  const meter = needs.metrics.meter(name, method.kind === 'json')
  app.route({
    method: verb === 'GET' && method.kind !== 'events' ? ['GET', 'HEAD'] : verb,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    ...(method.cbor ? { bodyLimit: largeBody } : {}),
    // Before a byte of the body is read.
    onRequest(request, _reply, done) {
      request.meter = meter
      request.methodName = name
      if (method.callers === 'open') return done()
      settle(
        () => needs.identify(request, method),
        () => authorize(method, request.caller),
        done,
      )
    },
    handler: handlerOf(name, method, needs),
  })
}

/** Runs `first`, then `second`, without a promise where none is needed. */
function settle(first: () => void | Promise<void>, second: () => void, done: (error?: Error) => void): void {
  const fail = (error: unknown) => done(error instanceof Error ? error : new VivimError('internal'))
  const go = () => {
    second()
    done()
  }
  try {
    const waiting = first()
    if (waiting) waiting.then(go).catch(fail)
    else go()
  } catch (error) {
    fail(error)
  }
}

function handlerOf(name: string, method: Method, needs: RouteNeeds) {
  const { dispatch, stopping, after, limits } = needs
  const read = inputReader(method)
  const gate = method.kind === 'events' ? streamGate(limits) : undefined
  const ask = (
    request: FastifyRequest,
    circumstances: RequestCircumstances | { signal: AbortSignal; body: UploadBody | FilesBody },
  ) => dispatch.call(name, read(request), request.caller, circumstances)

  switch (method.kind) {
    case 'json':
      if (method.cbor)
        return async (request: FastifyRequest, reply: FastifyReply) => {
          const answer = await ask(request, new RequestCircumstances(request, reply, stopping))
          if (isCbor(request)) return sendCbor(reply, answer)
          return sendJson(request, reply, new Encoded(toJson(answer)))
        }
      return async (request: FastifyRequest, reply: FastifyReply) =>
        sendJson(request, reply, await ask(request, new RequestCircumstances(request, reply, stopping)))
    case 'upload':
    case 'files':
      return async (request: FastifyRequest, reply: FastifyReply) => {
        const body = (method.kind === 'files' ? filesOf : uploadOf)(request, limits.upload)
        return sendJson(
          request,
          reply,
          await ask(request, { signal: new RequestCircumstances(request, reply, stopping).signal, body }),
        )
      }
    case 'download':
      return async (request: FastifyRequest, reply: FastifyReply) => {
        const circumstances = new RequestCircumstances(request, reply, stopping)
        // `createDispatch` pairs download methods with handlers that answer a Download.
        const download = (await ask(request, circumstances)) as Download
        return sendDownload(request, reply, download, circumstances.signal)
      }
    case 'events':
      return async (request: FastifyRequest, reply: FastifyReply) => {
        const leave = gate?.(request.caller.kind === 'session' ? request.caller.session : 'local')
        try {
          const circumstances = new RequestCircumstances(request, reply, stopping)
          const events = (await ask(request, circumstances)) as AsyncIterable<unknown>
          await sendEvents(reply, events, circumstances.signal, after)
          return reply
        } finally {
          leave?.()
        }
      }
  }
}

function sendJson(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const json = answer instanceof Encoded ? answer.json : JSON.stringify(answer)
  const etag = answer instanceof Encoded ? answer.etag : undefined
  const unchanged = etag !== undefined && request.headers['if-none-match'] === `"${etag}"`
  // Written past the framework's own reply, which would take a third of the time that a page of units needs.
  const { raw } = reply.hijack()
  const headers = [...jsonHeaders, 'content-length', String(Buffer.byteLength(json))]
  if (etag !== undefined) headers.push('etag', `"${etag}"`)
  if (unchanged) raw.writeHead(304, headers).end()
  else raw.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : json)
  return reply
}

const jsonHeaders = [...Object.entries(commonHeaders).flat(), 'content-type', 'application/json; charset=utf-8']

/** Counts open streams, so that nobody can hold all of them; answers how to leave. */
function streamGate({ streams, streamsOfSession }: { streams: number; streamsOfSession: number }) {
  const open = new Map<string, number>()
  let all = 0
  return (whose: string): (() => void) => {
    const mine = open.get(whose) ?? 0
    if (all >= streams || mine >= streamsOfSession) throw new VivimError('too-many-requests', 'Too many event streams are open.')
    open.set(whose, mine + 1)
    all += 1
    return () => {
      all -= 1
      const left = (open.get(whose) ?? 1) - 1
      if (left > 0) open.set(whose, left)
      else open.delete(whose)
    }
  }
}
