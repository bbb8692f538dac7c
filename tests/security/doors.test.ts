/**
 * Security case 31: every method, asked by a caller of every kind, against one table. A new method that is not in the
 * table fails here, and so does one whose door opens wider or less than the table says.
 */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '../../node-core/contract/api/index.ts'
import { addressOf, type Capability, capabilities, type Method } from '../../node-core/contract/method.ts'
import { openRoutes } from '../../node-core/contract/open-routes.ts'
import { toRequest } from '../../node-core/contract/request.ts'
import { tokenLifetime } from '../../node-core/sessions/tokens.ts'
import { type Door, openDoor } from '../kit/door.ts'

/** Who may: anyone, a session that may read, write or administrate, any session, or the node's own user alone. */
const table: Record<string, 'anyone' | 'any session' | Capability | 'own user'> = {
  'auth.link': 'anyone',
  'auth.challenge': 'anyone',
  'auth.session': 'anyone',
  'auth.refresh': 'anyone',
  'auth.renew-challenge': 'anyone',
  'auth.renew': 'anyone',
  'auth.end': 'any session',
  'sessions.list': 'admin',
  'sessions.end': 'admin',
  'links.create': 'admin',
  'status.get': 'read',
  'account.get': 'read',
  'account.phrase': 'own user',
  'account.set-quota': 'own user',
  'account.confirm-phrase': 'own user',
  'account.set-root': 'own user',
  'account.revoke-device': 'own user',
  'account.succeed': 'own user',
  'account.publish': 'own user',
  'accounts.list': 'own user',
  'accounts.create': 'own user',
  'keychain.change-passphrase': 'own user',
  'devices.list': 'read',
  'devices.grant': 'admin',
  'devices.revoke': 'admin',
  'devices.rename': 'admin',
  'pairings.create': 'admin',
  'pairings.list': 'admin',
  'pairings.confirm': 'admin',
  'pairings.cancel': 'admin',
  'pairings.claim': 'anyone',
  'pairings.progress': 'anyone',
  'conversations.list': 'read',
  'conversations.get': 'read',
  'conversations.tree': 'read',
  'conversations.messages': 'read',
  'conversations.units': 'read',
  'conversations.outline': 'read',
  'conversations.edit': 'write',
  'conversations.delete': 'write',
  'messages.get': 'read',
  'units.get': 'read',
  'facets.get': 'read',
  'search.find': 'read',
  'tags.list': 'read',
  'tags.add': 'write',
  'tags.remove': 'write',
  'notes.list': 'read',
  'library.capture': 'write',
  'notes.create': 'write',
  'notes.get': 'read',
  'units.edit': 'write',
  'notes.update': 'write',
  'notes.delete': 'write',
  'notes.follow': 'read',
  'notes.change': 'write',
  'notes.point': 'write',
  'imports.upload': 'write',
  'imports.upload-files': 'write',
  'imports.open': 'own user',
  'imports.list': 'read',
  'imports.get': 'read',
  'imports.report': 'read',
  'imports.cancel': 'write',
  'imports.resume': 'write',
  'imports.undo': 'write',
  'imports.events': 'read',
  'blobs.get': 'read',
  'storage.get': 'read',
  'export.get': 'read',
  'events.stream': 'read',
  'watching.list': 'admin',
  'watching.suggest': 'admin',
  'watching.set': 'admin',
  'watching.remove': 'admin',
  'backups.get': 'admin',
  'backups.create': 'own user',
  'backups.schedule': 'admin',
  'backups.set-schedule': 'admin',
  'sync.exchange': 'read',
  'sync.fill': 'read',
  'sync.heads': 'read',
  'sync.parts': 'read',
  'nodes.list': 'read',
  'nodes.add': 'admin',
  'nodes.sync': 'write',
  'nodes.remove': 'admin',
  'doctor.verify': 'own user',
  'doctor.rebuild': 'own user',
}

const id = 'a'.repeat(26)
const message = `${id}-${'a'.repeat(13)}`
/** A right value for every field that some method needs. */
const values: Record<string, unknown> = {
  conversation: id,
  message,
  unit: `${message}-0`,
  note: id,
  node: id,
  url: 'http://127.0.0.1:1',
  import: id,
  session: id,
  pairing: id,
  ticket: 'A'.repeat(43),
  fingerprint: '1234 5678 9012',
  blob: `bafkrei${'a'.repeat(52)}`,
  secret: 'A'.repeat(43),
  challenge: 'A'.repeat(43),
  signature: 'A'.repeat(86),
  did: `did:key:z6Mk${'A'.repeat(44)}`,
  device: `did:key:z6Mk${'A'.repeat(44)}`,
  refreshToken: `${id}.1.${'A'.repeat(43)}`,
  encryption: 'A'.repeat(43),
  kind: 'phone',
  capabilities: ['read'],
  target: id,
  scope: { recent: 1 },
  tag: 'tag',
  peer: 'A'.repeat(22),
  caret: null,
  text: 'text',
  q: 'word',
  name: 'name',
  path: '/nowhere',
  paths: ['/nowhere'],
  cold: true,
  on: true,
  folder: null,
  every: 24,
  keep: 3,
  quota: 1_000_000,
  phrase: 'word '.repeat(24).trim(),
  current: 'passphrase',
  next: 'passphrase',
}
/** Values of fields that another method has by the same name, in another form. */
const special: Record<string, Record<string, unknown>> = {
  'auth.session': { challenge: 'A'.repeat(64) },
  'account.succeed': { keep: [] },
  'watching.set': { kind: 'exports' },
}
const form = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nbytes\r\n--b--\r\n'
function requestFor(name: string, method: Method) {
  const needed = Object.entries(method.input.shape)
    .filter(([, type]) => !type.safeParse(undefined).success)
    .map(([field]) => field)
  const request = toRequest(method, Object.fromEntries(needed.map((field) => [field, special[name]?.[field] ?? values[field]])))
  const body = method.kind === 'upload' ? Buffer.from('bytes') : method.kind === 'files' ? form : request.body
  const headers = method.kind === 'files' ? { 'content-type': 'multipart/form-data; boundary=b' } : {}
  return { path: request.target, options: { method: request.verb, headers, ...(body === undefined ? {} : { body }) } }
}

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door[Symbol.asyncDispose]())

