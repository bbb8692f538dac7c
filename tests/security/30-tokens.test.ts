/** Security case 30, through the door: forged, foreign, expired and replayed proofs are refused. Forms of tokens: sessions.test.ts. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { encode as dagCbor } from '@ipld/dag-cbor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { didOf } from '../../node-core/crypto/ed25519.ts'
import { sessionHandlers } from '../../node-core/sessions/index.ts'
import { type Door, newDid, openDoor } from '../kit/door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door[Symbol.asyncDispose]())

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('the door', () => {
  it('refuses tokens that are not the node’s own', async () => {
    const [account] = door.accounts
    if (!account) throw new Error('an account is needed')
    const { accessToken } = await door.signIn(account)
    const stranger = await openDoor({ accounts: [account] })
    const foreign = (await stranger.signIn(account)).accessToken
    await stranger[Symbol.asyncDispose]()
    const [header, payload, signature] = accessToken.split('.')
    const other = encode({ ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: door.accounts[1] })
    const tokens = [
      foreign,
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
    ]
    for (const token of tokens) expect((await door.ask('/api/v1/account', { token })).status).toBe(401)
    for (const authorization of [`Basic ${accessToken}`, accessToken, `Bearer  ${accessToken} x`, 'Bearer', '']) {
      expect((await door.ask('/api/v1/account', { headers: { authorization } })).status, authorization.slice(0, 10)).toBe(401)
    }
    // Only the header counts: an address ends in logs and histories.
    expect((await door.ask(`/api/v1/account?access_token=${accessToken}`)).status).toBe(401)
    expect((await door.ask('/api/v1/account', { headers: { cookie: `token=${accessToken}` } })).status).toBe(401)
    expect((await door.ask('/api/v1/account', { token: accessToken })).status).toBe(200)
  })

  it('takes a link once, a challenge once, and each only for what it is', async () => {
    const { sessions, nodeKey } = door
    await using real = await openDoor({ handlers: sessionHandlers({ sessions, instance: nodeKey.did }) })
    const post = async (path: string, body: object) => real.ask(path, { method: 'POST', body: JSON.stringify(body) })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const secret = sessions.createLink(newDid(), ['read']).link.slice('/#link='.length)
    const link = { secret, publicKey: publicKey.export({ format: 'jwk' }), name: 'Browser' }
    const { session } = (await post('/api/v1/auth/link', link)).json()
    expect((await post('/api/v1/auth/link', link)).json()).toMatchObject({ code: 'link-invalid' })

    const proof = async (audience?: string) => {
      const asked = (await post('/api/v1/auth/renew/challenge', { session })).json()
      const bytes = Buffer.from(`vivim/v1/session\0${asked.challenge}\0${audience ?? asked.audience}\0${session}`)
      const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
      return { session, challenge: asked.challenge, signature }
    }
    expect((await post('/api/v1/auth/renew', await proof(newDid()))).json()).toMatchObject({ code: 'unauthenticated' })
    const good = await proof()
    expect((await post('/api/v1/auth/renew', good)).json()).toMatchObject({ session, capabilities: ['read'] })
    expect((await post('/api/v1/auth/renew', good)).json()).toMatchObject({ code: 'unauthenticated' })
  })

  it('takes a device by its own key alone, and a refresh token once', async () => {
    const { sessions, nodeKey, grants } = door
    await using real = await openDoor({ handlers: sessionHandlers({ sessions, instance: nodeKey.did }) })
    const post = async (path: string, body: object) => real.ask(path, { method: 'POST', body: JSON.stringify(body) })
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const device = didOf(publicKey)
    const did = newDid()
    grants.set(device, ['read'])
    const proof = async (change: { audience?: string; purpose?: string } = {}) => {
      const { challenge, audience } = (await post('/api/v1/auth/challenge', { did })).json()
      const signed = dagCbor([challenge, change.audience ?? audience, did])
      const bytes = Buffer.concat([Buffer.from(`${change.purpose ?? 'vivim/v1/challenge'}\0`), signed])
      return { did, device, challenge, signature: sign(null, bytes, privateKey).toString('base64url') }
    }
    const signIn = async (body: object) => (await post('/api/v1/auth/session', body)).json()
    expect(await signIn(await proof({ audience: newDid() }))).toMatchObject({ code: 'unauthenticated' })
    expect(await signIn(await proof({ purpose: 'vivim/v1/event' }))).toMatchObject({ code: 'unauthenticated' })
    const good = await proof()
    expect(await signIn({ ...good, device: newDid() })).toMatchObject({ code: 'unauthenticated' })
    const { refreshToken, capabilities } = await signIn(good)
    expect(capabilities).toEqual(['read'])
    expect(await signIn(good)).toMatchObject({ code: 'unauthenticated' })
    // what a browser's session signs is another thing, and takes no device's place
    const { session } = (await post('/api/v1/auth/refresh', { refreshToken })).json()
    expect((await post('/api/v1/auth/renew', { ...good, did: undefined, device: undefined, session })).status).toBe(400)
    expect((await post('/api/v1/auth/challenge', { session })).status).toBe(400)
    expect((await post('/api/v1/auth/refresh', { refreshToken })).json()).toMatchObject({ code: 'session-expired' })
    expect((await post('/api/v1/auth/refresh', { refreshToken: 'nonsense' })).status).toBe(400)
  })
})
