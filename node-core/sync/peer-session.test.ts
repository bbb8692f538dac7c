/** Signing in at another node over real HTTP, and what becomes of its tokens. */
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Door, newDid, openDoor } from '../../tests/kit/door.ts'
import { httpPeer } from '../adapters/peer-http/door.ts'
import type { Did } from '../contract/ids.ts'
import { didOf } from '../crypto/ed25519.ts'
import { sessionHandlers } from '../sessions/index.ts'
import { peerTokens } from './peer-session.ts'

const { signal } = new AbortController()
const key = generateKeyPairSync('ed25519').privateKey
const device = didOf(key)
let door: Door
let account: Did
beforeEach(async () => {
  // the door's own sessions answer, once there are any
  const late = new Proxy({} as Door['sessions'], { get: (_, name) => Reflect.get(door.sessions, name) })
  const instance = newDid()
  const handlers = sessionHandlers({ sessions: late, instance })
  door = await openDoor({
    handlers: {
      ...handlers,
      'auth.challenge': async ({ did }) => {
        const { challenge, expires } = door.sessions.deviceChallenge(did)
        return { challenge, expiresAt: expires, audience: door.nodeKey.did }
      },
    },
  })
  account = door.accounts[0] ?? newDid()
  door.grants.set(device, ['read', 'write'])
})
afterEach(() => door[Symbol.asyncDispose]())

const tokens = (instance = door.nodeKey.did) => {
  const peer = httpPeer(`http://127.0.0.1:${door.port}`)
  const next = peerTokens(peer, { account, device, deviceKey: key, instance }, door.clock, signal)
  return { next, peer }
}
const sessionsOf = () => door.sessions.list(account).length

describe('a node that signs in at another', () => {
  it('keeps one session: it renews its token before it ends, and when it is refused', async () => {
    const { next, peer } = tokens()
    const first = await next()
    expect(await next()).toBe(first)
    door.clock.advance(14.5 * 60_000)
    const second = await next()
    expect(second).not.toBe(first)
    const answered = peer.door(async (refused) => (refused === undefined ? second : next(refused)))
    expect((await answered.ask('/api/v1/devices', undefined, signal)).status).toBe(200)
    expect(sessionsOf()).toBe(1)
    // asked for twice at once, it is renewed once
    const [a, b] = await Promise.all([next(second), next(second)])
    expect(a).toBe(b)
    expect(sessionsOf()).toBe(1)
  })

  it('signs in anew where its session was ended', async () => {
    const { next, peer } = tokens()
    const first = await next()
    for (const { id } of door.sessions.list(account)) await door.sessions.end(account, id)
    expect((await peer.door(next).ask('/api/v1/devices', undefined, signal)).status).toBe(200)
    expect(await next()).not.toBe(first)
  })

  it('signs nothing for another node than the one that it was paired with', async () => {
    await expect(tokens(newDid()).next()).rejects.toMatchObject({ code: 'other-node' })
    expect(sessionsOf()).toBe(0)
  })

  it('is nobody without a grant', async () => {
    door.grants.delete(device)
    await expect(tokens().next()).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