describe('every door, every caller', () => {
  it('has a row for every method', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(api).sort())
  })

  it.each(Object.entries<Method>(api))('%s', async (name, method) => {
    const { path, options } = requestFor(name, method)
    const who = table[name]
    const [a, b] = door.accounts
    if (!a || !b) throw new Error('two accounts are needed')
    const reachedBy = async (answer: Promise<{ status: number; text: string }>) => {
      const { status, text } = await answer
      if (status !== 200) return status
      const reached = JSON.parse(text.slice(text.indexOf('{'))) as { account: string | null }
      return reached.account
    }
    const session = async (account: typeof a, granted: readonly Capability[]) =>
      reachedBy(door.ask(path, { ...options, token: (await door.signIn(account, granted)).accessToken }))
    const aboutNode = method.scope === 'node'

    // Nobody, and somebody with a token that is none.
    const open = who === 'anyone'
    expect(await reachedBy(door.ask(path, options))).toBe(open ? null : 401)
    expect(await reachedBy(door.ask(path, { ...options, token: 'a.b.c' }))).toBe(open ? null : 401)

    // A session of A reaches A, one of B reaches B, and nothing in the request can change that.
    const header = { ...options.headers, 'vivim-account': b }
    for (const account of [a, b]) {
      const full = await session(account, capabilities)
      expect(full).toBe(who === 'own user' ? 403 : open ? null : account)
    }
    const { accessToken } = await door.signIn(a)
    expect(await reachedBy(door.ask(path, { ...options, token: accessToken, headers: header }))).toBe(
      who === 'own user' ? 403 : open ? null : a,
    )

    // With each capability alone, and with none.
    for (const granted of [[], ...capabilities.map((one) => [one])] as Capability[][]) {
      const may = open || who === 'any session' || granted.some((one) => one === who)
      expect(await session(a, granted), `with ${granted}`).toBe(may ? (open ? null : a) : 403)
    }

    // A device, by what its grant gives at this moment: taken back, it is nobody, with a token in time or not.
    const key = generateKeyPairSync('ed25519').privateKey
    const device = await door.signInDevice(a, ['read', 'write', 'share'], key)
    const asDevice = () => reachedBy(door.ask(path, { ...options, headers: header, token: device.accessToken }))
    const deviceMay = who === 'any session' || who === 'read' || who === 'write'
    const refused = open ? null : 403
    expect(await asDevice()).toBe(deviceMay ? a : refused)
    door.grants.set(device.device, [])
    expect(await asDevice()).toBe(who === 'any session' ? a : refused)
    door.grants.delete(device.device)
    expect(await asDevice()).toBe(open ? null : 401)

    // A session that has ended.
    const ended = await door.signIn(a)
    await door.sessions.end(a, ended.session)
    expect(await reachedBy(door.ask(path, { ...options, token: ended.accessToken }))).toBe(open ? null : 401)

    // A token that is too old.
    const old = await door.signIn(a)
    door.clock.advance(tokenLifetime)
    expect(await reachedBy(door.ask(path, { ...options, token: old.accessToken }))).toBe(open ? null : 401)

    // The node's own user, who must say which account where there are several.
    expect(await reachedBy(door.askLocal(path, { ...options, headers: header }))).toBe(aboutNode ? null : b)
    expect(await reachedBy(door.askLocal(path, options))).toBe(aboutNode ? null : 400)
    expect(
      await reachedBy(door.askLocal(path, { ...options, headers: { ...options.headers, 'vivim-account': door.nodeKey.did } })),
    ).toBe(aboutNode ? null : 404)

    // Other verbs on the same address are no way in.
    const verbs = new Set(
      Object.values<Method>(api)
        .filter((other) => addressOf(other).path === addressOf(method).path)
        .map((other) => addressOf(other).verb as string),
    )
    const openAddress = Object.values<Method>(api).some(
      (other) => other.callers === 'open' && addressOf(other).path === addressOf(method).path,
    )
    for (const verb of ['PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'].filter((one) => !verbs.has(one))) {
      const { status } = await door.ask(path, { method: verb })
      expect(status, verb).toBe(openAddress ? 405 : 401)
    }
  })

  // what stands beside the methods tells everybody the same, whoever asks
  it.each(Object.entries(openRoutes))('%s', async (_name, { path }) => {
    const [a, b] = door.accounts
    if (!a || !b) throw new Error('two accounts are needed')
    const of = path.replace('{did}', a)
    const tokens = [undefined, 'a.b.c', (await door.signIn(a)).accessToken, (await door.signIn(b)).accessToken]
    const answers = await Promise.all(tokens.map((token) => door.ask(of, token === undefined ? {} : { token })))
    // figures move on with each request
    const seen = answers.map(({ status, text }) => ({ status, text: path === openRoutes.metrics.path ? '' : text }))
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1)
    for (const { text } of answers) expect(text).not.toContain(b)
  })
})
