import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, type DoorOptions, openDoor } from '../../tests/kit/door.ts'
import { type LiveOptions, openLive } from '../../tests/kit/live.ts'
import { VivimError } from '../contract/errors.ts'
import { liveHeartbeat, liveMessageBytes, liveProtocols } from '../contract/live.ts'
import type { Capability } from '../contract/method.ts'
import type { LiveChannel, LiveLink } from '../ports/live.ts'

/** Says everything again, and tells what becomes of its connections. */
function echo(capability: Capability = 'read') {
  const links = new Set<LiveLink>()
  let closed = Promise.withResolvers<void>()
  const channel: LiveChannel = {
    type: 'echo',
    capability,
    open(link) {
      links.add(link)
      return {
        async receive(payload, id) {
          const { fail, wait } = payload as { fail?: string; wait?: Promise<void> }
          if (fail === 'named') throw new VivimError('conflict', 'Meanwhile.')
          if (fail === 'fault') throw new TypeError('a secret')
          await wait
          link.send({ echo: payload, bytes: Uint8Array.of(1, 2, 255) }, id)
        },
        close() {
          links.delete(link)
          closed.resolve()
          closed = Promise.withResolvers()
        },
      }
    },
  }
  return { channel, links, gone: () => closed.promise }
}

let door: Door
afterEach(() => door[Symbol.asyncDispose]())
async function open(options: DoorOptions = {}, capabilities?: Capability[]) {
  const { channel, links, gone } = echo()
  door = await openDoor({ live: [channel], ...options })
  const [account] = door.accounts
  if (!account) throw new Error('no account')
  const { accessToken: token, session } = await door.signIn(account, capabilities)
  return { account, token, session, links, gone }
}
const connect = (options: LiveOptions) => openLive(door.port, options)
const refusal = (options: LiveOptions) =>
  connect(options).then(
    () => 'opened',
    ({ status, code }: { status: number; code: string }) => `${status} ${code}`,
  )

