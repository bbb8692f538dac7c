import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { fingerprintOf, pairingCode, readCode, showCode } from '../contract/pairing.ts'
import { didOf } from '../crypto/ed25519.ts'
import { signFor } from '../crypto/signing.ts'
import { type Claim, claimBytes, createPairings, type OpenPairing, pairingLifetime, wrongCodes } from './pairings.ts'

const alice = didOf(generateKeyPairSync('ed25519').publicKey)
const bob = didOf(generateKeyPairSync('ed25519').publicKey)
const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey
const claimOf = (key: KeyObject, name = 'Phone'): Claim => ({
  device: didOf(key),
  encryption: 'A'.repeat(43),
  name,
  kind: 'phone',
})
const numberOf = ({ device, encryption }: Claim): string => fingerprintOf(device, encryption)

const setUp = () => {
  const clock = fakeClock()
  const pairings = createPairings({ clock, random: seededRandom(1), isForked: (_, device) => forked.has(device) })
  const granted: Claim[] = []
  const forked = new Set<Did>()
  return {
    clock,
    pairings,
    granted,
    forked,
    claim: (secret: string | undefined, key: KeyObject, name?: string) => {
      const claim = claimOf(key, name)
      return pairings.claim(secret ?? '', claim, signFor('pairing', claimBytes(secret ?? '', claim), key))
    },
    confirm: (account: Did, id: string, number: string) =>
      pairings.confirm(account, id, number, async (claim) => {
        granted.push(claim)
        return { grant: 'signed' }
      }),
  }
}
let at: ReturnType<typeof setUp>
let open: OpenPairing
let secret: string
let code: string
const key = newKey()
beforeEach(() => {
  at = setUp()
  open = at.pairings.create(alice)
  secret = open.secret ?? ''
  code = open.code ?? ''
})
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'none'
  } catch (error) {
    return isVivimError(error) ? error.code : String(error)
  }
}

