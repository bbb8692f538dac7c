import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, type Made, signedHistory, take, takeAll } from '../../tests/kit/devices.ts'
import { isVivimError } from '../contract/errors.ts'
import { didOf } from '../crypto/ed25519.ts'
import { cutOf, rootsOf, stands } from './authority.ts'
import type { Chains } from './chain.ts'

const [laptop, phone, tablet, thief] = [keyOf(2), keyOf(3), keyOf(4), keyOf(5)]
const placeOf = ({ signed: { envelope, id } }: Made) => ({ device: envelope.device, seq: envelope.seq, id })
const standing = ({ authority }: Chains, events: readonly Made[]) => events.map((event) => stands(authority, placeOf(event)))
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    if (isVivimError(error)) return error.code
    throw error
  }
  return undefined
}
/** The root granted the laptop, the laptop the phone. */
function begun() {
  const history = signedHistory()
  history.genesis()
  history.grant(history.root, laptop)
  history.grant(laptop, phone)
  const chains = () => takeAll(history.owner, history.made).chains
  return { ...history, chains }
}

describe('grants', () => {
  it('go on from device to device', () => {
    const history = begun()
    history.grant(phone, tablet, { capabilities: ['read'] })
    const { chains, left } = takeAll(history.owner, history.made)
    expect(left).toEqual([])
    expect(chains.heads.get(didOf(tablet))?.grant?.issuer).toBe(didOf(phone))
    expect(cutOf(chains.authority, didOf(tablet))).toBeUndefined()
  })

  it.each<[string, Parameters<ReturnType<typeof begun>['grantOf']>[2]]>([
    ['more than its granter may', { capabilities: ['read', 'share'] }],
    ['for longer', { expires: null }],
    ['in another’s name', { issuer: didOf(laptop) }],
    ['for another account', { account: didOf(thief) }],
    ['the root', { device: didOf(keyOf(1)) }],
    ['itself', { device: didOf(phone) }],
  ])('never give %s', (_, fields) => {
    const history = signedHistory()
    history.genesis()
    history.grant(history.root, laptop)
    history.grant(laptop, phone, { capabilities: ['read', 'write', 'grant'], expires: 50_000 })
    const chains = takeAll(history.owner, history.made).chains
    const sound = { capabilities: ['read' as const], expires: 40_000 }
    const wrong = history.grantOf(phone, tablet, { ...sound, ...fields })
    const said = history.sign(phone, 'device.granted', wrong)
    expect(codeOf(() => take(chains, said, false))).toBe('event-not-granted')
    const other = signedHistory()
    other.genesis()
    other.grant(other.root, laptop)
    other.grant(laptop, phone, { capabilities: ['read', 'write', 'grant'], expires: 50_000 })
    const right = other.sign(phone, 'device.granted', other.grantOf(phone, tablet, sound))
    expect(codeOf(() => take(takeAll(other.owner, other.made.slice(0, -1)).chains, right, false))).toBeUndefined()
  })

  it('need the capability, and to be said before the device begins', () => {
    const history = begun()
    history.grant(phone, tablet, { capabilities: ['read', 'write'] })
    const chains = history.chains()
    const [said, first] = history.grant(tablet, thief, { capabilities: ['read'] })
    expect(codeOf(() => said && take(chains, said, false))).toBe('event-not-granted')
    expect(codeOf(() => first && take(chains, first, false))).toBe('event-missing-cause')
    const renamed = history.sign(keyOf(9), 'device.renamed', { device: didOf(phone), name: 'mine' })
    expect(codeOf(() => take(chains, renamed, false))).toBe('event-not-granted')
  })

  it('are found wrong where their part has another shape', () => {
    const history = begun()
    const chains = history.chains()
    expect(codeOf(() => take(chains, history.sign(laptop, 'device.granted', { device: 1 }), false))).toBe('event-schema')
    const again = begun()
    const wrong = again.sign(laptop, 'device.revoked', { device: didOf(phone), seq: 0, id: new Uint8Array(32) })
    expect(codeOf(() => take(begun().chains(), wrong, false))).toBe('event-schema')
  })
})

