import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { publicKey } from '../contract/api/auth.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { type Capability, capabilities, type SessionId } from '../contract/method.ts'
import { didOf } from '../crypto/ed25519.ts'
import { signFor } from '../crypto/signing.ts'
import type { Sealer } from '../ports/sealer.ts'
import { deviceProofBytes } from './device-proofs.ts'
import { linkLifetime } from './links.ts'
import { challengeLifetime, proofBytes } from './proofs.ts'
import { createSessions, sessionLifetime } from './sessions.ts'
import { createSessionStore, sessionsMigration } from './store.ts'
import { tokenLifetime } from './tokens.ts'

const newDid = (): Did => didOf(generateKeyPairSync('ed25519').publicKey)
const nodeKeys = generateKeyPairSync('ed25519')
const nodeKey = { did: didOf(nodeKeys.publicKey), ...nodeKeys }
const alice = newDid()
const bob = newDid()

/** XOR with the place's hash: enough to see that names are neither plain nor movable. */
const sealer: Sealer = {
  seal: (place, plain) => Buffer.concat([createHmac('sha256', place).update(plain).digest(), plain.map((byte) => byte ^ 0x5a)]),
  open(place, sealed) {
    const plain = sealed.subarray(32).map((byte) => byte ^ 0x5a)
    if (!createHmac('sha256', place).update(plain).digest().equals(sealed.subarray(0, 32))) throw new VivimError('seal-broken')
    return plain
  },
}

async function setUp() {
  const clock = fakeClock()
  const random = seededRandom(1)
  const storage = await openMemoryStorage({
    migrations: [
      {
        version: 1,
        name: 'test',
        sql: `CREATE TABLE account (id INTEGER PRIMARY KEY, did TEXT NOT NULL UNIQUE) STRICT; ${sessionsMigration}
        INSERT INTO account (did) VALUES ('${alice}'), ('${bob}')`,
      },
    ],
  })
  const granted = new Map<string, readonly Capability[]>()
  const revoked = new Set<string>()
  const forked = new Set<string>()
  const closed = new Set<Did>()
  const sealerOf = (account: Did) => {
    if (closed.has(account)) throw new VivimError('unavailable')
    return sealer
  }
  const store = createSessionStore({ storage, sealerOf })
  const open = () =>
    createSessions({
      clock,
      random,
      nodeKey,
      store,
      devices: {
        capabilitiesOf: (account, device) => granted.get(`${account} ${device}`),
        isRevoked: (account, device) => revoked.has(`${account} ${device}`),
        isForked: (account, device) => forked.has(`${account} ${device}`),
        introduce: async () => {},
      },
    })
  return { clock, closed, storage, granted, revoked, forked, open, sessions: await open() }
}
let at: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => {
  at = await setUp()
})