describe('a pairing', () => {
  it.each(['link', 'code'] as const)('is claimed by %s, shown, confirmed, and heard of by who claimed it', async (way) => {
    const { ticket, account } = at.claim(way === 'link' ? secret : code, key)
    expect(account).toBe(alice)
    expect(at.pairings.progress(ticket)).toMatchObject({ state: 'waiting' })
    expect(at.pairings.list(alice)).toMatchObject([
      { id: open.id, secret: undefined, code: undefined, claim: { name: 'Phone', fingerprint: numberOf(claimOf(key)) } },
    ])
    expect(at.granted).toEqual([])
    expect(await at.confirm(alice, open.id, numberOf(claimOf(key)))).toEqual({ grant: 'signed' })
    expect(at.granted).toEqual([claimOf(key)])
    expect(at.pairings.progress(ticket)).toMatchObject({ state: 'confirmed', grant: 'signed' })
    expect(at.pairings.list(alice)).toEqual([])
  })

  it('is claimed once: by the same device again, by no other, by link or by code', async () => {
    const first = at.claim(secret, key)
    expect(at.claim(secret, key)).toEqual(first)
    expect(await codeOf(() => at.claim(secret, newKey()))).toBe('pairing-invalid')
    expect(await codeOf(() => at.claim(code, newKey()))).toBe('pairing-invalid')
    // neither under another name, nor by the other way
    expect(await codeOf(() => at.claim(secret, key, 'Other'))).toBe('pairing-invalid')
    expect(await codeOf(() => at.claim(code, key))).toBe('pairing-invalid')
  })

  it('is left to a new key by a device whose own was in use twice', async () => {
    at.forked.add(claimOf(key).device)
    expect(await codeOf(() => at.claim(secret, key))).toBe('device-forked')
    const fresh = newKey()
    at.claim(secret, fresh)
    expect(at.pairings.list(alice)[0]?.claim?.device).toBe(claimOf(fresh).device)
  })

  it('takes no claim that the device did not sign for it', async () => {
    const claim = claimOf(key)
    const right = signFor('pairing', claimBytes(secret, claim), key)
    const other = at.pairings.create(alice).secret ?? ''
    const wrong: [string, Claim, Uint8Array][] = [
      [other, claim, right],
      [code, claim, right],
      [secret, { ...claim, name: 'Other' }, right],
      [secret, { ...claim, encryption: `${'A'.repeat(42)}E` }, right],
      [secret, { ...claim, kind: 'server' }, right],
      [secret, { ...claim, device: didOf(newKey()) }, right],
      [secret, claim, signFor('challenge', claimBytes(secret, claim), key)],
      [secret, claim, new Uint8Array(64)],
    ]
    for (const one of wrong) expect(await codeOf(() => at.pairings.claim(...one))).toBe('event-signature')
    expect(at.pairings.claim(secret, claim, right).account).toBe(alice)
  })

  it('is confirmed only by its account, with the number that was seen, while something waits, and once', async () => {
    expect(await codeOf(() => at.confirm(alice, open.id, numberOf(claimOf(key))))).toBe('conflict')
    at.claim(secret, key)
    const number = numberOf(claimOf(key))
    expect(await codeOf(() => at.confirm(bob, open.id, number))).toBe('not-found')
    expect(await codeOf(() => at.confirm(alice, 'a'.repeat(26), number))).toBe('not-found')
    expect(await codeOf(() => at.confirm(alice, open.id, numberOf(claimOf(newKey()))))).toBe('conflict')
    const outcomes = await Promise.all([1, 2, 3].map(() => codeOf(() => at.confirm(alice, open.id, number))))
    expect(outcomes).toEqual(['none', 'conflict', 'conflict'])
    expect(at.granted).toHaveLength(1)
    expect(await codeOf(() => at.confirm(alice, open.id, number))).toBe('not-found')
  })

  it('can be confirmed again where the grant could not be stored, and not be refused meanwhile', async () => {
    const { ticket } = at.claim(secret, key)
    const number = numberOf(claimOf(key))
    const stuck = Promise.withResolvers<{ grant: string }>()
    const first = codeOf(() => at.pairings.confirm(alice, open.id, number, () => stuck.promise))
    expect(await codeOf(() => at.pairings.cancel(alice, open.id))).toBe('conflict')
    stuck.reject(new VivimError('storage-full'))
    expect(await first).toBe('storage-full')
    expect(at.pairings.progress(ticket).state).toBe('waiting')
    await at.confirm(alice, open.id, number)
    expect(at.pairings.progress(ticket).state).toBe('confirmed')
  })

  it('tells the device that it was refused, and closes', async () => {
    const { ticket } = at.claim(secret, key)
    expect(await codeOf(() => at.pairings.cancel(bob, open.id))).toBe('not-found')
    at.pairings.cancel(alice, open.id)
    expect(at.pairings.progress(ticket).state).toBe('refused')
    expect(await codeOf(() => at.confirm(alice, open.id, numberOf(claimOf(key))))).toBe('not-found')
    expect(await codeOf(() => at.claim(secret, newKey()))).toBe('pairing-invalid')
  })

  it('expires, before it is claimed and after; one that was confirmed can be heard of for as long again', async () => {
    at.clock.advance(pairingLifetime - 1)
    const { ticket } = at.claim(secret, key)
    at.clock.advance(pairingLifetime - 1)
    await at.confirm(alice, open.id, numberOf(claimOf(key)))
    at.clock.advance(pairingLifetime - 1)
    expect(at.pairings.progress(ticket).state).toBe('confirmed')
    at.clock.advance(1)
    expect(await codeOf(() => at.pairings.progress(ticket))).toBe('pairing-invalid')

    const late = at.pairings.create(alice)
    at.clock.advance(pairingLifetime)
    expect(await codeOf(() => at.claim(late.secret, newKey()))).toBe('pairing-invalid')
    expect(await codeOf(() => at.claim(late.code, newKey()))).toBe('pairing-invalid')
    const slow = at.pairings.create(alice)
    const waiting = newKey()
    at.claim(slow.secret, waiting)
    at.clock.advance(pairingLifetime)
    expect(await codeOf(() => at.confirm(alice, slow.id, numberOf(claimOf(waiting))))).toBe('not-found')
    expect(at.granted).toHaveLength(1)
  })

  it('takes no code any more after so many wrong ones; its link works still, and another pairing has its own', async () => {
    for (let n = 1; n < wrongCodes; n++) expect(await codeOf(() => at.claim('aaaaaaaa', newKey()))).toBe('pairing-invalid')
    expect(at.pairings.list(alice)[0]?.code).toBe(code)
    expect(await codeOf(() => at.claim('bbbbbbbb', newKey()))).toBe('pairing-invalid')
    expect(at.pairings.list(alice)[0]).toMatchObject({ code: undefined, secret })
    expect(await codeOf(() => at.claim(code, key))).toBe('pairing-invalid')
    expect(at.claim(secret, key).account).toBe(alice)
    const next = at.pairings.create(bob)
    expect(at.claim(next.code, newKey()).account).toBe(bob)
  })

  it('keeps few open for an account: the oldest makes room, never another account’s', () => {
    const theirs = at.pairings.create(bob)
    for (let n = 0; n < 20; n++) at.pairings.create(alice)
    expect(at.pairings.list(alice)).toHaveLength(8)
    expect(at.pairings.list(bob)).toEqual([theirs])
  })
})

describe('a code', () => {
  it('is read however it was written', () => {
    const bytes = fc.stringMatching(/^[a-z2-7]{8}$/)
    const between = fc.constantFrom('', ' ', '-', ' – ', '\t')
    fc.assert(
      fc.property(bytes, between, between, (right, before, middle) => {
        const written = `${before}${right.slice(0, 4)}${middle}${right.slice(4)}`
        expect(readCode(written)).toBe(right)
        expect(readCode(written.toUpperCase())).toBe(right)
        expect(readCode(showCode(right).replaceAll('O', '0').replaceAll('I', '1').replaceAll('B', '8'))).toBe(right)
      }),
    )
    for (const wrong of ['', 'abcd', 'abcd-efgh-i', 'äbcd-efgh', 'abcd-efg9']) expect(readCode(wrong)).toBeUndefined()
    expect(code).toMatch(pairingCode)
  })
})

describe('a device’s number', () => {
  it('is made from both of its keys', () => {
    const { device, encryption } = claimOf(key)
    expect(fingerprintOf(device, encryption)).toMatch(/^\d{4} \d{4} \d{4}$/)
    expect(fingerprintOf(device, `${'A'.repeat(42)}E`)).not.toBe(fingerprintOf(device, encryption))
    expect(fingerprintOf('did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', 'A'.repeat(43))).toMatchInlineSnapshot(
      `"6473 7048 0217"`,
    )
  })
})
