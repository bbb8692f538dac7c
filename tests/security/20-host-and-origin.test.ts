/** Security case 20: a foreign Host or Origin gets 4xx on every local door, and the door's work is not done. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '../../node-core/contract/api/index.ts'
import { addressOf, type Method } from '../../node-core/contract/method.ts'
import { type Door, openDoor } from '../kit/door.ts'

let door: Door
let token: string
beforeAll(async () => {
  door = await openDoor()
  const [account] = door.accounts
  if (!account) throw new Error('an account is needed')
  token = (await door.signIn(account)).accessToken
})
afterAll(() => door[Symbol.asyncDispose]())

const doors: [string, string][] = [
  ['GET', '/'],
  ['GET', '/healthz'],
  ['GET', '/.well-known/did.json'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/api/v1/openapi.json'],
  ['GET', '/api/v1/docs'],
  ...Object.values<Method>(api).map((method): [string, string] => {
    const { verb, path } = addressOf(method)
    return [verb, path.replaceAll(/\{\w+\}/g, 'a'.repeat(26))]
  }),
]

describe.each(doors)('%s %s', (method, path) => {
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1', 'evil.example:4747'])('refuses the host %s', async (host) => {
    const answer = await door.ask(path, { method, token, headers: { host } })
    expect(answer.json()).toMatchObject({ status: 421, code: 'foreign-host' })
    expect((await door.askLocal(path, { method, headers: { host } })).status).toBe(421)
  })
  it.each(['http://evil.example', 'null', 'file://', 'https://localhost'])('refuses pages of %s', async (origin) => {
    const answer = await door.ask(path, { method, token, headers: { origin } })
    expect(answer.json()).toMatchObject({ status: 403, code: 'foreign-origin' })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect((await door.askLocal(path, { method, headers: { origin } })).status).toBe(403)
  })
})

it('lets its own page ask', async () => {
  const origin = `http://127.0.0.1:${door.port}`
  expect((await door.ask('/api/v1/account', { token, headers: { origin } })).status).toBe(200)
  expect(
    (await door.ask('/api/v1/account', { token, headers: { host: 'node.example.org', origin: 'https://node.example.org' } }))
      .status,
  ).toBe(200)
})

it('refuses a request without a host, and one that names two', async () => {
  const raw = (head: string) =>
    new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(door.port, '127.0.0.1', () =>
        socket.write(`${head}\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`),
      )
      socket
        .on('data', (data) => {
          text += data
        })
        .on('close', () => resolve(text))
        .on('error', reject)
    })
  expect(await raw('GET /api/v1/account HTTP/1.0')).toMatch(/^HTTP\/1\.1 421/)
  expect(await raw('GET /api/v1/account HTTP/1.1')).toMatch(/^HTTP\/1\.1 400/)
  expect(await raw(`GET http://evil.example/api/v1/account HTTP/1.1\r\nHost: evil.example`)).toMatch(/^HTTP\/1\.1 4\d\d/)
  expect(await raw(`GET /api/v1/account HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1:${door.port}`)).toMatch(
    /^HTTP\/1\.1 4\d\d/,
  )
})
