import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, type DoorOptions, openDoor } from '../../tests/kit/door.ts'
import { didDocument, keysIn } from '../contract/did-document.ts'
import { VivimError } from '../contract/errors.ts'
import { Encoded } from '../contract/method.ts'

let door: Door
const open = async (options?: DoorOptions) => {
  door = await openDoor(options)
  const [account] = door.accounts
  if (!account) throw new Error('an account is needed')
  const { accessToken: token, session } = await door.signIn(account)
  return { account, token, session }
}
afterEach(() => door[Symbol.asyncDispose]())

const _blob = `/api/v1/blobs/bafkrei${'a'.repeat(52)}`
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
  it('say whose keys are here, as did:web of the host that is asked', async () => {
    const { account } = await open()
    const headers = { host: 'Node.example.org' }
    const own = (await door.ask('/.well-known/did.json', { headers })).json()
    expect(own).toMatchObject({ id: 'did:web:node.example.org', alsoKnownAs: [door.nodeKey.did] })
    expect(keysIn(didDocument.parse(own), 'authentication')).toEqual([door.nodeKey.did])
    const id = `did:web:node.example.org:actor:${encodeURIComponent(account)}`
    for (const path of [`/actor/${account}/did.json`, `/actor/${encodeURIComponent(account)}/did.json`]) {
      const document = (await door.ask(path, { headers })).json()
      expect(document).toMatchObject({ id, alsoKnownAs: [account] })
      expect(keysIn(didDocument.parse(document), 'assertionMethod')).toEqual([account])
    }
    expect((await door.ask('/.well-known/did.json')).json().id).toBe(`did:web:127.0.0.1%3A${door.port}`)
    for (const nobody of [door.nodeKey.did, 'did:web:node.example.org', 'x'])
      expect((await door.ask(`/actor/${nobody}/did.json`)).status, nobody).toBe(404)
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
