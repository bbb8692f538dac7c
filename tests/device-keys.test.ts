import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import type { Did } from '../node-core/contract/ids.ts'
import { verifyFor } from '../node-core/crypto/signing.ts'
import { createSession } from '../renderer/app/session.ts'
import type { KeptSession } from '../renderer/app/session-key.ts'
import { fromBase64url, toBase64url } from '../renderer/base64url.ts'
import type { Fetch } from '../renderer/client.ts'
import { type DeviceKeys, makeDeviceKeys, type PairedDevice, sign } from '../renderer/device/key.ts'
import type { PendingPairing } from '../renderer/device/pairing.ts'
import { keptInMemory } from '../renderer/kept.ts'

const account = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' as Did
const instance = 'did:key:z6Mkfriq1MqLBoPWecGoDLjguo1sB9brj6wT3qZ5BxkKpuP6' as Did
const challenge = 'c'.repeat(64)
const session = 'a'.repeat(26)

async function made(): Promise<DeviceKeys> {
  const keys = await makeDeviceKeys(crypto)
  if (!keys) throw new Error('this runtime has no Ed25519')
  return keys
}

/** The node's half of a device's sign-in, as the contract says it. */
function door() {
  const state = { audience: instance, turn: 0, proofs: 0, revoked: false, known: true, online: true }
  const problem = (code: string, status: number) => new Response(JSON.stringify({ code }), { status })
  const token = (device: Did) => {
    const refreshToken = `${session}.${++state.turn}.${'A'.repeat(43)}`
    const rest = { expiresAt: 1, session, account, capabilities: ['read'], instance, device, refreshToken }
    return new Response(JSON.stringify({ accessToken: `token ${state.turn}`, ...rest }))
  }
  const fetch: Fetch = async (input, init) => {
    if (!state.online) throw new TypeError('offline')
    if (init?.method === 'DELETE') return new Response('{}')
    const body = JSON.parse(String(init?.body))
    switch (String(input)) {
      case '/api/v1/auth/challenge':
        return new Response(JSON.stringify({ challenge, audience: state.audience, expiresAt: 1 }))
      case '/api/v1/auth/session': {
        state.proofs++
        const signature = Buffer.from(body.signature, 'base64url')
        const right = verifyFor('challenge', encode([challenge, instance, account]), signature, body.device)
        if (right && state.revoked) return problem('device-revoked', 403)
        return right && state.known ? token(body.device) : problem('unauthenticated', 401)
      }
      case '/api/v1/auth/refresh':
        if (state.revoked || !body.refreshToken.includes(`.${state.turn}.`)) return problem('session-expired', 401)
        return token(instance)
      default:
        return problem('not-found', 404)
    }
  }
  return { state, fetch }
}

async function setUp() {
  const device = keptInMemory<PairedDevice>()
  await device.save({ ...(await made()), name: 'Phone', account, instance, grant: '' })
  const { state, fetch } = door()
  const page = createSession({
    fetch,
    store: keptInMemory<KeptSession>(),
    device,
    pending: keptInMemory<PendingPairing>(),
    name: 'test',
  })
  return { device, state, page }
}

describe('a device’s keys', () => {
  it('cannot leave the browser, and sign as the node checks it', async () => {
    const keys = await made()
    expect([keys.signing.extractable, keys.agreement.extractable]).toEqual([false, false])
    await expect(crypto.subtle.exportKey('jwk', keys.signing)).rejects.toThrow()
    expect(fromBase64url(keys.encryption)).toHaveLength(32)
    const signature = await sign(keys, 'event', Uint8Array.of(1, 2, 3))
    expect(verifyFor('event', Uint8Array.of(1, 2, 3), signature, keys.did)).toBe(true)
    expect(verifyFor('challenge', Uint8Array.of(1, 2, 3), signature, keys.did)).toBe(false)
  })

  it('are not made where the browser cannot', async () => {
    expect(await makeDeviceKeys({} as Crypto)).toBeUndefined()
    const generateKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))
    expect(await makeDeviceKeys({ subtle: { generateKey } } as unknown as Crypto)).toBeUndefined()
  })

  it('travel as text', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n)
    for (let end = 0; end < 256; end++) {
      const text = Buffer.from(bytes.subarray(0, end)).toString('base64url')
      expect(toBase64url(bytes.subarray(0, end))).toBe(text)
      expect([...fromBase64url(text)]).toEqual([...bytes.subarray(0, end)])
    }
  })
})

describe('the page of a device', () => {
  it('signs in by its key, goes on by refresh tokens, and proves itself anew where one is no longer taken', async () => {
    const { state, page } = await setUp()
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-in' })
    expect(page.token()).toBe('token 1')
    expect(await Promise.all([page.renew(), page.renew()])).toEqual([true, true])
    expect([page.token(), state.proofs]).toEqual(['token 2', 1])
    state.turn = 7
    expect(await page.renew()).toBe(true)
    expect([page.token(), state.proofs]).toEqual(['token 8', 2])
  })

  it('forgets its key when the node says that it was revoked, and only then', async () => {
    const { device, state, page } = await setUp()
    state.known = false
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'no-session' })
    expect(await device.load()).toBeDefined()
    state.known = true
    await page.start()
    state.online = false
    await expect(page.renew()).rejects.toMatchObject({ code: 'unavailable' })
    state.online = true
    state.revoked = true
    expect(await page.renew()).toBe(false)
    expect(page.standing).toEqual({ state: 'signed-out', why: 'revoked' })
    expect(page.token()).toBeUndefined()
    expect(await device.load()).toBeUndefined()
  })

  it('signs no challenge of another node', async () => {
    const { device, state, page } = await setUp()
    state.audience = account
    await page.start()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'other-node' })
    expect([state.proofs, await device.load()]).toEqual([0, expect.anything()])
  })

  it('forgets its key when the person leaves', async () => {
    const { device, page } = await setUp()
    await page.start()
    await page.leave()
    expect(page.standing).toEqual({ state: 'signed-out', why: 'left' })
    expect(await device.load()).toBeUndefined()
  })
})
