/** Security case 26: a malformed body never ends the process, and a closed account's tokens stop working at once. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '../../node-core/contract/api/index.ts'
import { addressOf, type Method } from '../../node-core/contract/method.ts'
import { type Door, openDoor } from '../kit/door.ts'

let door: Door
let token: string
const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
beforeAll(async () => {
  process.on('unhandledRejection', note)
  door = await openDoor()
  const [account] = door.accounts
  if (!account) throw new Error('an account is needed')
  token = (await door.signIn(account)).accessToken
})
afterAll(async () => {
  await door[Symbol.asyncDispose]()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const bodies: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['no JSON', '{'],
  ['words', 'tuppence'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '1e999'],
  ['half a string', '"\\ud800"'],
  ['a prototype', '{"__proto__": {"capabilities": ["admin"]}, "constructor": {"prototype": {}}}'],
  ['broken UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x22)],
  ['NULs', '\0'.repeat(1000)],
  ['a deep nest', '['.repeat(100_000)],
  ['a deep whole nest', `{"text":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ['wrong types', '{"secret": {"length": 43}, "session": ["a"], "text": 5, "target": null, "capabilities": "admin"}'],
]
const bodied = Object.entries<Method>(api).filter(
  ([, method]) => method.kind !== 'upload' && method.kind !== 'files' && ['POST', 'PATCH'].includes(addressOf(method).verb),
)

describe.each(bodied)('%s', (_name, method) => {
  it.each(bodies)('survives %s', async (_what, body) => {
    const { verb, path } = addressOf(method)
    const message = `${'a'.repeat(26)}`
    const address = path.replaceAll(/\{\w+\}/g, message)
    const [account] = door.accounts
    const headers = { 'content-type': 'application/json', 'vivim-account': account }
    // Over the user's own socket nothing stops a body before it is read.
    for (const answer of [
      await door.askLocal(address, { method: verb, body, headers }),
      await door.ask(address, { method: verb, body, token, headers }),
    ]) {
      expect(answer.status).toBeLessThan(500)
      if (answer.status !== 200) expect(answer.headers['content-type']).toBe('application/problem+json')
    }
  })
})

it('survives any bytes at all, as a body and in place of HTTP', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain', 'application/cbor', '\u00ff'),
      async (body, type) => {
        const answer = await door.ask('/api/v1/auth/link', { method: 'POST', body, headers: { 'content-type': type } })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
      },
    ),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      (bytes) =>
        new Promise<void>((resolve) => {
          const socket = connect(door.port, '127.0.0.1', () => socket.end(bytes))
          socket
            .on('data', () => {})
            .on('error', () => {})
            .on('close', () => resolve())
        }),
    ),
    { numRuns: 60 },
  )
  expect((await door.ask('/healthz')).status).toBe(200)
})

it('takes no body that is too large, whoever sends it', async () => {
  const answer = await door
    .askLocal('/api/v1/auth/link', { method: 'POST', body: `"${'x'.repeat(2_000_000)}"` })
    .catch((error: { code?: string }) => ({ status: error.code }))
  expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer.status)
})

it('stops a closed account’s tokens at once', async () => {
  const [, account] = door.accounts
  if (!account) throw new Error('a second account is needed')
  const { accessToken } = await door.signIn(account)
  expect((await door.ask('/api/v1/account', { token: accessToken })).status).toBe(200)
  await door.sessions.endAccount(account)
  expect((await door.ask('/api/v1/account', { token: accessToken })).json()).toMatchObject({ code: 'session-expired' })
  expect((await door.ask('/api/v1/account', { token })).status).toBe(200)
})
