/** One port with and without TLS: who is spoken to in which way. */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { type RequestOptions, Agent as SecureAgent, request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { seededRandom } from '../../tests/kit/clock.ts'
import { type Door, openDoor } from '../../tests/kit/door.ts'
import { makeLeaf, makeRoot } from '../adapters/x509/certificates.ts'
import { tokenProtocol } from '../contract/live.ts'
import type { Tls, TlsPair } from '../ports/tls.ts'
import { newSetupServer } from './setup-page.ts'

const random = seededRandom(1)
const root = makeRoot('test', Date.now(), random)
const ca = root.certificate.toString()
const fingerprint = root.certificate.fingerprint256
let door: Door
let changed: (pair: TlsPair) => void
const pairFor = (...names: string[]): TlsPair => makeLeaf(root, names, Date.now(), random)
beforeEach(async () => {
  const tls: Tls = {
    pair: pairFor('127.0.0.1', 'localhost', 'shelf.local'),
    follow: (run) => {
      changed = run
    },
    root: { bytes: root.certificate.raw, fingerprint },
  }
  door = await openDoor({ tls, config: { host: '0.0.0.0', localNames: ['shelf.local'], trustedProxies: [] } })
})
afterEach(() => door[Symbol.asyncDispose]())

interface Got {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  readonly peer: string | undefined
}
function get(scheme: 'http' | 'https', options: RequestOptions & { body?: string }): Promise<Got> {
  const make = scheme === 'https' ? secureRequest : plainRequest
  const { body, ...rest } = options
  return new Promise((resolve, reject) => {
    const request = make({ host: '127.0.0.1', port: door.port, path: '/healthz', agent: false, ca, ...rest }, (response) => {
      const { socket } = response
      const peer =
        'getPeerX509Certificate' in socket
          ? (socket as { getPeerX509Certificate(): X509Certificate }).getPeerX509Certificate().fingerprint256
          : undefined
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('latin1'),
          peer,
        }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

describe('with a certificate', () => {
  it('is spoken to over TLS, and on this machine without it as well', async () => {
    expect((await get('https', {})).status).toBe(200)
    expect((await get('http', {})).status).toBe(200)
    const local = { servername: 'shelf.local', headers: { host: `shelf.local:${door.port}` } }
    expect((await get('https', local)).status).toBe(200)
    expect((await get('http', local)).status).toBe(421)
    await expect(get('https', { ca: makeRoot('other', Date.now(), random).certificate.toString() })).rejects.toThrow()
  })

  it('does not wait for connections that say nothing when it closes', async () => {
    const agents = [new SecureAgent({ keepAlive: true }), new PlainAgent({ keepAlive: true })]
    try {
      expect((await get('https', { agent: agents[0] })).status).toBe(200)
      expect((await get('http', { agent: agents[1] })).status).toBe(200)
      // they may stay for half a minute, and only those in the middle of something get this grace
      await door.http.close(1_200_000)
    } finally {
      for (const agent of agents) agent.destroy()
    }
  })

  it('takes its own pages by their own scheme alone', async () => {
    const path = '/api/v1/account'
    const [account] = door.accounts
    if (!account) throw new Error('an account is needed')
    const authorization = `Bearer ${(await door.signIn(account)).accessToken}`
    const from = async (scheme: 'http' | 'https', origin: string) =>
      (await get(scheme, { path, headers: { authorization, origin } })).status
    const own = `127.0.0.1:${door.port}`
    expect(await from('https', `https://${own}`)).toBe(200)
    expect(await from('http', `http://${own}`)).toBe(200)
    expect(await from('https', `http://${own}`)).toBe(403)
    expect(await from('http', `https://${own}`)).toBe(403)
    expect(await from('https', `https://localhost:${door.port}`)).toBe(403)
  })

  it('opens live connections over TLS too', async () => {
    const [account] = door.accounts
    if (!account) throw new Error('an account is needed')
    const { accessToken } = await door.signIn(account)
    const socket = new WebSocket(
      `wss://127.0.0.1:${door.port}/ws`,
      ['vivim.v1.json', `${tokenProtocol}${accessToken}`].filter(Boolean),
      { ca },
    )
    const [outcome] = await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response'),
      once(socket, 'error'),
    ])
    expect(outcome).toBe('open')
    socket.terminate()
  })

  it('serves a new certificate at once, and goes on with open connections', async () => {
    const before = (await get('https', {})).peer
    const next = pairFor('127.0.0.1')
    changed(next)
    expect((await get('https', {})).peer).toBe(new X509Certificate(next.cert).fingerprint256)
    expect(before).not.toBe(new X509Certificate(next.cert).fingerprint256)
    expect(() => changed({ key: next.key, cert: 'nonsense' })).toThrow()
    expect((await get('https', {})).status).toBe(200)
  })

  it('ends what is neither, and closes with connections open', async () => {
    const say = async (bytes: string) => {
      const socket = connect(door.port, '127.0.0.1')
      let text = ''
      socket.setEncoding('latin1').on('data', (more: string) => {
        text += more
      })
      socket.on('error', () => {})
      socket.write(bytes, 'latin1')
      await once(socket, 'close')
      return text
    }
    expect(await say('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
    expect(await say('\x16\x03\x01nonsense that is no handshake')).not.toMatch(/HTTP/)
    const silent = connect(door.port, '127.0.0.1')
    silent.on('error', () => {})
    await once(silent, 'connect')
    expect((await get('https', {})).status).toBe(200)
    silent.destroy()
  })
})

describe('what machines of the network get without TLS', () => {
  const at = '192.168.7.8:4747'
  const known = ['shelf.local:4747', at]
  const server = newSetupServer({
    root: { bytes: root.certificate.raw, fingerprint },
    secureUrl: ({ headers }) => `https://${known.find((one) => one === headers.host) ?? at}`,
  })
  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  afterAll(() => void server.close())
  const plain = (path: string, options: RequestOptions & { body?: string } = {}) => {
    const address = server.address()
    return get('http', { port: typeof address === 'object' && address ? address.port : 0, path, ...options })
  }

  it('gives the root certificate and how it is installed, and nothing else at all', async () => {
    const page = await plain('/', { headers: { 'accept-language': 'de-AT,en', 'user-agent': 'Mozilla/5.0 (Linux; Android 15)' } })
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(page.headers['content-language']).toBe('de')
    expect(page.text).toContain(fingerprint)
    expect(page.text).toContain(`https://${at}/`)
    expect(page.text).toContain('<details open><summary>Android')
    const file = await plain('/vivim-root.crt')
    expect(file.headers['content-type']).toBe('application/x-x509-ca-cert')
    expect(new X509Certificate(Buffer.from(file.text, 'latin1')).fingerprint256).toBe(fingerprint)

    const [account] = door.accounts
    if (!account) throw new Error('an account is needed')
    const authorization = `Bearer ${(await door.signIn(account)).accessToken}`
    for (const path of [
      '/healthz',
      '/index.html',
      '/assets/x.js',
      '/api/v1/account',
      '/api/v1/openapi.json',
      '/ws',
      '/metrics',
      '//',
      '/..',
    ])
      expect((await plain(path, { headers: { authorization } })).status, path).toBe(404)
    const link = JSON.stringify({ secret: 'A'.repeat(43) })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await plain('/api/v1/auth/link', { method, body: link })).status, method).toBe(405)
    expect((await plain('/', { headers: { connection: 'upgrade', upgrade: 'websocket' } })).status).not.toBe(101)
  })

  it('says nothing that the request said, and leads to no other machine', async () => {
    const { text } = await plain('/?<script>', {
      headers: { 'host': 'evil.example', 'user-agent': '<script>', 'accept-language': '<script>' },
    })
    expect(text).not.toMatch(/script|evil/)
    expect(text).toContain(`https://${at}/`)
    expect((await plain('/', { headers: { host: 'shelf.local:4747' } })).text).toContain('https://shelf.local:4747/')
  })
})

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-host': 'vivim.example.org', 'x-forwarded-proto': 'https', 'host': '127.0.0.1:9' }
  const origin = 'https://vivim.example.org'
  const statusOf = async (config: object, headers: Record<string, string>): Promise<number> => {
    await using behind = await openDoor({ config: { publicUrl: origin, names: [], ...config } })
    return (await behind.ask('/.well-known/did.json', { headers })).status
  }
  it('takes the word of one that was named, under the public address', async () => {
    const trustedProxies = ['127.0.0.1']
    expect(await statusOf({ trustedProxies }, { ...forwarded, origin })).toBe(200)
    expect(await statusOf({ trustedProxies }, { ...forwarded, 'origin': 'https://evil.example' })).toBe(403)
    expect(await statusOf({ trustedProxies }, { ...forwarded, 'x-forwarded-host': 'evil.example' })).toBe(421)
    expect(await statusOf({ trustedProxies: ['10.0.0.0/8'] }, forwarded)).toBe(421)
    expect(await statusOf({}, forwarded)).toBe(421)
  })
  it('needs no word where it passes the name on', async () => {
    expect(await statusOf({}, { host: 'vivim.example.org', origin })).toBe(200)
    expect(
      await statusOf({}, { 'host': 'vivim.example.org', 'x-forwarded-host': '127.0.0.1', 'origin': 'http://127.0.0.1' }),
    ).toBe(403)
  })
})
