import { describe, expect, it } from 'vitest'
import type { Did } from '../../node-core/contract/ids.ts'
import type { Fetch } from '../client.ts'
import { makeDeviceKeys, type PairedDevice } from '../device/key.ts'
import type { PendingPairing } from '../device/pairing.ts'
import { type Kept, keptInMemory } from '../kept.ts'
import { createSession } from './session.ts'
import type { KeptSession } from './session-key.ts'

const node = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const otherNode = 'did:key:z6Mkfriq1MqLBoPWecGoDLjguo1sB9brj6wT3qZ5BxkKpuP6'
const secret = 's'.repeat(43)
const session = 'a'.repeat(26)
const challenge = 'c'.repeat(43)
const problem = (code: string, status: number): Response => new Response(JSON.stringify({ code }), { status })

/** The node's half of signing in, as the contract says it. */
function door() {
  const state = {
    links: new Set([secret]),
    key: undefined as JsonWebKey | undefined,
    audience: node,
    online: true,
    proofs: 0,
    tokens: 0,
    /** Tokens are refused until the next proof. */
    tired: false,
    /** The device's key was in use twice. */
    forked: false,
  }
  const token = () =>
    new Response(
      JSON.stringify({
        accessToken: `token ${++state.tokens}`,
        expiresAt: 1,
        session,
        account: node,
        capabilities: ['read'],
        instance: node,
      }),
    )
  const fetch: Fetch = async (input, init) => {
    if (!state.online) throw new TypeError('offline')
    const body = JSON.parse(String(init?.body ?? '{}'))
    switch (String(input)) {
      case '/api/v1/auth/link':
        if (!state.links.delete(body.secret)) return problem('link-invalid', 401)
        state.key = body.publicKey
        return token()
      case '/api/v1/auth/challenge':
        return new Response(JSON.stringify({ challenge: 'c'.repeat(64), audience: state.audience, expiresAt: 1 }))
      case '/api/v1/auth/renew/challenge':
        return new Response(JSON.stringify({ challenge, audience: state.audience, expiresAt: 1 }))
      case '/api/v1/auth/renew': {
        state.proofs++
        state.tired = false
        if (!state.key) return problem('session-expired', 401)
        const key = await crypto.subtle.importKey('jwk', state.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
        const signature = Uint8Array.from(atob(body.signature.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
        const signed = new TextEncoder().encode(`vivim/v1/session\0${challenge}\0${node}\0${session}`)
        const good = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signed)
        return good ? token() : problem('unauthenticated', 401)
      }
      case '/api/v1/auth/session': {
        if (state.forked) return problem('device-forked', 403)
        const current = new Headers(init?.headers).get('authorization') === `Bearer token ${state.tokens}`
        if (!state.key || !current || state.tired) return problem('unauthenticated', 401)
        state.key = undefined
        return new Response('{}')
      }
      default:
        return problem('not-found', 404)
    }
  }
  return { state, fetch }
}

/** A page with a browser of its own, as far as nothing is given. */
const pageOf = (fetch: Fetch, kept: { store?: Kept<KeptSession>; device?: Kept<PairedDevice> } = {}) =>
  createSession({
    fetch,
    store: keptInMemory<KeptSession>(),
    device: keptInMemory<PairedDevice>(),
    pending: keptInMemory<PendingPairing>(),
    name: 'test',
    ...kept,
  })

describe('the page’s session', () => {
  it('signs in by a link once and by proof of its key from then on', async () => {
    const { state, fetch } = door()
    const store = keptInMemory<KeptSession>()
    const first = pageOf(fetch, { store })
    await first.start({ link: secret })
    expect(first.standing).toEqual({ state: 'signed-in' })
    expect(first.token()).toBe('token 1')
    expect((await store.load())?.key.extractable).toBe(false)
    expect(state.key).toMatchObject({ kty: 'EC', crv: 'P-256' })
    expect(state.key).not.toHaveProperty('d')

    const next = pageOf(fetch, { store })
    await next.start()
    expect(next.standing).toEqual({ state: 'signed-in' })
    expect(next.token()).toBe('token 2')
  })

  it('says why there is none', async () => {
    const { fetch } = door()
    const none = pageOf(fetch)
    await none.start()
    expect(none.standing).toEqual({ state: 'signed-out', why: 'no-session' })
    await none.start({ link: 'x'.repeat(43) })
    expect(none.standing).toEqual({ state: 'signed-out', why: 'link-invalid' })
  })

  it('goes on with its session where the link was used already', async () => {
    const { fetch } = door()
    const store = keptInMemory<KeptSession>()
    await pageOf(fetch, { store }).start({ link: secret })
    const again = pageOf(fetch, { store })
    await again.start({ link: secret })
    expect(again.standing).toEqual({ state: 'signed-in' })
  })

  it('keeps a link’s secret until the node has answered to it', async () => {
    const { state, fetch } = door()
    state.online = false
    const page = pageOf(fetch)
    await page.start({ link: secret })
    expect(page.standing).toEqual({ state: 'offline' })
    state.online = true
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-in' })
  })

  it('proves its key once for all requests that were refused together', async () => {
    const { state, fetch } = door()
    const page = pageOf(fetch)
    await page.start({ link: secret })
    expect(await Promise.all([page.renew(), page.renew(), page.renew()])).toEqual([true, true, true])
    expect(state.proofs).toBe(1)
  })

  it('forgets a session that the node has ended', async () => {
    const { state, fetch } = door()
    const store = keptInMemory<KeptSession>()
    const page = pageOf(fetch, { store })
    await page.start({ link: secret })
    state.key = undefined
    expect(await page.renew()).toBe(false)
    expect(page.standing).toEqual({ state: 'signed-out', why: 'ended' })
    expect(page.token()).toBeUndefined()
    expect(await store.load()).toBeUndefined()
  })

  it('signs no challenge of another node, and keeps its own session meanwhile', async () => {
    const { state, fetch } = door()
    const page = pageOf(fetch)
    await page.start({ link: secret })
    state.audience = otherNode
    expect(await page.renew()).toBe(false)
    expect(page.token()).toBeUndefined()
    expect(state.proofs).toBe(0)
    state.audience = node
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-in' })
  })

  it('says of a device that another node answers than its own, and signs nothing there', async () => {
    const { state, fetch } = door()
    const device = keptInMemory<PairedDevice>()
    const keys = await makeDeviceKeys(crypto)
    if (!keys) throw new Error('no Ed25519 here')
    const account = otherNode as Did
    await device.save({ ...keys, name: 'Laptop', account, instance: node as Did, grant: undefined })
    state.audience = otherNode
    const page = pageOf(fetch, { device })
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'other-node' })
    expect(await page.renew()).toBe(false)
    expect(page.standing).toEqual({ state: 'signed-out', why: 'other-node' })
    expect([state.proofs, (await device.load())?.did]).toEqual([0, keys.did])
    // nor is it taken off the screen on which it is paired again
    page.pair()
    expect(await page.renew()).toBe(false)
    expect(page.standing).toEqual({ state: 'pairing', secret: undefined })
    await page.forget()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'forgotten' })
    expect(await device.load()).toBeUndefined()
  })

  it('says of a device that its key was in use twice, and keeps it for what waits', async () => {
    const { state, fetch } = door()
    const device = keptInMemory<PairedDevice>()
    const keys = await makeDeviceKeys(crypto)
    if (!keys) throw new Error('no Ed25519 here')
    await device.save({ ...keys, name: 'Phone', account: otherNode as Did, instance: node as Did, grant: undefined })
    state.forked = true
    const page = pageOf(fetch, { device })
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'forked' })
    expect(await device.load()).toMatchObject({ did: keys.did, forked: true })
    // where the person pairs it again they are left alone
    page.pair()
    expect(await page.renew()).toBe(false)
    expect(page.standing).toEqual({ state: 'pairing', secret: undefined })
  })

  it('ends at the node and forgets its key here when the person leaves, even where the token was too old', async () => {
    const { state, fetch } = door()
    const store = keptInMemory<KeptSession>()
    const page = pageOf(fetch, { store })
    await page.start({ link: secret })
    state.tired = true
    await page.leave()
    expect(state.key).toBeUndefined()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'left' })
    expect(page.token()).toBeUndefined()
    expect(await store.load()).toBeUndefined()
  })

  it('stays signed in where the node cannot be asked to end the session', async () => {
    const { state, fetch } = door()
    const store = keptInMemory<KeptSession>()
    const page = pageOf(fetch, { store })
    await page.start({ link: secret })
    state.online = false
    await expect(page.leave()).rejects.toMatchObject({ code: 'unavailable' })
    expect(page.standing).toEqual({ state: 'signed-in' })
    expect(await store.load()).toBeDefined()
  })
})