const secretOf = (link: string) => link.slice('/#link='.length)
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
  } catch (error) {
    return isVivimError(error) ? error.code : String(error)
  }
  return 'none'
}
function browserKey(curve: 'P-256' | 'Ed25519') {
  const keys = curve === 'P-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const prove = (bytes: Uint8Array) =>
    (curve === 'P-256'
      ? sign('sha256', bytes, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
      : sign(null, bytes, keys.privateKey)
    ).toString('base64url')
  return { jwk: publicKey.parse(keys.publicKey.export({ format: 'jwk' })), prove }
}
async function signIn(account: Did = alice, curve: 'P-256' | 'Ed25519' = 'P-256') {
  const key = browserKey(curve)
  const { link } = at.sessions.createLink(account, capabilities)
  return { ...key, ...(await at.sessions.redeemLink(secretOf(link), key.jwk, 'Firefox on tuppence')) }
}

describe('sign-in links', () => {
  it('work once', async () => {
    const secret = secretOf(at.sessions.createLink(alice, ['read']).link)
    expect(await at.sessions.redeemLink(secret, undefined, undefined)).toMatchObject({
      account: alice,
      capabilities: ['read'],
      instance: nodeKey.did,
    })
    expect(await codeOf(() => at.sessions.redeemLink(secret, undefined, undefined))).toBe('link-invalid')
  })
  it('end after five minutes, and when their account is closed', async () => {
    const late = secretOf(at.sessions.createLink(alice, ['read']).link)
    at.clock.advance(linkLifetime)
    expect(await codeOf(() => at.sessions.redeemLink(late, undefined, undefined))).toBe('link-invalid')
    const closed = secretOf(at.sessions.createLink(alice, ['read']).link)
    await at.sessions.endAccount(alice)
    expect(await codeOf(() => at.sessions.redeemLink(closed, undefined, undefined))).toBe('link-invalid')
  })
  it('are bounded: the oldest makes room', async () => {
    const secrets = Array.from({ length: 51 }, () => secretOf(at.sessions.createLink(alice, ['read']).link))
    expect(await codeOf(() => at.sessions.redeemLink(secrets[0] ?? '', undefined, undefined))).toBe('link-invalid')
    expect(await codeOf(() => at.sessions.redeemLink(secrets[1] ?? '', undefined, undefined))).toBe('none')
  })
  it('are not used up by a key that is none', async () => {
    const secret = secretOf(at.sessions.createLink(alice, ['read']).link)
    const wrong = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const
    expect(await codeOf(() => at.sessions.redeemLink(secret, wrong, undefined))).toBe('bad-request')
    expect(await codeOf(() => at.sessions.redeemLink(secret, undefined, undefined))).toBe('none')
  })
})

describe('renewal', () => {
  it.each(['P-256', 'Ed25519'] as const)('is by proof of the session’s %s key, once per challenge', async (curve) => {
    const { session, prove } = await signIn(alice, curve)
    at.clock.advance(tokenLifetime)
    const { challenge } = at.sessions.challenge(session)
    const signature = prove(proofBytes(challenge, nodeKey.did, session))
    const renewed = await at.sessions.renew(session, challenge, signature)
    expect(await at.sessions.verify(renewed.accessToken)).toMatchObject({ account: alice, session })
    expect(await codeOf(() => at.sessions.renew(session, challenge, signature))).toBe('unauthenticated')
  })
  it('refuses another audience, another session’s challenge, another key, and a late answer', async () => {
    const { session, prove } = await signIn()
    const other = await signIn()
    const attempt = async (make: (challenge: string) => string, of = session, late = 0) => {
      const { challenge } = at.sessions.challenge(of)
      at.clock.advance(late)
      return codeOf(() => at.sessions.renew(session, challenge, make(challenge)))
    }
    const right = (challenge: string) => prove(proofBytes(challenge, nodeKey.did, session))
    expect(await attempt(right)).toBe('none')
    expect(await attempt((challenge) => prove(proofBytes(challenge, newDid(), session)))).toBe('unauthenticated')
    expect(await attempt((challenge) => prove(proofBytes(challenge, nodeKey.did, other.session)))).toBe('unauthenticated')
    expect(await attempt((challenge) => other.prove(proofBytes(challenge, nodeKey.did, session)))).toBe('unauthenticated')
    expect(await attempt(right, other.session)).toBe('unauthenticated')
    expect(await attempt(right, session, challengeLifetime)).toBe('unauthenticated')
  })
  it('is not for sessions without a key', async () => {
    const { link } = at.sessions.createLink(alice, ['read'])
    const { session } = await at.sessions.redeemLink(secretOf(link), undefined, undefined)
    const { challenge } = at.sessions.challenge(session)
    expect(await codeOf(() => at.sessions.renew(session, challenge, 'A'.repeat(86)))).toBe('session-expired')
  })
})

describe('tokens (security case 30)', () => {
  const claims = () => ({ sid: 'a'.repeat(26) as SessionId, cap: ['read'] })
  const forge = (key = nodeKey.privateKey, audience: Did = nodeKey.did, issuer: Did = nodeKey.did, typ = 'at+jwt') => {
    const now = Math.floor(at.clock.now() / 1000)
    return new SignJWT(claims())
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(alice)
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .sign(key)
  }
  it('hold until they expire, seen before or not', async () => {
    const { accessToken, session } = await signIn()
    const second = await at.open()
    at.clock.advance(tokenLifetime - 1000)
    expect(await at.sessions.verify(accessToken)).toMatchObject({ account: alice, session })
    at.clock.advance(1000)
    expect(await codeOf(() => at.sessions.verify(accessToken))).toBe('unauthenticated')
    expect(await codeOf(() => second.verify(accessToken))).toBe('unauthenticated')
  })
  it('are refused with alg none, HMAC by the public key, a foreign key, audience, issuer or type', async () => {
    const { accessToken } = await signIn()
    const [, payload] = accessToken.split('.')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const hmacInput = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${payload}`
    const pem = nodeKey.publicKey.export({ format: 'pem', type: 'spki' })
    const forged = [
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `${hmacInput}.${createHmac('sha256', pem).update(hmacInput).digest('base64url')}`,
      await forge(generateKeyPairSync('ed25519').privateKey),
      await forge(nodeKey.privateKey, newDid()),
      await forge(nodeKey.privateKey, nodeKey.did, newDid()),
      await forge(nodeKey.privateKey, nodeKey.did, nodeKey.did, 'JWT'),
      `${accessToken.slice(0, -8)}AAAAAAAA`,
      '',
      'a.b.c',
      'x'.repeat(10_000),
    ]
    for (const token of forged) expect(await codeOf(() => at.sessions.verify(token)), token).toBe('unauthenticated')
  })
  it('are refused for a session that never was', async () => {
    const token = await forge()
    expect(await codeOf(() => at.sessions.verify(token))).toBe('session-expired')
  })
  it('stop at once when the session or the account ends, and say so to open streams', async () => {
    for (const end of [(session: SessionId) => at.sessions.end(alice, session), () => at.sessions.endAccount(alice)]) {
      const { accessToken, session } = await signIn()
      const { ended } = await at.sessions.verify(accessToken)
      const ending = end(session)
      expect(ended.aborted).toBe(true)
      expect(await codeOf(() => at.sessions.verify(accessToken))).toBe('session-expired')
      await ending
      expect(await codeOf(async () => (await at.open()).verify(accessToken))).toBe('session-expired')
    }
  })
})

describe('sessions', () => {
  it('outlive the node, their name sealed', async () => {
    const { accessToken, session, prove } = await signIn()
    const [row] = await at.storage.all<{ name: Uint8Array }>('SELECT name FROM session')
    expect(Buffer.from(row?.name ?? []).toString('latin1')).not.toContain('tuppence')
    const again = await at.open()
    expect(await again.verify(accessToken)).toMatchObject({ session })
    expect(again.list(alice)).toMatchObject([{ id: session, name: 'Firefox on tuppence', capabilities: [...capabilities] }])
    const { challenge } = again.challenge(session)
    expect(await codeOf(() => again.renew(session, challenge, prove(proofBytes(challenge, nodeKey.did, session))))).toBe('none')
  })
  it('that have run out end the streams that they have open', async () => {
    const { accessToken: kept } = await signIn()
    const { link } = at.sessions.createLink(alice, ['read'])
    const { accessToken: keyless } = await at.sessions.redeemLink(secretOf(link), undefined, undefined)
    const streams = [(await at.sessions.verify(kept)).ended, (await at.sessions.verify(keyless)).ended]
    const over = async (milliseconds: number) => {
      at.clock.advance(milliseconds)
      await at.sessions.sweep()
      return streams.map(({ aborted }) => aborted)
    }
    expect(await over(tokenLifetime - 1)).toEqual([false, false])
    expect(await over(1)).toEqual([false, true])
    expect(await over(sessionLifetime)).toEqual([true, true])
  })
  it('end after ninety days without use, and are forgotten', async () => {
    const { session } = await signIn()
    at.clock.advance(sessionLifetime)
    expect(at.sessions.list(alice)).toEqual([])
    const { challenge } = at.sessions.challenge(session)
    expect(await codeOf(() => at.sessions.renew(session, challenge, 'A'.repeat(86)))).toBe('session-expired')
    await at.open()
    expect(await at.storage.all('SELECT id FROM session')).toEqual([])
  })
  it('of one account are nothing to another', async () => {
    const { session, accessToken } = await signIn(alice)
    expect(at.sessions.list(bob)).toEqual([])
    expect(await codeOf(() => at.sessions.end(bob, session))).toBe('not-found')
    expect(await at.sessions.verify(accessToken)).toMatchObject({ account: alice })
  })
})

describe('a device', () => {
  const keys = generateKeyPairSync('ed25519')
  const phone = didOf(keys.publicKey)
  const grant = (list: readonly Capability[] = ['read', 'write']) => at.granted.set(`${alice} ${phone}`, list)
  const proof = (fields: { challenge?: string; audience?: Did; account?: Did; key?: typeof keys.privateKey } = {}) => {
    const { challenge = at.sessions.deviceChallenge(alice).challenge, audience = nodeKey.did, account = alice } = fields
    const signature = signFor('challenge', deviceProofBytes(challenge, audience, account), fields.key ?? keys.privateKey)
    return { account: alice, device: phone, challenge, signature: Buffer.from(signature).toString('base64url') }
  }
  const signInDevice = () => at.sessions.signInDevice(proof())

  it('signs in by its key, with what its grant gives now', async () => {
    grant()
    const token = await signInDevice()
    expect(token).toMatchObject({ account: alice, device: phone, capabilities: ['read', 'write'], instance: nodeKey.did })
    expect(await at.sessions.verify(token.accessToken)).toMatchObject({ device: phone, capabilities: ['read', 'write'] })
    grant(['read', 'share'])
    expect(await at.sessions.verify(token.accessToken)).toMatchObject({ capabilities: ['read'] })
    expect(at.sessions.list(alice)).toMatchObject([{ device: { did: phone } }])
  })

  it('is refused with a proof that does not hold, or without a grant', async () => {
    expect(await codeOf(signInDevice)).toBe('unauthenticated')
    grant()
    const right = proof()
    const other = generateKeyPairSync('ed25519').privateKey
    const wrong = [
      proof({ audience: newDid() }),
      proof({ account: bob }),
      proof({ key: other }),
      proof({ challenge: at.sessions.deviceChallenge(bob).challenge }),
      proof({ challenge: 'A'.repeat(64) }),
      { ...right, account: bob },
      { ...right, device: didOf(other) },
      { ...right, signature: 'A'.repeat(86) },
    ]
    for (const one of wrong) expect(await codeOf(() => at.sessions.signInDevice(one))).toBe('unauthenticated')
    // trying wrongly does not use a challenge up for the device
    expect(await codeOf(() => at.sessions.signInDevice(right))).toBe('none')
    expect(await codeOf(() => at.sessions.signInDevice(right))).toBe('unauthenticated')
    const late = proof()
    at.clock.advance(challengeLifetime)
    expect(await codeOf(() => at.sessions.signInDevice(late))).toBe('unauthenticated')
    const elsewhere = proof()
    const restarted = await at.open()
    expect(await codeOf(() => restarted.signInDevice(elsewhere))).toBe('unauthenticated')
  })

  it('is told that its key was in use twice, and nobody without that key is', async () => {
    at.forked.add(`${alice} ${phone}`)
    expect(await codeOf(signInDevice)).toBe('device-forked')
    const stranger = proof({ key: generateKeyPairSync('ed25519').privateKey })
    expect(await codeOf(() => at.sessions.signInDevice(stranger))).toBe('unauthenticated')
  })

  it('is told that it was revoked, and nobody without its key is', async () => {
    at.revoked.add(`${alice} ${phone}`)
    expect(await codeOf(signInDevice)).toBe('device-revoked')
    const stranger = proof({ key: generateKeyPairSync('ed25519').privateKey })
    expect(await codeOf(() => at.sessions.signInDevice(stranger))).toBe('unauthenticated')
  })

  it('goes on by refresh tokens that each work once; a second use ends the session', async () => {
    grant()
    const first = await signInDevice()
    const second = await at.sessions.refreshDevice(first.refreshToken)
    const third = await at.sessions.refreshDevice(second.refreshToken)
    expect(third).toMatchObject({ session: first.session, capabilities: ['read', 'write'] })
    const [session, , mark] = third.refreshToken.split('.')
    for (const forged of [`${session}.1.${mark}`, `${session}.4.${mark}`, `${session}.3.${'A'.repeat(43)}`])
      expect(await codeOf(() => at.sessions.refreshDevice(forged))).toBe('unauthenticated')
    expect(await codeOf(async () => at.sessions.verify(third.accessToken))).toBe('none')
    expect(await codeOf(() => at.sessions.refreshDevice(second.refreshToken))).toBe('session-expired')
    expect(await codeOf(() => at.sessions.refreshDevice(third.refreshToken))).toBe('session-expired')
    expect(await codeOf(async () => at.sessions.verify(third.accessToken))).toBe('session-expired')
  })

  it('takes one of two that use a token at once', async () => {
    grant()
    const { refreshToken } = await signInDevice()
    const codes = await Promise.all([0, 1].map(() => codeOf(() => at.sessions.refreshDevice(refreshToken))))
    expect(codes).toContain('session-expired')
    expect(await codeOf(() => at.sessions.refreshDevice(refreshToken))).toBe('session-expired')
  })

  it('goes on after a restart, and a token used before it is still known', async () => {
    grant()
    const first = await signInDevice()
    const second = await at.sessions.refreshDevice(first.refreshToken)
    const again = await at.open()
    expect(await again.refreshDevice(second.refreshToken)).toMatchObject({ session: first.session })
    expect(await codeOf(() => again.refreshDevice(first.refreshToken))).toBe('session-expired')
    const [row] = await at.storage.all<{ family: Uint8Array }>('SELECT family FROM session')
    expect(row).toBeUndefined()
  })

  it('of an account whose keys are missing, or that is damaged, keeps nobody else out', async () => {
    grant()
    const device = await signInDevice()
    const browser = await signIn()
    const other = await signIn(bob)
    at.closed.add(alice)
    const without = await at.open()
    expect(await codeOf(async () => without.verify(other.accessToken))).toBe('none')
    for (const { accessToken } of [device, browser])
      expect(await codeOf(async () => without.verify(accessToken))).toBe('session-expired')
    expect(without.list(alice)).toEqual([])
    // with the keys it is as it was
    at.closed.clear()
    const again = await at.open()
    expect(await codeOf(async () => again.verify(browser.accessToken))).toBe('none')
    await at.storage.transaction((tx) => tx.run("UPDATE session SET name = x'00' WHERE name IS NOT NULL", []))
    const damaged = await at.open()
    expect(await codeOf(async () => damaged.verify(device.accessToken))).toBe('none')
    expect(await codeOf(async () => damaged.verify(browser.accessToken))).toBe('session-expired')
  })

  it('has nothing left once its grant is gone', async () => {
    grant()
    const { accessToken, refreshToken } = await signInDevice()
    const { ended } = await at.sessions.verify(accessToken)
    at.granted.clear()
    expect(await codeOf(async () => at.sessions.verify(accessToken))).toBe('session-expired')
    await at.sessions.endDevice(alice, phone)
    expect(ended.aborted).toBe(true)
    expect(await codeOf(() => at.sessions.refreshDevice(refreshToken))).toBe('session-expired')
  })

  it('has a few sessions at most, and takes none of others away', async () => {
    grant()
    const browser = await signIn()
    const tokens = []
    for (let n = 0; n < 18; n++) {
      at.clock.advance(1)
      tokens.push(await signInDevice())
    }
    const codes = []
    for (const { accessToken } of tokens) codes.push(await codeOf(async () => at.sessions.verify(accessToken)))
    expect(codes).toEqual([...Array(2).fill('session-expired'), ...Array(16).fill('none')])
    expect(await codeOf(async () => at.sessions.verify(browser.accessToken))).toBe('none')
  })
})
