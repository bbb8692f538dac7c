/**
 * Security cases 20, 26, 30 and 32 once more, where it counts: on the built node, over its real address and socket, with
 * its real store behind. What each rule is in all its forms is tested at the door; here it is shown that the product has it.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { encode as dagCbor } from '@ipld/dag-cbor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { didOf } from '../../node-core/crypto/ed25519.ts'
import { localAddress } from '../../node-core/http/local.ts'
import { openLive } from '../kit/live.ts'
import { lookInto } from '../kit/opened-store.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { plantedChatgpt } from '../kit/planted.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

let machine: Machine
let node: Serving
let http: PlainHttp
let port: number
let paths: [verb: string, path: string, operation: { security?: unknown[]; 'x-local'?: boolean }][]
beforeAll(async () => {
  machine = await newMachine({ bare: true })
  await writeFile(join(machine.folder, 'export.zip'), await plantedChatgpt())
  await machine.done(['import', join(machine.folder, 'export.zip')]).catch(() => undefined)
  node = await machine.serve()
  http = await signIn(node.link)
  port = Number(new URL(node.origin).port)
  const document = (await (await fetch(`${node.origin}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>
  }
  paths = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]): (typeof paths)[number] => [
      verb.toUpperCase(),
      path.replaceAll(/\{\w+\}/g, 'a'.repeat(26)),
      operation,
    ]),
  )
})
afterAll(() => machine?.[Symbol.asyncDispose]())

/** One request, with headers that `fetch` would not send. */
const ask = (
  path: string,
  {
    verb = 'GET',
    headers = {},
    body,
    socketPath,
  }: { verb?: string; headers?: Record<string, string>; body?: string | Uint8Array; socketPath?: string } = {},
) =>
  new Promise<{ status: number; code: string | undefined }>((resolve, reject) => {
    const target = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath, host: 'localhost' }
    const request = httpRequest({ ...target, path, method: verb, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: /"code":"([a-z-]+)"/.exec(text)?.[1] }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
const bearer = () => ({ authorization: `Bearer ${http.token}` })
const local = () =>
  localAddress({ dataDirectory: machine.data, shortDirectory: join(machine.folder, 'run'), platform: process.platform })

describe('the built node', () => {
  it('refuses every foreign host and origin, on its address and its socket (20)', async () => {
    for (const [verb, path] of [
      ['GET', '/'],
      ['GET', '/healthz'],
      ['GET', '/readyz'],
      ['GET', '/metrics'],
      ['GET', '/api/v1/openapi.json'],
      ...paths,
    ] as [string, string][]) {
      expect(await ask(path, { verb, headers: { host: 'evil.example', ...bearer() } }), path).toEqual({
        status: 421,
        code: 'foreign-host',
      })
      expect(await ask(path, { verb, headers: { origin: 'https://evil.example', ...bearer() } }), path).toEqual({
        status: 403,
        code: 'foreign-origin',
      })
      expect((await ask(path, { verb, headers: { host: 'evil.example' }, socketPath: local() })).status, path).toBe(421)
    }
    // A browser asks nobody before it opens a live connection to another site.
    const live = (headers: Record<string, string>) => openLive(port, { token: http.token, headers })
    await expect(live({ host: 'evil.example' })).rejects.toMatchObject({ status: 421, code: 'foreign-host' })
    await expect(live({ origin: 'https://evil.example' })).rejects.toMatchObject({ status: 403, code: 'foreign-origin' })
    const own = await live({ origin: node.origin })
    own.socket.close()
    await own.closed
  })

  it('answers without a session only what is open, and local methods never over its address', async () => {
    for (const [verb, path, operation] of paths) {
      if (operation.security) continue
      expect(await ask(path, { verb }), path).toEqual({ status: 401, code: 'unauthenticated' })
      if (operation['x-local']) expect(await ask(path, { verb, headers: bearer() }), path).toMatchObject({ status: 403 })
    }
    for (const path of ['/healthz', '/readyz', '/metrics', '/api/v1/openapi.json', '/'])
      expect((await ask(path)).status, path).toBe(200)
  })

  it('bears malformed bodies and what is no HTTP at all (26)', async () => {
    const bodies = [
      '{',
      '[]',
      'null',
      '"\\ud800"',
      '{"__proto__":{"capabilities":["admin"]}}',
      '['.repeat(50_000),
      Uint8Array.of(0x7b, 0xff, 0xfe),
      '{"text":5,"target":null,"secret":{}}',
    ]
    for (const [verb, path, operation] of paths) {
      if (verb !== 'POST' && verb !== 'PATCH') continue
      if (path === '/api/v1/imports' || operation['x-local']) continue
      for (const body of bodies) {
        const { status } = await ask(path, { verb, body, headers: { 'content-type': 'application/json', ...bearer() } })
        expect(status, `${path} ${String(body).slice(0, 20)}`).toBeGreaterThanOrEqual(
          path.includes('aaaa') || body === '[]' ? 400 : 200,
        )
        expect(status).toBeLessThan(500)
      }
    }
    const lines = [
      'GET / HTTP/9.9\r\n\r\n',
      'POST /api/v1/imports?name=x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(20_000)}\r\n`,
      'GET /%00%ff HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n',
      '\x16\x03\x01\x02\x00',
      'GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n',
    ]
    for (const line of lines) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(line))
        socket
          .on('data', () => {})
          .on('error', () => {})
          .on('close', () => resolve())
      })
    }
    expect(node.child.exitCode).toBe(null)
    expect((await ask('/readyz')).status).toBe(200)
    expect((await http.json('status.get')).account.conversations).toBe(1)
  })

  it('refuses tokens that are forged, changed, or of a session that ended; streams end with it (30)', async () => {
    const [header, payload, signature] = http.token.split('.')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { privateKey } = generateKeyPairSync('ed25519')
    const forged = `${header}.${payload}.${sign(null, Buffer.from(`${header}.${payload}`), privateKey).toString('base64url')}`
    const flipped = `${signature?.slice(0, -2)}${signature?.endsWith('AA') ? 'BA' : 'AA'}`
    for (const token of [
      forged,
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}`,
    ]) {
      expect((await ask('/api/v1/account', { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
    }
    const { link } = await http.json('links.create', { capabilities: ['read'] })
    const other = await signIn(node.origin + link)
    await expect(signIn(node.origin + link)).rejects.toThrow('link-invalid')
    expect((await other.ask('notes.create', { text: 'x' })).status).toBe(403)
    const ended = (async () => {
      const heard: string[] = []
      for await (const { event } of other.events('events.stream', { lastEventId: '0' })) heard.push(event)
      return heard
    })()
    const { items } = await http.json('sessions.list')
    const theirs = items.find(({ capabilities }: { capabilities: string[] }) => capabilities.length === 1)
    expect((await http.ask('sessions.end', { session: theirs.id })).status).toBe(200)
    expect(await ended).not.toContain('done')
    expect((await other.ask('account.get')).status).toBe(401)
  })

  it('renews a session only by a fresh challenge signed with its key (30)', async () => {
    const { link } = await http.json('links.create', { capabilities: ['read'] })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { session } = await http.json('auth.link', {
      secret: link.slice('/#link='.length),
      publicKey: publicKey.export({ format: 'jwk' }),
    })
    const proof = async (change: { audience?: string; session?: string; key?: typeof privateKey } = {}) => {
      const { challenge, audience } = await http.json('auth.renew-challenge', { session })
      const bytes = Buffer.from(
        ['vivim/v1/session', challenge, change.audience ?? audience, change.session ?? session].join('\0'),
      )
      return {
        session,
        challenge,
        signature: sign('sha256', bytes, { key: change.key ?? privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
      }
    }
    for (const wrong of [
      { audience: http.account },
      { session: 'a'.repeat(26) },
      { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
    ]) {
      expect((await http.ask('auth.renew', await proof(wrong))).status).toBe(401)
    }
    const right = await proof()
    expect((await http.ask('auth.renew', right)).status).toBe(200)
    expect((await http.ask('auth.renew', right)).status).toBe(401)
  })

  it('takes a device in by its key, and has nothing for it from the moment it is revoked (26, 30, 31)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const device = didOf(publicKey)
    const encryption = Buffer.alloc(32, 1).toString('base64url')
    const proof = async () => {
      const { challenge, audience } = await http.json('auth.challenge', { did: http.account })
      const bytes = Buffer.concat([Buffer.from('vivim/v1/challenge\0'), dagCbor([challenge, audience, http.account])])
      return { did: http.account, device, challenge, signature: sign(null, bytes, privateKey).toString('base64url') }
    }
    expect((await http.ask('auth.session', await proof())).status).toBe(401)
    const asked = { device, name: 'Phone', kind: 'phone', capabilities: ['read', 'write', 'grant'], encryption }
    expect((await http.json('devices.grant', asked)).device).toMatchObject({ did: device, state: 'invited' })
    const { accessToken, refreshToken, capabilities } = await http.json('auth.session', await proof())
    expect(capabilities).toEqual(['read', 'write'])
    const headers = { authorization: `Bearer ${accessToken}` }
    expect((await http.ask('account.get', {}, { headers })).status).toBe(200)
    expect((await http.ask('devices.revoke', { device }, { headers })).status).toBe(403)
    const stream = await http.ask('events.stream', {}, { headers })
    const ended = stream.text()

    expect((await http.ask('devices.revoke', { device })).status).toBe(200)
    await ended
    expect((await http.ask('account.get', {}, { headers })).status).toBe(401)
    expect((await http.ask('auth.refresh', { refreshToken })).status).toBe(401)
    expect(await http.json('auth.session', await proof())).toMatchObject({ status: 403, code: 'device-revoked' })
    const { items } = await http.json('devices.list')
    expect(items).toMatchObject([
      { current: true, state: 'active' },
      { did: device, state: 'revoked' },
    ])
    expect((await machine.done(['device', 'list'])).stdout).toMatch(/revoked.*Phone/)
  })

  it('keeps its files, its socket and its secrets to its user', async (test) => {
    await requires(test, 'posix')
    expect((await stat(machine.data)).mode & 0o777).toBe(0o700)
    for (const entry of await readdir(machine.data, { withFileTypes: true, recursive: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      expect(mode & 0o077, entry.name).toBe(0)
    }
    if (process.platform !== 'linux') return
    const process_ = `/proc/${node.child.pid}`
    for (const file of ['cmdline', 'environ']) expect(await readFile(join(process_, file), 'utf8')).not.toMatch(/horse|#link=/)
  })

  it('fails closed where a bit of what is stored was flipped (32)', async () => {
    await node.stop()
    const data = join(machine.folder, 'flipped')
    const columns: [table: string, column: string][] = [
      ['conversation', 'head'],
      ['conversation_tree', 'tree'],
      ['chunk', 'sealed'],
      ['data_key', 'by_keychain'],
    ]
    for (const [table, column] of columns) {
      await cp(machine.data, data, { recursive: true, force: true })
      const db = lookInto(data)
      const longest = db.prepare<[], Record<string, Uint8Array>>(
        `SELECT ${column} FROM ${table} ORDER BY length(${column}) DESC LIMIT 1`,
      )
      const sealed = longest.get()?.[column]
      db.close()
      const bytes = await readFile(join(data, 'store.db'))
      const at = bytes.indexOf(Buffer.from(sealed?.subarray(0, 30) ?? []))
      expect(at, `${table}.${column}`).toBeGreaterThan(0)
      bytes[at + 25] = (bytes[at + 25] ?? 0) ^ 1
      await writeFile(join(data, 'store.db'), bytes)
      if (table === 'data_key') {
        const ran = await machine.vivim(['status'], { data })
        expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(/fail their authentication/)])
        continue
      }
      await using other = await machine.serve([], { data })
      const there = await signIn(other.link)
      const answers = await Promise.all(
        ['conversations.list', 'export.get', 'search.find'].map(async (name) => {
          const answer = await there.ask(name, name === 'search.find' ? { q: 'print' } : {})
          return { status: answer.status, text: await answer.text().catch(() => 'broken off') }
        }),
      )
      // some door meets it; none shows what it could not authenticate
      expect(
        answers.some(({ status, text }) => status === 500 || text === 'broken off'),
        table,
      ).toBe(true)
      for (const { status, text } of answers) if (status === 500) expect(text).toMatch(/seal-broken|internal/)
      const verified = await machine.vivim(['doctor', '--verify', '--json'], { data })
      if (table === 'chunk') expect(verified.json().problems).toBeGreaterThan(0)
    }
  })
})
