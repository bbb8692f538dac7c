/** Security cases 6, 7 and 10: what others name is read from the public internet only, whatever a name says a moment later. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../node-core/adapters/web/addresses.ts'
import { createGuardedWeb, systemNames } from '../../node-core/adapters/web/guarded.ts'
import { didWebOf, keyDocument, keysIn, webDocument } from '../../node-core/contract/did-document.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import { addressOfDidWeb, resolveDid } from '../../node-core/identity/resolve.ts'
import { newDid } from '../kit/door.ts'

const folder = join(import.meta.dirname, '../fixtures/tls')
const cert = readFileSync(join(folder, 'certificate.pem'), 'utf8')
const key = readFileSync(join(folder, 'key.pem'), 'utf8')
const signal = new AbortController().signal

let server: Server
let port: number
/** What the server answers by path, and the paths that it was asked for. */
const answers = new Map<string, { status?: number; headers?: Record<string, string>; body?: string | Buffer }>()
const asked: string[] = []
beforeAll(async () => {
  server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '')
    const { status = 200, headers = {}, body = '' } = answers.get(request.url ?? '') ?? { status: 404 }
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A web in which this machine's 127.0.0.1 passes for public, and names are what the test says. */
function webOf(names: Record<string, string[] | string[][]>) {
  const turns = new Map<string, number>()
  return createGuardedWeb({
    authorities: cert,
    allows: (address) => address === '127.0.0.1' || isPublicAddress(address),
    names: {
      async addressesOf(host) {
        const all = names[host]
        if (!all) throw new Error('no such name')
        const turn = turns.get(host) ?? 0
        turns.set(host, turn + 1)
        return Array.isArray(all[0]) ? ((all[Math.min(turn, all.length - 1)] ?? []) as string[]) : (all as string[])
      },
    },
  })
}
const get = (web: ReturnType<typeof webOf>, url: string) => web.get(url, { accept: 'application/json', limit: 1000, signal })
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work
  } catch (error) {
    if (isVivimError(error)) return error.code
    throw error
  }
  return undefined
}

describe('addresses', () => {
  it.each([
    ['loopback', '127.0.0.1', '127.255.0.9', '::1', '::'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::7f00:1', '0:0:0:0:0:ffff:7f00:0001'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1'],
    ['link-local', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
    ['carrier-grade NAT and benchmarks', '100.64.0.1', '100.127.255.255', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['multicast, reserved and broadcast', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', '0.0.0.0', 'ff02::1'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
    ['Teredo and 6to4', '2001::1', '2001:0:53aa::1', '2002:7f00:1::', '2002:c0a8:101::1', '192.88.99.1'],
    ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    ['no address', '', 'localhost', '1.2.3', '127.1', '0x7f.0.0.1', '8.8.8.8 '],
  ])('that are %s are refused', (_, ...addresses) => {
    for (const address of addresses) expect(isPublicAddress(address), address).toBe(false)
  })
  it('of the public internet are taken', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])
      expect(isPublicAddress(address), address).toBe(true)
  })
})