describe('a live connection', () => {
  it('opens with a token in a header or a subprotocol, and carries messages both ways', async () => {
    const { token, links, account } = await open()
    for (const by of ['header', 'subprotocol'] as const) {
      using live = await connect({ token, by })
      expect(live.socket.protocol).toBe(liveProtocols.json)
      live.send('echo', { a: 1 }, 7)
      expect(await live.next()).toEqual({ type: 'echo', id: 7, payload: { echo: { a: 1 }, bytes: 'AQL_' } })
      expect([...links].map(({ caller }) => caller.account)).toContain(account)
    }
  })

  it('opens for nobody without a genuine token, and never with one in the address', async () => {
    const { token, account, session } = await open()
    expect(await refusal({})).toBe('401 unauthenticated')
    expect(await refusal({ token: 'a.b.c' })).toBe('401 unauthenticated')
    expect(await refusal({ token: 'a.b.c', by: 'subprotocol' })).toBe('401 unauthenticated')
    expect(await refusal({ path: `/ws?token=${token}` })).toBe('401 unauthenticated')
    expect(await refusal({ token, path: '/api/v1/status' })).toBe('404 not-found')
    await door.sessions.end(account, session)
    expect(await refusal({ token })).toBe('401 session-expired')
  })

  it('opens for no other site’s page and under no other name', async () => {
    const { token } = await open()
    const origin = (value: string) => refusal({ token, headers: { origin: value } })
    expect(await origin('https://evil.example')).toBe('403 foreign-origin')
    expect(await origin('null')).toBe('403 foreign-origin')
    expect(await origin(`http://127.0.0.1:${door.port}`)).toBe('opened')
    expect(await refusal({ token, headers: { host: 'evil.example' } })).toBe('421 foreign-host')
  })

  it('answers what fails by its code, and stays', async () => {
    const { token } = await open()
    using live = await connect({ token })
    live.send('echo', { fail: 'named' }, 1)
    expect(await live.next()).toMatchObject({ type: 'error', id: 1, payload: { code: 'conflict', detail: 'Meanwhile.' } })
    live.send('echo', { fail: 'fault' }, 2)
    const { payload } = await live.next()
    expect(payload.code).toBe('internal')
    expect(JSON.stringify(payload) + JSON.stringify(door.logged)).not.toContain('a secret')
    live.send('nothing', {}, 3)
    expect(await live.next()).toMatchObject({ id: 3, payload: { code: 'not-found' } })
    live.send('echo', {})
    expect(await live.next()).toMatchObject({ type: 'echo' })
  })

  it('gives a channel only to who has its capability', async () => {
    const { token } = await open({ live: [echo('write').channel] }, ['read'])
    using live = await connect({ token })
    live.send('echo', {})
    expect(await live.next()).toMatchObject({ type: 'error', payload: { code: 'forbidden' } })
  })

  it('closes on what is no message, in the other encoding or too large', async () => {
    const { token } = await open()
    const closedBy = async (data: string | Uint8Array) => {
      using live = await connect({ token })
      live.socket.send(data)
      return await live.closed
    }
    const bad = { code: 4400, reason: 'bad-request' }
    expect(await closedBy('no JSON')).toEqual(bad)
    expect(await closedBy('{"type":"echo","payload":{},"more":1}')).toEqual(bad)
    expect(await closedBy('{"type":"Echo"}')).toEqual(bad)
    expect(await closedBy(Uint8Array.of(0xa0))).toEqual(bad)
    expect((await closedBy(' '.repeat(liveMessageBytes + 1))).code).toBe(1009)
  })

  it('closes at once when its session ends or its device is revoked, and takes nothing more', async () => {
    const { account, token, session, gone } = await open()
    using live = await connect({ token })
    live.send('echo', {})
    await live.next()
    const left = gone()
    await door.sessions.end(account, session)
    expect(await live.closed).toEqual({ code: 4401, reason: 'session-expired' })
    await left

    const { accessToken, device } = await door.signInDevice(account, ['read', 'write'])
    using phone = await connect({ token: accessToken })
    phone.send('echo', {}, 1)
    await phone.next()
    await door.sessions.endDevice(account, device)
    expect(await phone.closed).toEqual({ code: 4401, reason: 'session-expired' })
  })

  it('is given up where its caller does not read, and others do not notice', async () => {
    const { token, links } = await open()
    using slow = await connect({ token })
    slow.send('echo', {})
    await slow.next()
    const [link] = links
    slow.socket.pause()
    using other = await connect({ token })
    const part = { text: 'x'.repeat(1 << 20) }
    for (let sent = 0; sent < 64 && !link?.signal.aborted; sent++) {
      link?.send(part)
      // lets the system take what it takes
      await new Promise(setImmediate)
    }
    expect(link?.signal.reason).toMatchObject({ code: 'connection-behind' })
    other.send('echo', {}, 5)
    expect(await other.next()).toMatchObject({ id: 5 })
  })

  it('handles one message after the other, in their order', async () => {
    const { token } = await open()
    using live = await connect({ token })
    for (let id = 0; id < 50; id++) live.send('echo', {}, id)
    for (let id = 0; id < 50; id++) expect((await live.next()).id).toBe(id)
  })

  it('is asked every half minute whether it lives, and ended where it does not say so', async () => {
    const due: (() => void)[] = []
    const after = (milliseconds: number, run: () => void) => {
      if (milliseconds === liveHeartbeat) due.push(run)
      return () => {}
    }
    const { token } = await open({ after })
    using well = await connect({ token })
    using dead = await connect({ token, autoPong: false })
    expect(due).toHaveLength(1)
    const answered = once(well.socket, 'ping')
    due.shift()?.()
    expect(await well.next()).toEqual({ type: 'heartbeat', payload: {} })
    expect(await dead.next()).toEqual({ type: 'heartbeat', payload: {} })
    await answered
    // its pong has come before what it says behind it
    well.send('echo', {})
    await well.next()
    due.shift()?.()
    expect((await dead.closed).code).toBe(1006)
    well.send('echo', {}, 3)
    expect(await well.next()).toMatchObject({ type: 'heartbeat' })
    expect(await well.next()).toMatchObject({ id: 3 })
  })

  it('closes when the time of its session has run out', async () => {
    const due: (() => void)[] = []
    const after = (milliseconds: number, run: () => void) => {
      if (milliseconds === liveHeartbeat) due.push(run)
      return () => {}
    }
    // a session without a key lasts as long as its one token
    const { token } = await open({ after })
    using live = await connect({ token })
    door.clock.advance(16 * 60_000)
    due.shift()?.()
    expect(await live.closed).toEqual({ code: 4401, reason: 'session-expired' })
  })

  it('is one of a bounded number of its session', async () => {
    const { token } = await open()
    const opened = []
    for (let n = 0; n < 24; n++) opened.push(await connect({ token }))
    expect(await refusal({ token })).toBe('429 too-many-requests')
    opened[0]?.socket.close()
    await opened[0]?.closed
    await expect.poll(() => refusal({ token })).toBe('opened')
    for (const live of opened) live.socket.terminate()
  })

  it('ends with the node', async () => {
    const { token } = await open()
    using live = await connect({ token })
    await door.http.close(0)
    expect(await live.closed).toEqual({ code: 4503, reason: 'unavailable' })
  })
})