describe('a revocation', () => {
  it('voids what comes after its cut, before it arrived or later', () => {
    const history = begun()
    const kept = history.write(phone)
    const cut = history.headOf(phone)
    const late = history.write(phone)
    const revoked = history.revoke(laptop, phone, cut)
    const later = history.write(phone)
    const chains = takeAll(history.owner, history.made.slice(0, -1)).chains
    expect(standing(chains, [kept, late, revoked])).toEqual([true, false, true])
    expect(codeOf(() => take(chains, later, false))).toBe('event-revoked')
    expect(codeOf(() => take(chains, later))).toBeUndefined()
    const without = takeAll(
      history.owner,
      history.made.filter((one) => one !== late && one !== later),
    ).chains
    expect(codeOf(() => take(without, late, false))).toBe('event-revoked')
    expect(cutOf(without.authority, didOf(phone))).toEqual(cutOf(chains.authority, didOf(phone)))
  })

  it('is seen at once by a log that had looked before', () => {
    const history = begun()
    const chains = history.chains()
    take(chains, history.write(phone), false)
    const cut = history.headOf(phone)
    expect(cutOf(chains.authority, didOf(phone))).toBeUndefined()
    take(chains, history.revoke(laptop, phone, cut), false)
    expect(codeOf(() => take(chains, history.write(phone), false))).toBe('event-revoked')
  })

  it('holds at its lowest, and is final', () => {
    const history = begun()
    history.write(phone)
    const low = history.headOf(phone)
    history.write(phone)
    history.revoke(laptop, phone, history.headOf(phone))
    history.revoke(history.root, phone, low)
    history.revoke(laptop, phone, { seq: 9, id: new Uint8Array(32) })
    expect(cutOf(history.chains().authority, didOf(phone))).toEqual(low)
  })

  it('goes down the line of grants only: not up, not sideways, not to itself', () => {
    const history = begun()
    history.grant(laptop, tablet)
    history.revoke(phone, laptop, { seq: 0, id: null })
    history.revoke(phone, tablet, { seq: 0, id: null })
    history.revoke(phone, phone, { seq: 0, id: null })
    history.revoke(phone, history.root, { seq: 0, id: null })
    const { authority } = history.chains()
    for (const key of [history.root, laptop, phone, tablet]) expect(cutOf(authority, didOf(key))).toBeUndefined()
  })

  it('takes along what the device granted after the cut, and leaves what it granted before', () => {
    const history = begun()
    const [before] = history.grant(phone, tablet)
    const cut = history.headOf(phone)
    const [, after] = history.grant(phone, thief)
    history.revoke(laptop, phone, cut)
    const chains = history.chains()
    expect(before && after && standing(chains, [before, after])).toEqual([true, false])
    expect(cutOf(chains.authority, didOf(tablet))).toBeUndefined()
    expect(cutOf(chains.authority, didOf(thief))).toEqual({ seq: 0, id: null })
    // who is void revokes nobody
    history.grant(thief, keyOf(6))
    history.revoke(thief, keyOf(6), { seq: 0, id: null })
    history.revoke(phone, tablet, { seq: 0, id: null })
    expect(cutOf(history.chains().authority, didOf(tablet))).toBeUndefined()
  })

  it('needs the capability', () => {
    const history = signedHistory()
    history.genesis()
    history.grant(history.root, laptop, { capabilities: ['read', 'write'] })
    const chains = takeAll(history.owner, history.made).chains
    expect(codeOf(() => take(chains, history.revoke(laptop, phone, { seq: 0, id: null }), false))).toBe('event-not-granted')
  })
})

