import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accounts } from '../node-core/contract/api/account.ts'
import { auth } from '../node-core/contract/api/auth.ts'
import { defineMethods } from '../node-core/contract/method.ts'
import { type Access, ask, createClient, type Fetch } from './client.ts'

const own = defineMethods({
  'thing.get': {
    http: 'GET /api/v1/things/{id}',
    summary: '',
    kind: 'json',
    callers: 'session',
    input: z.strictObject({ id: z.string(), q: z.string().optional() }),
    output: z.object({ name: z.string() }),
    errors: [],
  },
})
const method = own['thing.get']

/** A node's door that answers with `answers` in turn and remembers what it was asked. */
function door(...answers: [status: number, body: unknown][]) {
  const requests: { url: string; init: RequestInit; headers: Headers }[] = []
  const fetch: Fetch = async (input, init = {}) => {
    requests.push({ url: String(input), init, headers: new Headers(init.headers) })
    const [status, body] = answers.shift() ?? [500, {}]
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }
  return { fetch, requests }
}
const noUpload = () => {
  throw new Error('nothing is uploaded here')
}
const access = (tokens: string[]): Access => ({
  token: () => tokens[0],
  renew: async () => tokens.shift() !== undefined && tokens.length > 0,
})

describe('a call', () => {
  it('is put together from the contract, and never kept by the browser', async () => {
    const { fetch, requests } = door([200, { name: 'x', more: 1 }])
    expect(await ask(fetch, method, { id: 'a/b', q: 'c d' }, 'token')).toEqual({ name: 'x' })
    const [request] = requests
    expect(request?.url).toBe('/api/v1/things/a%2Fb?q=c+d')
    expect(request?.init).toMatchObject({ method: 'GET', cache: 'no-store', credentials: 'omit', redirect: 'error' })
    expect(request?.headers.get('authorization')).toBe('Bearer token')
    expect(request?.init.body).toBeUndefined()
  })

  it('sends its fields in the body where the method takes them there', async () => {
    const { fetch, requests } = door([401, { code: 'link-invalid' }])
    await expect(ask(fetch, auth['auth.link'], { secret: 's' })).rejects.toMatchObject({ code: 'link-invalid' })
    expect(requests[0]?.init).toMatchObject({ method: 'POST', body: '{"secret":"s"}' })
    expect(requests[0]?.headers.get('authorization')).toBeNull()
  })

  it('fails with the node’s own error, or one that is true where the answer is none', async () => {
    const failing = async (status: number, body: unknown) =>
      await ask(door([status, body]).fetch, accounts['account.get'], {}).catch((error: unknown) => error)
    expect(await failing(409, { code: 'conflict', detail: 'Twice.' })).toMatchObject({ code: 'conflict', detail: 'Twice.' })
    expect(await failing(500, { code: 'made-up' })).toMatchObject({ code: 'internal' })
    expect(await failing(502, '<html>')).toMatchObject({ code: 'unavailable' })
    expect(await failing(200, { did: 'nobody' })).toMatchObject({ code: 'internal' })
    expect(await failing(200, 'no JSON')).toMatchObject({ code: 'internal' })
    const offline: Fetch = () => Promise.reject(new TypeError('failed'))
    await expect(ask(offline, method, { id: 'a' })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('renews the session once when its token is refused', async () => {
    const renewed = door([401, { code: 'unauthenticated' }], [200, { name: 'x' }])
    expect(await createClient(renewed.fetch, access(['old', 'new']), noUpload).call(method, { id: 'a' })).toEqual({ name: 'x' })
    expect(renewed.requests.map((request) => request.headers.get('authorization'))).toEqual(['Bearer old', 'Bearer new'])

    const twice = door([401, { code: 'unauthenticated' }], [401, { code: 'unauthenticated' }])
    await expect(createClient(twice.fetch, access(['old', 'new']), noUpload).call(method, { id: 'a' })).rejects.toMatchObject({
      status: 401,
    })
    expect(twice.requests).toHaveLength(2)

    const ended = door([401, { code: 'session-expired' }])
    await expect(createClient(ended.fetch, access(['old']), noUpload).call(method, { id: 'a' })).rejects.toMatchObject({
      code: 'session-expired',
    })
    expect(ended.requests).toHaveLength(1)
  })
})
