import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, type DoorOptions, openDoor } from '../../tests/kit/door.ts'
import { VivimError } from '../contract/errors.ts'
import { Encoded } from '../contract/method.ts'
import { heartbeat } from './events.ts'

let door: Door
const open = async (options?: DoorOptions) => {
  door = await openDoor(options)
  const [account] = door.accounts
  if (!account) throw new Error('an account is needed')
  const { accessToken: token, session } = await door.signIn(account)
  return { account, token, session }
}
afterEach(() => door[Symbol.asyncDispose]())

const blob = `/api/v1/blobs/bafkrei${'a'.repeat(52)}`
const conversation = `/api/v1/conversations/${'a'.repeat(26)}`

describe('the open addresses', () => {
  it('say how the node is', async () => {
    await open()
    expect((await door.ask('/healthz')).status).toBe(200)
    expect((await door.ask('/readyz')).status).toBe(200)
    door.state.ready = false
    expect((await door.ask('/readyz')).json()).toMatchObject({ code: 'unavailable', retryable: true })
    expect((await door.ask('/api/v1/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0' } })
    expect((await door.ask('/api/v1/docs')).headers['content-security-policy']).toMatch(/style-src 'sha256-/)
  })
  it('give figures to this machine, not through a proxy on it', async () => {
    await open({ config: { metricsToken: 'figures' } })
    await door.ask('/healthz')
    expect((await door.ask('/metrics')).text).toContain('vivim_http_requests_total{method="healthz",status="200"} 1')
    expect((await door.ask('/metrics', { headers: { host: 'node.example.org' } })).status).toBe(403)
    expect((await door.ask('/metrics', { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(403)
    expect((await door.ask('/metrics', { headers: { host: 'node.example.org' }, token: 'figures' })).status).toBe(200)
    expect((await door.ask('/metrics', { headers: { host: 'node.example.org' }, token: 'figure' })).status).toBe(403)
    expect((await door.askLocal('/metrics')).status).toBe(200)
  })
})

describe('addresses that are no method’s', () => {
  it('are unknown to whoever has no session', async () => {
    const { token } = await open()
    for (const path of ['/api', '/api/v1/nothing', '/api/v2/status', '/api/v1/../status']) {
      expect((await door.ask(path)).status, path).toBe(401)
      expect((await door.ask(path, { token })).status, path).toBe(404)
      expect((await door.ask(path, { method: 'POST', body: '{' })).status, path).toBe(401)
    }
    expect((await door.ask('/api/v1/status', { method: 'POST', token })).json()).toMatchObject({ code: 'method-not-allowed' })
    expect((await door.ask('/nothing', { method: 'POST' })).status).toBe(401)
    expect((await door.ask('/%zz')).status).toBe(400)
  })
})

describe('the page', () => {
  it('is served from plain files alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vivim-page-'))
    try {
      await mkdir(join(directory, 'page', 'assets'), { recursive: true })
      await writeFile(join(directory, 'secret.txt'), 'secret')
      await writeFile(join(directory, 'page', 'index.html'), '<!doctype html>')
      await writeFile(join(directory, 'page', '.hidden.txt'), 'secret')
      await writeFile(join(directory, 'page', 'assets', 'a-1f.js'), '1')
      await symlink(join(directory, 'secret.txt'), join(directory, 'page', 'link.txt'))
      await open({ config: { page: join(directory, 'page') } })
      for (const path of ['/', '/library/abc?q=words']) {
        const { status, text, headers } = await door.ask(path)
        expect({ status, text }).toEqual({ status: 200, text: '<!doctype html>' })
        expect(headers).toMatchObject({
          'cache-control': 'no-store',
          'content-type': 'text/html; charset=utf-8',
          'x-content-type-options': 'nosniff',
        })
        expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/)
      }
      expect((await door.ask('/assets/a-1f.js')).headers['cache-control']).toContain('immutable')
      for (const path of [
        '/../secret.txt',
        '/%2e%2e/secret.txt',
        '/..%2fsecret.txt',
        '/.hidden.txt',
        '/link.txt',
        '/assets/none.js',
        '/secret.exe',
        '//etc/passwd.txt',
      ]) {
        const { status, text } = await door.ask(path)
        expect({ path, status: status >= 400, text: text.includes('secret"') || text === 'secret' }).toEqual({
          path,
          status: true,
          text: false,
        })
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('JSON methods', () => {
  it('send what is encoded already, and nothing when it is known', async () => {
    const { token } = await open({ handlers: { 'facets.get': async () => new Encoded('{"made": "ä"}', 'v1') } })
    const first = await door.ask('/api/v1/facets', { token })
    expect(first).toMatchObject({ status: 200, text: '{"made": "ä"}' })
    expect(first.headers).toMatchObject({
      etag: '"v1"',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(first.headers['access-control-allow-origin']).toBeUndefined()
    expect(await door.ask('/api/v1/facets', { token, headers: { 'if-none-match': '"v1"' } })).toMatchObject({
      status: 304,
      text: '',
    })
    const head = await door.ask('/api/v1/facets', { token, method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers['content-length']).toBe('14')
  })
  it('name the fields that are wrong, never what stood in them', async () => {
    const { token } = await open()
    const answer = await door.ask('/api/v1/search?q=tuppence&limit=1000&order=tuppence&tuppence=1', { token })
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json().detail).toMatch(/order: .*limit: must be at most 200.*1 unknown field/)
    expect(answer.text).not.toContain('tuppence')
  })
  it('fail as problem documents, whatever a handler throws', async () => {
    const { token } = await open({
      handlers: {
        'facets.get': () => {
          throw new TypeError('secret tuppence')
        },
        'storage.get': () => Promise.reject('not even an error'),
        'account.get': async () => {
          throw new VivimError('keys-missing')
        },
      },
    })
    expect((await door.ask('/api/v1/facets', { token })).json()).toMatchObject({ code: 'internal', status: 500 })
    expect((await door.ask('/api/v1/storage', { token })).json()).toMatchObject({ code: 'internal' })
    expect((await door.ask('/api/v1/account', { token })).json()).toMatchObject({ code: 'keys-missing', status: 503 })
    expect(JSON.stringify(door.logged)).toContain('facets.get')
    expect(JSON.stringify(door.logged)).not.toContain('tuppence')
  })
  it('are logged by their name, never by what was asked', async () => {
    const { token } = await open()
    await door.ask('/api/v1/search?q=tuppence', { token })
    await door.ask(conversation, { token })
    const logged = JSON.stringify(door.logged)
    expect(logged).toContain('"method":"search.find","status":200')
    expect(logged).not.toMatch(/tuppence|aaaa|Bearer|did:key/)
  })
  it('break off when nobody listens any more', async () => {
    const reached = Promise.withResolvers<AbortSignal>()
    const { token } = await open({
      handlers: {
        'facets.get': (_, { signal }) => {
          reached.resolve(signal)
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
      },
    })
    const request = httpRequest({ port: door.port, path: '/api/v1/facets', headers: { authorization: `Bearer ${token}` } }).on(
      'error',
      () => {},
    )
    request.end()
    const signal = await reached.promise
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    request.destroy()
    await aborted
    expect((await door.ask('/healthz')).status).toBe(200)
  })
})

describe('uploads', () => {
  const path = '/api/v1/imports?name=export.zip'
  it('stream any media type up to the limit', async () => {
    const { token } = await open({ config: { uploadLimit: 300_000 } })
    const answer = await door.ask(path, {
      method: 'POST',
      token,
      body: new Uint8Array(300_000),
      headers: { 'content-type': 'application/zip' },
    })
    expect(answer.json()).toMatchObject({ reached: 'imports.upload', size: 300_000 })
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const large = await door
        .ask(path, { method: 'POST', token, body: new Uint8Array(300_001), headers })
        .catch((error: Error & { code?: string }) => ({ status: error.code }))
      // The door closes without reading on, so a client that only writes may see its connection reset.
      expect([413, 'ECONNRESET', 'EPIPE']).toContain(large.status)
    }
  })
  it('take the file itself, nothing around it', async () => {
    const { token } = await open()
    for (const headers of [{ 'content-type': 'multipart/form-data; boundary=x' }, { 'content-encoding': 'gzip' }]) {
      expect((await door.ask(path, { method: 'POST', token, body: new Uint8Array(1), headers })).status).toBe(415)
    }
  })
  it('that break off are told so', async () => {
    const failed = Promise.withResolvers<unknown>()
    const { token } = await open({
      handlers: {
        'imports.upload': async (_, { body }) => {
          try {
            for await (const _chunk of body.bytes);
          } catch (error) {
            failed.resolve(error)
            throw error
          }
          throw new Error('it was whole')
        },
      },
    })
    const request = httpRequest({
      port: door.port,
      path,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': 1000 },
    }).on('error', () => {})
    request.write('some', () => request.destroy())
    expect(await failed.promise).toMatchObject({ code: 'cancelled' })
  })
  it('without a session are refused before a byte was sent', async () => {
    await open()
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(door.port, '127.0.0.1')
      let text = ''
      socket
        .on('data', (data) => {
          text += data
        })
        .on('end', () => resolve(text))
        .on('error', reject)
      socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nContent-Length: 100000000\r\n\r\n`)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toMatch(/connection: close/i)
  })
})

describe('downloads', () => {
  const bytes = Buffer.from('0123456789')
  const handlers = (fail?: number): NonNullable<DoorOptions['handlers']> => ({
    'blobs.get': async () => ({
      mediaType: 'image/png',
      size: bytes.length,
      filename: 'ä.png',
      etag: 'cid',
      async *open(range) {
        for (let at = range?.start ?? 0; at < (range?.end ?? bytes.length); at++) {
          if (at === fail) throw new VivimError('seal-broken')
          yield bytes.subarray(at, at + 1)
        }
      },
    }),
  })
  it('take ranges, and can do nothing as a page', async () => {
    const { token } = await open({ handlers: handlers() })
    const whole = await door.ask(blob, { token })
    expect(whole).toMatchObject({ status: 200, text: '0123456789' })
    expect(whole.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '10',
      etag: '"cid"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'content-type': 'image/png',
    })
    expect(whole.headers['content-disposition']).toMatch(/^attachment; /)
    const part = await door.ask(blob, { token, headers: { range: 'bytes=2-4' } })
    expect(part).toMatchObject({ status: 206, text: '234' })
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' })
    const outside = await door.ask(blob, { token, headers: { range: 'bytes=10-' } })
    expect(outside.json()).toMatchObject({ code: 'range-not-satisfiable' })
    expect(outside.headers['content-range']).toBe('bytes */10')
    expect(await door.ask(blob, { token, headers: { range: 'bytes=2-4', 'if-range': '"other"' } })).toMatchObject({ status: 200 })
    expect(await door.ask(blob, { token, headers: { 'if-none-match': '"cid"' } })).toMatchObject({ status: 304, text: '' })
    const head = await door.ask(blob, { token, method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers['content-length']).toBe('10')
  })
  it('that fail at once are problems', async () => {
    const { token } = await open({ handlers: handlers(0) })
    const { status, headers, text } = await door.ask(blob, { token })
    expect({ status, code: JSON.parse(text).code }).toEqual({ status: 500, code: 'seal-broken' })
    expect(headers['content-type']).toBe('application/problem+json')
    expect(headers.etag ?? headers['content-disposition']).toBeUndefined()
  })
  it('that fail later are cut off, never passed for whole', async () => {
    const { token } = await open({ handlers: handlers(5) })
    await expect(door.ask(blob, { token })).rejects.toThrow()
    expect((await door.ask('/healthz')).status).toBe(200)
  })
})

describe('event streams', () => {
  /** Time that passes only when the test says so. */
  function timers() {
    const due: { milliseconds: number; run: () => void }[] = []
    return {
      after: (milliseconds: number, run: () => void) => {
        const timer = { milliseconds, run }
        due.push(timer)
        return () => void due.splice(due.indexOf(timer), due.includes(timer) ? 1 : 0)
      },
      fire: (milliseconds: number) => due.find((timer) => timer.milliseconds === milliseconds)?.run(),
    }
  }
  const stream = (path: string, token: string, headers = {}) =>
    new Promise<{ read: (until: RegExp) => Promise<string>; end: Promise<string> }>((resolve, reject) => {
      httpRequest(
        { port: door.port, path, agent: false, headers: { authorization: `Bearer ${token}`, ...headers } },
        (response) => {
          let text = ''
          const waiting: { until: RegExp; resolve: (text: string) => void }[] = []
          response.on('data', (data) => {
            text += data
            for (const { until, resolve: found } of waiting) if (until.test(text)) found(text)
          })
          resolve({
            read: (until) =>
              until.test(text) ? Promise.resolve(text) : new Promise((found) => waiting.push({ until, resolve: found })),
            end: new Promise((ended) => response.on('close', () => ended(text))),
          })
        },
      )
        .on('error', reject)
        .end()
    })
  async function* quiet(signal: AbortSignal) {
    yield { id: '1', event: 'changed' as const, data: { position: 1, types: [] } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }

  it('send events, beat while it is quiet, and end with their session', async () => {
    const time = timers()
    const { account, token, session } = await open({
      after: time.after,
      handlers: { 'events.stream': (_, { signal }) => quiet(signal) },
    })
    const { read, end } = await stream('/api/v1/events/stream', token)
    expect(await read(/\n\n/)).toBe('id: 1\nevent: changed\ndata: {"position":1,"types":[]}\n\n')
    time.fire(heartbeat)
    await read(/: \n\n$/)
    await door.sessions.end(account, session)
    expect(await end).toMatch(/event: error\ndata: .*session-expired.*\n\n$/)
  })
  it('resume behind Last-Event-ID', async () => {
    const { token } = await open()
    const { end } = await stream('/api/v1/events/stream', token, { 'last-event-id': '17' })
    expect(await end).toContain('"input":{"lastEventId":"17"}')
  })
  it('that fail at once are problems, later an event', async () => {
    const { token } = await open({
      handlers: {
        'imports.events': () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new VivimError('not-found')) }) }),
        'events.stream': async function* () {
          yield { id: '1', event: 'changed' as const, data: { position: 1, types: [] } }
          throw new Error('tuppence')
        },
      },
    })
    expect((await door.ask(`/api/v1/imports/${'a'.repeat(26)}/events`, { token })).json()).toMatchObject({ code: 'not-found' })
    const text = await (await stream('/api/v1/events/stream', token)).end
    expect(text).toContain('event: error\ndata: {"type":"urn:vivim:error:internal"')
    expect(text).not.toContain('tuppence')
  })
  it('are bounded for each session, and free their place when they end', async () => {
    const { token } = await open({ handlers: { 'events.stream': (_, { signal }) => quiet(signal) } })
    const streams = await Promise.all(Array.from({ length: 24 }, () => stream('/api/v1/events/stream', token)))
    await Promise.all(streams.map(({ read }) => read(/\n\n/)))
    expect((await door.ask('/api/v1/events/stream', { token })).json()).toMatchObject({ code: 'too-many-requests' })
    await door.http.close(0)
    for (const text of await Promise.all(streams.map(({ end }) => end))) expect(text).toContain('unavailable')
  })
})

describe.skipIf(process.platform === 'win32')('the user’s own socket', () => {
  it('can be opened by its user alone', async () => {
    await open()
    expect((await stat(door.socketPath)).mode & 0o777).toBe(0o600)
    expect((await stat(join(door.socketPath, '..'))).mode & 0o777).toBe(0o700)
  })
  it('takes a token as less than its user', async () => {
    const { account } = await open()
    const { accessToken } = await door.signIn(account, ['read'])
    expect((await door.askLocal('/api/v1/accounts', { token: accessToken })).status).toBe(403)
    expect((await door.askLocal('/api/v1/accounts')).status).toBe(200)
  })
  it('needs no account for what is about the node, and says when there is none', async () => {
    await open()
    door.accounts.length = 0
    expect((await door.askLocal('/api/v1/accounts')).status).toBe(200)
    expect((await door.askLocal('/api/v1/account')).json()).toMatchObject({ code: 'bad-request' })
  })
})