describe('a request to what others name', () => {
  it('is https alone, to names and numbers of the public internet', async () => {
    const web = webOf({ 'private.example': ['10.0.0.1'], 'mixed.example': ['127.0.0.1', '192.168.0.1'], 'none.example': [] })
    for (const url of [
      'http://good.example/',
      'data:text/plain,x',
      'file:///etc/passwd',
      'nonsense',
      'https://a:b@good.example/',
    ])
      expect(await codeOf(get(web, url)), url).toBe('bad-request')
    for (const url of [
      'https://private.example/',
      'https://mixed.example/',
      'https://169.254.169.254/latest',
      'https://[::ffff:7f00:1]/',
      'https://[::1]/',
      'https://0xa000001/',
      'https://2130706434/',
    ])
      expect(await codeOf(get(web, url)), url).toBe('forbidden')
    expect(await codeOf(get(createGuardedWeb({ names: systemNames }), 'https://localhost/'))).toBe('forbidden')
    expect(await codeOf(get(web, 'https://none.example/'))).toBe('unavailable')
    expect(await codeOf(get(web, 'https://unknown.example/'))).toBe('unavailable')
  })

  it('goes to the address that was checked, whatever the name says a moment later', async () => {
    answers.set('/one', { body: 'public' })
    const web = webOf({ 'good.example': [['127.0.0.1'], ['10.0.0.1']] })
    const answer = await get(web, `https://good.example:${port}/one`)
    expect(Buffer.from(answer.body).toString()).toBe('public')
    expect(await codeOf(get(web, `https://good.example:${port}/one`))).toBe('forbidden')
  })

  it('is checked anew at every redirect', async () => {
    answers.set('/on', { status: 302, headers: { location: `https://other.example:${port}/one` } })
    const web = webOf({ 'good.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'], 'private.example': ['10.0.0.1'] })
    expect((await get(web, `https://good.example:${port}/on`)).url).toBe(`https://other.example:${port}/one`)
    for (const [location, code] of [
      [`https://private.example:${port}/one`, 'forbidden'],
      ['https://[fd00::1]/', 'forbidden'],
      [`http://good.example:${port}/one`, 'bad-request'],
      ['data:application/json,{}', 'bad-request'],
      ['/in', 'unavailable'],
    ] as const) {
      answers.set('/in', { status: 307, headers: { location } })
      expect(await codeOf(get(web, `https://good.example:${port}/in`)), location).toBe(code)
    }
    for (let n = 0; n < 20; n++) answers.set(`/far${n}`, { status: 301, headers: { location: `/far${n + 1}` } })
    asked.length = 0
    expect(await codeOf(get(web, `https://good.example:${port}/far0`))).toBe('unavailable')
    expect(asked.length).toBe(6)
  })

  it('ends at its limit, and where the certificate is another’s', async () => {
    answers.set('/long', { body: Buffer.alloc(1001) })
    const web = webOf({ 'good.example': ['127.0.0.1'], 'stranger.example': ['127.0.0.1'] })
    expect(await codeOf(get(web, `https://good.example:${port}/long`))).toBe('too-large')
    expect(await codeOf(get(web, `https://good.example:${port}/missing`))).toBe('not-found')
    expect(await codeOf(get(web, `https://stranger.example:${port}/one`))).toBe('unavailable')
  })
})

describe('a DID', () => {
  const did = newDid()
  it('of a key says everything itself', async () => {
    const web = webOf({})
    expect(keysIn(await resolveDid(web, did, signal), 'assertionMethod')).toEqual([did])
    expect(keyDocument(did).id).toBe(did)
    for (const wrong of [
      'did:key:z6MkNonsense',
      'did:plc:abc',
      'nonsense',
      'did:web:',
      'did:web:a%2Fb',
      'did:web:a:..',
      'did:web:a:%',
    ])
      expect(await codeOf(resolveDid(web, wrong, signal)), wrong).toBe('bad-request')
    const weak = `did:key:z6Mk${'1'.repeat(44)}`
    expect(await codeOf(resolveDid(web, weak, signal))).toBe('bad-request')
  })

  it('of a host is read there, and only its own document counts', async () => {
    const host = `good.example:${port}`
    const web = webOf({ 'good.example': ['127.0.0.1'] })
    const serve = (path: string, document: object | string) =>
      answers.set(path, { body: typeof document === 'string' ? document : JSON.stringify(document) })
    const self = didWebOf(host)
    const actor = didWebOf(host, 'actor', did)
    serve('/.well-known/did.json', webDocument(host, did))
    serve(`/actor/${encodeURIComponent(did)}/did.json`, webDocument(host, did, ['actor', did], `https://${host}`))
    expect(keysIn(await resolveDid(web, self, signal), 'authentication')).toEqual([did])
    expect((await resolveDid(web, actor, signal)).alsoKnownAs).toEqual([did])
    const stranger = newDid()
    const foreign = webDocument(host, did)
    for (const wrong of [webDocument('other.example', did), 'no json', '[]', '{}']) {
      serve('/.well-known/did.json', wrong)
      expect(await codeOf(resolveDid(web, self, signal))).toBe('not-found')
    }
    // a key under another controller is not the subject's
    const [method] = foreign.verificationMethod
    serve('/.well-known/did.json', { ...foreign, verificationMethod: [{ ...method, controller: stranger }] })
    expect(keysIn(await resolveDid(web, self, signal), 'authentication')).toEqual([])
  })

  it('of a host has the address that did:web gives it', () => {
    expect(addressOfDidWeb('did:web:example.org')).toBe('https://example.org/.well-known/did.json')
    expect(addressOfDidWeb('did:web:example.org%3A8443:user:alice')).toBe('https://example.org:8443/user/alice/did.json')
    expect(addressOfDidWeb('did:web:user%40evil.example')).toBeUndefined()
  })
})
