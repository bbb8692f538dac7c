/**
 * Schemes of the app's own (`protocol.handle`). Chromium does not know them, so each session has a server of its own on
 * loopback that asks the app's handler, and pages are at `https://HOST.localhost:PORT/` instead of `SCHEME://HOST/`.
 * HTTP/2, because a scheme of Electron's has no limit on how many requests are open at once.
 */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { certificate, privateKey } from './certificate.ts'

type Handler = (request: Request) => Response | Promise<Response>
const served = new Map<number, string>()

export interface SchemeServer {
  handler: Handler | undefined
  /** The address at which Chromium finds what the app knows as `url`. */
  realOf(url: URL): Promise<string>
}

/** A server for one scheme of one session; it listens when it is first needed. */
export function schemeServer(scheme: string): SchemeServer {
  let listening: Promise<number> | undefined
  const server: SchemeServer = {
    handler: undefined,
    async realOf(url) {
      listening ??= listen(scheme, (request) => answer(server.handler, request))
      return `https://${url.host}.localhost:${await listening}${url.pathname}${url.search}${url.hash}`
    },
  }
  return server
}

/** What the app knows as the address of `real`: the scheme's own where one of the servers here has it. */
export function shownUrl(real: string): string {
  if (!URL.canParse(real)) return real
  const url = new URL(real)
  const scheme = served.get(Number(url.port))
  if (scheme === undefined || !url.hostname.endsWith('.localhost')) return real
  return `${scheme}://${url.hostname.slice(0, -'.localhost'.length)}${url.pathname}${url.search}${url.hash}`
}

async function answer(handler: Handler | undefined, request: Request): Promise<Response> {
  return handler ? await handler(request) : Response.error()
}

async function listen(scheme: string, handle: Handler): Promise<number> {
  const server = createSecureServer(
    { key: privateKey, cert: certificate, allowHTTP1: true, settings: { maxConcurrentStreams: 1000 } },
    (request, response) => void serve(request, response, handle),
  )
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  served.set(port, scheme)
  return port
}

async function serve(request: Http2ServerRequest, response: Http2ServerResponse, handle: Handler): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  request.on('error', () => gone.abort())
  response.on('error', () => gone.abort())
  try {
    const answered = await handle(requestOf(request, gone.signal))
    if (answered.type === 'error') return void response.stream.destroy()
    const skipped = new Set(['connection', 'keep-alive', 'transfer-encoding'])
    response.writeHead(answered.status, Object.fromEntries([...answered.headers].filter(([name]) => !skipped.has(name))))
    if (answered.body) await pipeline(Readable.fromWeb(answered.body as never), response)
    else response.end()
  } catch {
    // A handler that threw, or a page that is gone: the request fails, as one of Electron's would.
    response.stream.destroy()
  }
}

function requestOf(request: Http2ServerRequest, signal: AbortSignal): Request {
  const { method, headers } = request
  const real = `https://${headers[':authority'] ?? headers.host ?? ''}${request.url}`
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (name.startsWith(':') || name === 'host' || value === undefined) return []
    const text = Array.isArray(value) ? value.join(', ') : value
    if (name === 'origin') return [[name, shownUrl(text).replace(/\/$/, '')]]
    return [[name, name === 'referer' ? shownUrl(text) : text]]
  })
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(request), duplex: 'half' }
  return new Request(shownUrl(real), { method, headers: kept, signal, ...(body as object) })
}
