import { request as httpRequest } from 'node:http'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, type DoorOptions, openDoor } from '../../tests/kit/door.ts'
import { VivimError } from '../contract/errors.ts'
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
const _conversation = `/api/v1/conversations/${'a'.repeat(26)}`

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
