/** Security case 30, through the door: forged, foreign, expired and replayed proofs are refused. Forms of tokens: sessions.test.ts. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
      const asked = (await post('/api/v1/auth/challenge', { session })).json()
      const bytes = Buffer.from(`vivim/v1/session\0${asked.challenge}\0${audience ?? asked.audience}\0${session}`)
      const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
      return { session, challenge: asked.challenge, signature }
    }
    expect((await post('/api/v1/auth/refresh', await proof(newDid()))).json()).toMatchObject({ code: 'unauthenticated' })
    const good = await proof()
    expect((await post('/api/v1/auth/refresh', good)).json()).toMatchObject({ session, capabilities: ['read'] })
    expect((await post('/api/v1/auth/refresh', good)).json()).toMatchObject({ code: 'unauthenticated' })
  })
})
