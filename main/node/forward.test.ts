import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import { forward } from './forward.ts'

let server: Server
let origin: string
let last: IncomingMessage & { text?: string }
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += String(part)
    last = Object.assign(request, { text })
    response.writeHead(206, { 'content-type': 'text/plain', 'content-range': 'bytes 0-1/9', 'set-cookie': 'a=b', 'x-node': '1' })
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const node = { address: async () => ({ origin, token: 'secret' }), refused: () => {} }

describe('forwarding to the node', () => {
  it('adds the session and drops what the page may not set', async () => {
    const headers = { 'content-type': 'application/json', 'range': 'bytes=0-1', 'x-other': '1', 'authorization': 'Bearer page' }
    const request = new Request('http://page/', { method: 'POST', body: '{"a":1}', headers })
    const answer = await forward(request, '/api/v1/search?q=a%20b', node, fetch)
    expect(last.method).toBe('POST')
    expect(last.url).toBe('/api/v1/search?q=a%20b')
    expect(last.text).toBe('{"a":1}')
    expect(last.headers).toMatchObject({
      'authorization': 'Bearer secret',
      'content-type': 'application/json',
      'range': 'bytes=0-1',
    })
    expect(last.headers).not.toHaveProperty('x-other')
    expect(last.headers).not.toHaveProperty('origin')
    expect(answer.status).toBe(206)
    expect(await answer.text()).toBe('ok')
    expect(Object.fromEntries(answer.headers)).toEqual({ 'content-type': 'text/plain', 'content-range': 'bytes 0-1/9' })
  })

  it('answers a problem, without the token, where the node is not there', async () => {
    const gone = async () => ({ origin: 'http://127.0.0.1:1', token: 'secret' })
    const answer = await forward(new Request('http://page/'), '/api/v1/status', { ...node, address: gone }, fetch)
    expect(answer.status).toBe(503)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'unavailable', retryable: true })
    expect(text).not.toContain('secret')
  })

  it('hands on why the node cannot start', async () => {
    const failed = async () => {
      throw new VivimError('store-locked')
    }
    const answer = await forward(new Request('http://page/'), '/api/v1/status', { ...node, address: failed }, fetch)
    expect(await answer.json()).toMatchObject({ code: 'store-locked', status: 503 })
  })

  it('asks again with the next session where one was ended from elsewhere', async () => {
    const refused: string[] = []
    const two = {
      address: async () => ({ origin, token: refused.length === 0 ? 'ended' : 'next' }),
      refused: (token: string) => void refused.push(token),
    }
    const door: typeof fetch = async (_, init) =>
      new Response('', { status: new Headers(init?.headers).get('authorization') === 'Bearer ended' ? 401 : 200 })
    expect((await forward(new Request('http://page/'), '/api/v1/status', two, door)).status).toBe(200)
    expect(refused).toEqual(['ended'])
    refused.length = 0
    // What was sent is gone: the page tries again by itself, and is not told that nobody is signed in.
    const post = new Request('http://page/', { method: 'POST', body: '{}' })
    expect(await (await forward(post, '/api/v1/x', two, door)).json()).toMatchObject({ code: 'unavailable', retryable: true })
  })
})
