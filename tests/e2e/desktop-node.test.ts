/** The desktop app's node: it says where it is, keeps a session for the window, and ends when told and with the app. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FromNode, fromNode, type ToNode } from '../../node-core/contract/desktop.ts'
import { requires } from '../kit/requires.ts'

const program = join(import.meta.dirname, 'desktop-node.child.ts')
let folder: string
let data: string
let passphraseFile: string
let children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-desktop-'))
  data = join(folder, 'data')
  passphraseFile = join(folder, 'passphrase')
  await writeFile(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 })
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await rm(folder, { recursive: true, force: true })
})

function app(options: Omit<ToNode & { type: 'start' }, 'type'>, args: readonly string[] = []) {
  const child = fork(program, [...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  children.push(child)
  const heard: FromNode[] = []
  const waiting = new Set<() => void>()
  child.on('message', (message) => {
    heard.push(fromNode.parse(message))
    for (const look of waiting) look()
  })
  const ended = once(child, 'exit').then(([code]) => code as number)
  const say = (message: ToNode) => child.send(message)
  say({ type: 'start', data, passphraseFile, ...options })
  const next = <T extends FromNode['type']>(type: T) =>
    new Promise<Extract<FromNode, { type: T }>>((resolve, reject) => {
      const look = () => {
        const found = heard.find((message): message is Extract<FromNode, { type: T }> => message.type === type)
        if (found) resolve(found)
      }
      waiting.add(look)
      look()
      void ended.then((code) => reject(new Error(`ended with ${code} before “${type}”`)))
    })
  const forget = (type: FromNode['type']) =>
    void heard.splice(0, heard.length, ...heard.filter((message) => message.type !== type))
  return { say, next, ended, forget }
}

describe('the desktop app’s node', () => {
  it('opens, gives the window a session, and closes its store when told', async () => {
    const node = app({ port: 0 })
    const { origin } = await node.next('ready')
    const { token, expiresAt } = await node.next('session')
    expect(expiresAt).toBeGreaterThan(0)
    const answer = await fetch(`${origin}/api/v1/account`, { headers: { authorization: `Bearer ${token}` } })
    expect((await answer.json()).device.kind).toBe('desktop')
    // what is said of the machine ends nothing
    node.say({ type: 'pace', level: 'paused', sync: false })
    node.say({ type: 'look' })
    expect((await fetch(`${origin}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    node.say({ type: 'stop' })
    expect(await node.ended).toBe(0)
    expect(existsSync(join(data, 'running'))).toBe(false)
  })

  it('opens what the app hands over by its path, and says what it cannot open', async () => {
    const node = app({ port: 0 })
    const { origin } = await node.next('ready')
    const { token } = await node.next('session')
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${origin}/api/v1/${path}`, {
        ...init,
        headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
      })
    const path = join(folder, 'nothing-known.zip')
    await writeFile(path, 'no archive')
    // The window's own session may not name paths: only the app's port does.
    expect((await ask('imports/paths', { method: 'POST', body: JSON.stringify({ paths: [path] }) })).status).toBe(403)
    node.say({ type: 'open', request: 7, paths: [path] })
    const { request, answer } = await node.next('opened')
    expect(request).toBe(7)
    const { items } = await (await ask('imports')).json()
    expect(items).toMatchObject([{ id: 'import' in answer && answer.import, name: 'nothing-known.zip' }])
    node.forget('opened')
    node.say({ type: 'open', request: 8, paths: ['not/absolute'] })
    expect(await node.next('opened')).toMatchObject({ request: 8, answer: { code: 'bad-request' } })
    node.say({ type: 'stop' })
    await node.ended
  })

  it('gives the windows another session where theirs was ended from elsewhere', async () => {
    const node = app({ port: 0 })
    const { origin } = await node.next('ready')
    const { token } = await node.next('session')
    const account = (mine: string) => fetch(`${origin}/api/v1/account`, { headers: { authorization: `Bearer ${mine}` } })
    await fetch(`${origin}/api/v1/auth/session`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
    expect((await account(token)).status).toBe(401)
    node.forget('session')
    node.say({ type: 'refused' })
    expect((await account((await node.next('session')).token)).status).toBe(200)
    node.say({ type: 'stop' })
    expect(await node.ended).toBe(0)
  })

  it('ends the windows’ session and its streams while they are locked, and goes on', async () => {
    const node = app({ port: 0 })
    const { origin } = await node.next('ready')
    const { token } = await node.next('session')
    const headers = { authorization: `Bearer ${token}` }
    const stream = await fetch(`${origin}/api/v1/events/stream`, { headers: { ...headers, accept: 'text/event-stream' } })
    expect(stream.status).toBe(200)
    node.forget('session')
    node.say({ type: 'lock' })
    await node.next('locked')
    // The end of the stream, however it is told, is what is waited for.
    await stream.text().catch(() => undefined)
    expect((await fetch(`${origin}/api/v1/account`, { headers })).status).toBe(401)
    expect((await fetch(`${origin}/healthz`)).status).toBe(200)
    node.say({ type: 'unlock' })
    const again = await node.next('session')
    const answer = await fetch(`${origin}/api/v1/account`, { headers: { authorization: `Bearer ${again.token}` } })
    expect(answer.status).toBe(200)
    node.say({ type: 'stop' })
    expect(await node.ended).toBe(0)
  })

  it('says why it cannot start, where a person can do something about it', async () => {
    const first = app({ port: 0 })
    await first.next('ready')
    const second = app({ port: 0 })
    expect(await second.next('failed')).toMatchObject({ code: 'store-locked' })
    expect(await second.ended).toBe(1)
    first.say({ type: 'stop' })
    await first.ended
    await writeFile(passphraseFile, 'something else')
    expect(await app({ port: 0 }).next('failed')).toMatchObject({ code: 'keychain-wrong-passphrase' })
  })

  it('takes another port where only the usual one is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const asked = app({ port })
    expect(await asked.next('failed')).toMatchObject({ code: 'cannot-listen' })
    await asked.ended
    await writeFile(join(data, 'config.json'), JSON.stringify({ port }))
    const usual = app({})
    const { origin } = await usual.next('ready')
    expect(origin).not.toBe(`http://127.0.0.1:${port}`)
    usual.say({ type: 'stop' })
    await usual.ended
    other.close()
  })

  it('ends where the app was gone before the node had begun to look', async () => {
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    const node = app({ port: 0 }, [String(gone.pid)])
    expect([0, 1]).toContain(await node.ended)
    expect(existsSync(join(data, 'running'))).toBe(false)
  })

  it('ends with the app, however that ends', async (test) => {
    await requires(test, 'posix')
    const script = `
      const child = require('node:child_process').fork(process.argv[1], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      child.on('message', ({ type }) => type === 'session' && process.kill(process.pid, 'SIGKILL'))
      child.send(JSON.parse(process.argv[2]))`
    const start = JSON.stringify({ type: 'start', data, passphraseFile, port: 0 })
    const parent = spawn(process.execPath, ['-e', script, program, start], { stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(parent)
    parent.stdout.resume()
    parent.stderr.resume()
    // The pipes close when the last process that holds them is gone: the node, not the app that was killed.
    await once(parent, 'close')
    expect(parent.signalCode).toBe('SIGKILL')
    expect(existsSync(join(data, 'store.db'))).toBe(true)
    expect(existsSync(join(data, 'running'))).toBe(false)
  })
})