describe('a succession', () => {
  it('outranks what the old root says afterwards, and leaves the devices that it names', () => {
    const history = begun()
    const [genesis] = history.made
    if (!genesis) throw new Error('genesis')
    const newRoot = keyOf(100)
    history.grant(history.root, thief)
    const revoked = history.revoke(history.root, laptop, { seq: 0, id: null })
    history.succeed(1, history.root, newRoot, genesis, [laptop])
    history.sign(newRoot, 'device.granted', history.grantOf(newRoot, tablet))
    history.sign(tablet, 'device.granted', history.grantOf(newRoot, tablet))
    const { chains, left } = takeAll(history.owner, history.made)
    expect(left).toEqual([])
    expect(rootsOf(chains.authority).map(({ did }) => did)).toEqual([history.owner, didOf(newRoot)])
    expect(standing(chains, [genesis, revoked])).toEqual([true, false])
    const cuts = [laptop, phone, tablet].map((key) => cutOf(chains.authority, didOf(key)))
    expect(cuts).toEqual([undefined, undefined, undefined])
    expect(cutOf(chains.authority, didOf(thief))).toEqual({ seq: 0, id: null })
    history.revoke(newRoot, laptop, { seq: 0, id: null })
    expect(cutOf(history.chains().authority, didOf(laptop))).toEqual({ seq: 0, id: null })
    expect(cutOf(history.chains().authority, didOf(phone))).toEqual({ seq: 0, id: null })
  })

  it('can be followed by the next, and of two of one root one holds whatever came first', () => {
    const history = begun()
    const [genesis] = history.made
    if (!genesis) throw new Error('genesis')
    const second = history.succeed(1, history.root, keyOf(100), genesis, [laptop])
    history.succeed(1, history.root, keyOf(101), genesis, [])
    history.succeed(2, keyOf(100), keyOf(102), second, [])
    const forth = takeAll(history.owner, history.made)
    const [head, ...rest] = history.made
    const back = takeAll(history.owner, head ? [head, ...rest.reverse()] : [])
    expect([forth.left, back.left]).toEqual([[], []])
    expect(rootsOf(back.chains.authority)).toEqual(rootsOf(forth.chains.authority))
  })

  it('is its successor’s alone', () => {
    const history = begun()
    const [genesis] = history.made
    if (!genesis) throw new Error('genesis')
    const chains = history.chains()
    for (const wrong of [
      history.succeed(2, history.root, keyOf(100), genesis, []),
      history.succeed(1, history.root, keyOf(101), genesis, [], { root: didOf(keyOf(102)) }),
      history.succeed(1, history.root, keyOf(103), genesis, [], { account: didOf(laptop) }),
    ])
      expect(codeOf(() => take(chains, wrong, false))).toBe('event-not-granted')
    const forged = history.succeed(1, history.root, keyOf(104), genesis, [])
    const changed = { ...forged, first: { ...(forged.first as object), devices: [didOf(thief)] } }
    expect(codeOf(() => take(chains, changed, false))).toBe('event-not-granted')
    expect(codeOf(() => take(chains, forged, false))).toBeUndefined()
  })
})

it('is the same whatever order events come in', () => {
  const step = fc.record({
    what: fc.constantFrom('grant', 'write', 'revoke', 'succeed'),
    by: fc.nat(9),
    on: fc.nat(9),
    cut: fc.nat(5),
  })
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      (steps, mix) => {
        const history = signedHistory()
        const genesis = history.genesis()
        const keys = [history.root]
        const ids = new Map<string, Uint8Array>([[`${history.owner}/1`, genesis.signed.id]])
        let roots = 0
        for (const { what, by, on, cut } of steps) {
          const signer = keys[by % keys.length] ?? history.root
          const target = keys[on % keys.length] ?? history.root
          if (what === 'grant' && keys.length < 10) {
            const device = keyOf(10 + keys.length)
            history.grant(signer, device)
            keys.push(device)
          } else if (what === 'write' && signer !== history.root) history.write(signer)
          else if (what === 'revoke') {
            const id = ids.get(`${didOf(target)}/${cut}`) ?? null
            history.revoke(signer, target, id ? { seq: cut, id } : { seq: 0, id: null })
          } else if (what === 'succeed' && roots < 3) {
            roots++
            history.succeed(1, history.root, keyOf(100 + roots), genesis, keys.slice(1, 1 + (on % 4)))
          }
          for (const { signed } of history.made) ids.set(`${signed.envelope.device}/${signed.envelope.seq}`, signed.id)
        }
        const forth = takeAll(history.owner, history.made)
        const order = history.made.map((event, n) => ({ event, key: mix[n % mix.length] ?? 0 })).sort((a, b) => a.key - b.key)
        const mixed = takeAll(
          history.owner,
          order.map(({ event }) => event),
        )
        expect(new Set(mixed.left)).toEqual(new Set(forth.left))
        expect(standing(mixed.chains, history.made)).toEqual(standing(forth.chains, history.made))
      },
    ),
    { numRuns: 60 },
  )
})
