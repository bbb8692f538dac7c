import { decode, encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { type ErrorCode, isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import { type Chains, checkNext, emptyChains, follow } from './chain.ts'
import { cidOf, digestOf } from './cid.ts'
import { compareHlc, type Envelope, type Hlc, nextHlc, parseEnvelope, signEnvelope, verifyEnvelope } from './envelope.ts'

const keyOf = (n: number) => privateKeyOf(new Uint8Array(32).fill(n))
const root = keyOf(1)
const device = keyOf(2)
const owner = didOf(root)
const digest = (text: string): Uint8Array => Uint8Array.from(digestOf(Buffer.from(text)))
const [elder, younger] = [didOf(keyOf(8)), didOf(keyOf(9))].sort() as [Did, Did]

const envelope = (fields: Partial<Envelope> = {}): Envelope => ({
  owner,
  device: didOf(device),
  seq: 2,
  prev: digest('before'),
  deps: [
    { device: elder, seq: 3, id: digest('a') },
    { device: younger, seq: 1, id: digest('b') },
  ],
  time: [1000, 2],
  type: 'library.tagged',
  chunks: [digest('one'), digest('two')],
  ...fields,
})
const sound = signEnvelope(envelope(), device)

const codeOf = (work: () => unknown): ErrorCode | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (isVivimError(error)) return error.code
    throw error
  }
}
/** The bytes of the sound envelope with some fields replaced, or taken out. */
const changed = (fields: Record<string, unknown>): Uint8Array => {
  const all: Record<string, unknown> = { ...decode<Record<string, unknown>>(sound.bytes), ...fields }
  return encode(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
}

describe('parseEnvelope', () => {
  it('gives back what was signed', () => {
    const parsed = parseEnvelope(sound.bytes)
    expect(parsed.id).toEqual(sound.id)
    expect(verifyEnvelope(parsed)).toBe(true)
    expect(Buffer.compare(signEnvelope(parsed.envelope, device).bytes, sound.bytes)).toBe(0)
  })

  it('takes bytes in one form alone, whatever is changed in them', () => {
    const bytes = fc.oneof(
      fc.record({ at: fc.nat(sound.bytes.length - 1), to: fc.nat(255) }).map(({ at, to }) => {
        const other = Uint8Array.from(sound.bytes)
        other[at] = to
        return other
      }),
      fc
        .record({ at: fc.nat(sound.bytes.length), more: fc.uint8Array({ maxLength: 3 }), less: fc.nat(3) })
        .map(({ at, more, less }) =>
          Uint8Array.from(Buffer.concat([sound.bytes.subarray(0, at), more, sound.bytes.subarray(at + less)])),
        ),
      fc
        .record({ seq: fc.maxSafeNat(), counter: fc.maxSafeNat(), type: fc.string({ maxLength: 101 }) })
        .map(({ seq, counter, type }) => changed({ seq, time: [seq, counter], type })),
    )
    fc.assert(
      fc.property(bytes, (some) => {
        if (codeOf(() => parseEnvelope(some))) return
        const { id, unsigned, envelope: parsed, sig } = parseEnvelope(some)
        const { sig: _sig, ...rest } = decode<Record<string, unknown>>(some)
        // the encoder of this format writes exactly these bytes
        expect(Buffer.compare(encode({ ...rest, sig }), some)).toBe(0)
        expect(Buffer.compare(encode(rest), unsigned)).toBe(0)
        expect(Buffer.compare(digestOf(unsigned), id)).toBe(0)
        expect(signEnvelope(parsed, device).unsigned).toEqual(Uint8Array.from(unsigned))
      }),
      { numRuns: 3000 },
    )
  })

  const link = cidOf(digest('x'))
  const foreign = CID.createV1(0x55, link.multihash)
  const faults: [string, Record<string, unknown>][] = [
    ['another version', { v: 2 }],
    ['a field too many', { more: 1 }],
    ...['v', 'owner', 'device', 'seq', 'prev', 'deps', 'time', 'type', 'chunks', 'sig'].map(
      (name): [string, Record<string, unknown>] => [`no ${name}`, { [name]: undefined }],
    ),
    ...[1, null, '', 'did:web:example.org', `${owner}x`, owner.replace('z6Mk', 'z6Mj'), new Uint8Array(3)].flatMap(
      (wrong): [string, Record<string, unknown>][] => [
        [`owner ${String(wrong)}`, { owner: wrong }],
        [`device ${String(wrong)}`, { device: wrong }],
      ],
    ),
    ...[0, -1, 1.5, '1', null, 2 ** 53].map((wrong): [string, Record<string, unknown>] => [`seq ${wrong}`, { seq: wrong }]),
    ...['x', 1, new Uint8Array(32), foreign, [link]].map((wrong): [string, Record<string, unknown>] => [
      `prev ${String(wrong)}`,
      { prev: wrong },
    ]),
    ...[[1], [1, 2, 3], [-1, 0], [1, 0.5], ['1', 0], 5, null].map((wrong): [string, Record<string, unknown>] => [
      `time ${JSON.stringify(wrong)}`,
      { time: wrong },
    ]),
    ...['', 'x'.repeat(101), 7, null].map((wrong): [string, Record<string, unknown>] => [
      `type ${String(wrong)}`,
      { type: wrong },
    ]),
    ...[null, {}, [1], [foreign], [link, link]].map((wrong, n): [string, Record<string, unknown>] => [
      `chunks ${n}`,
      { chunks: wrong },
    ]),
    ...[
      null,
      {},
      [1],
      [[younger, 1]],
      [[younger, 0, link]],
      [[younger, '1', link]],
      [['x', 1, link]],
      [[younger, 1, foreign]],
      [[younger, 1, link, 2]],
      // two of one device, its own device, and out of order
      [
        [younger, 1, link],
        [younger, 2, cidOf(digest('y'))],
      ],
      [[didOf(device), 1, link]],
      [
        [younger, 1, link],
        [elder, 1, cidOf(digest('y'))],
      ],
    ].map((wrong, n): [string, Record<string, unknown>] => [`deps ${n}`, { deps: wrong }]),
    ...[null, 'x', new Uint8Array(63), new Uint8Array(65)].map((wrong, n): [string, Record<string, unknown>] => [
      `sig ${n}`,
      { sig: wrong },
    ]),
  ]
  it.each(faults)('refuses %s', (_, fields) => {
    expect(codeOf(() => parseEnvelope(changed(fields)))).toBe('event-not-canonical')
  })

  it('refuses too many chunks and too many causes', () => {
    const links = Array.from({ length: 1001 }, (_, n) => cidOf(digest(String(n))))
    expect(codeOf(() => parseEnvelope(changed({ chunks: links })))).toBe('event-too-large')
    expect(codeOf(() => parseEnvelope(changed({ deps: links.map((cid) => [elder, 1, cid]) })))).toBe('event-too-large')
  })

  it('refuses every other way to write the same', () => {
    const { bytes } = sound
    const spellings: [string, Uint8Array][] = [
      ['bytes behind', Buffer.concat([bytes, Uint8Array.of(0)])],
      ['cut short', bytes.subarray(0, -1)],
      ['nothing', new Uint8Array(0)],
      ['no map', encode([1])],
      ['no CBOR', Buffer.from('{"v":1}')],
      ['an indefinite map', Buffer.concat([Uint8Array.of(0xbf), bytes.subarray(1), Uint8Array.of(0xff)])],
      ['the number of fields in a byte more', Buffer.concat([Uint8Array.of(0xb8, 10), bytes.subarray(1)])],
    ]
    // v: 1 stands first, as 61 76 01: the same in two bytes
    const v = Buffer.from(bytes).indexOf(Buffer.from('617601', 'hex'))
    spellings.push([
      'a number in a byte more',
      Buffer.concat([bytes.subarray(0, v), Buffer.from('61761801', 'hex'), bytes.subarray(v + 3)]),
    ])
    spellings.push([
      'fields in another order',
      Buffer.concat([bytes.subarray(0, 1), bytes.subarray(v + 3), bytes.subarray(v, v + 3)]),
    ])
    spellings.push(['a field twice', Buffer.concat([Uint8Array.of(0xab), bytes.subarray(1), bytes.subarray(v, v + 3)])])
    for (const [what, wrong] of spellings)
      expect([what, codeOf(() => parseEnvelope(wrong))]).toEqual([what, 'event-not-canonical'])
  })

  it('never takes bytes with a flipped bit for sound', () => {
    for (let bit = 0; bit < sound.bytes.length * 8; bit++) {
      const wrong = Uint8Array.from(sound.bytes)
      wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      let parsed: ReturnType<typeof parseEnvelope>
      try {
        parsed = parseEnvelope(wrong)
      } catch (error) {
        if (!isVivimError(error)) throw error
        continue
      }
      expect([bit, verifyEnvelope(parsed)]).toEqual([bit, false])
    }
  })

  it('answers any bytes with a code of the catalogue', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (noise, at) => {
        const spliced = Buffer.from(sound.bytes)
        spliced.set(noise.subarray(0, 8), at % (spliced.length - 8))
        for (const wrong of [noise, spliced]) {
          const code = codeOf(() => verifyEnvelope(parseEnvelope(wrong)))
          expect([undefined, 'event-not-canonical', 'event-too-large']).toContain(code)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the hybrid clock', () => {
  it('only goes on, whatever the machine’s clock shows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (shown) => {
        let last: Hlc = [0, 0]
        for (const now of shown) {
          const next = nextHlc(last, now)
          expect(compareHlc(next, last)).toBeGreaterThan(0)
          expect(next[0]).toBeGreaterThanOrEqual(now)
          last = next
        }
      }),
    )
  })
})

describe('a chain', () => {
  const genesis = signEnvelope(
    { owner, device: owner, seq: 1, prev: null, deps: [], time: [100, 0], type: 'account.created', chunks: [] },
    root,
  )
  const grant = signGrant(
    {
      account: owner,
      device: didOf(device),
      name: 'd',
      kind: 'desktop',
      capabilities: ['read', 'write'],
      notBefore: 50,
      expires: 10_000,
      encryption: new Uint8Array(32),
      issuer: owner,
    },
    root,
  )
  const granted = envelope({
    seq: 1,
    prev: null,
    deps: [{ device: owner, seq: 1, id: genesis.id }],
    time: [200, 0],
    type: 'device.granted',
    chunks: [digest('grant')],
  })
  const begun = (): Chains => {
    const chains = emptyChains(owner)
    follow(chains, genesis, checkNext(chains, genesis, undefined), {})
    return chains
  }
  const first = signEnvelope(granted, device)
  const going = (): Chains => {
    const chains = begun()
    follow(chains, first, checkNext(chains, first, grant), grant)
    return chains
  }
  const next = (fields: Partial<Envelope> = {}): Envelope => ({
    ...granted,
    seq: 2,
    prev: first.id,
    deps: [],
    time: [300, 0],
    type: 'library.tagged',
    chunks: [],
    ...fields,
  })
  const code = (chains: Chains, made: Envelope, key = device, value?: unknown): ErrorCode | undefined =>
    codeOf(() => checkNext(chains, signEnvelope(made, key), value))

  it('takes what continues it', () => {
    expect(code(going(), next())).toBeUndefined()
    expect(code(going(), next({ deps: [{ device: owner, seq: 1, id: genesis.id }] }))).toBeUndefined()
    expect(code(going(), next({ type: 'something.new' }))).toBeUndefined()
  })

  it.each<[string, ErrorCode, Partial<Envelope>]>([
    ['a number left out', 'event-sequence', { seq: 3 }],
    ['a number again', 'event-sequence', { seq: 1 }],
    ['another predecessor', 'event-sequence', { prev: digest('other') }],
    ['no predecessor', 'event-sequence', { prev: null }],
    ['the same time', 'event-sequence', { time: [200, 0] }],
    ['an earlier time', 'event-sequence', { time: [199, 9] }],
    ['an unknown cause', 'event-missing-cause', { deps: [{ device: elder, seq: 1, id: digest('never') }] }],
    ['a cause under another number', 'event-missing-cause', { deps: [{ device: owner, seq: 2, id: genesis.id }] }],
    ['another owner', 'event-not-granted', { owner: didOf(keyOf(7)) }],
    ['a time after its grant', 'event-not-granted', { time: [10_000, 0] }],
  ])('refuses %s', (_, expected, fields) => {
    expect(code(going(), next(fields))).toBe(expected)
  })

  it('refuses a time before its cause’s', () => {
    expect(code(begun(), { ...granted, time: [99, 0] }, device, grant)).toBe('event-sequence')
  })

  it('refuses another’s signature', () => {
    expect(code(going(), next(), keyOf(3))).toBe('event-signature')
  })

  it('refuses a device without a grant, with another’s, one of another issuer, or one that does not hold', () => {
    const stranger = keyOf(5)
    const foreign: Envelope = { ...granted, device: didOf(stranger) }
    expect(code(begun(), foreign, stranger, undefined)).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, grant)).toBe('event-not-granted')
    const { sig: _sig, ...fields } = grant
    const own = { ...fields, device: didOf(stranger) }
    expect(code(begun(), foreign, stranger, signGrant({ ...own, issuer: didOf(stranger) }, stranger))).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, signGrant(own, stranger))).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, { ...signGrant(own, root), capabilities: ['grant'] })).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, signGrant({ ...own, notBefore: 201 }, root))).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, signGrant({ ...own, account: didOf(stranger) }, root))).toBe('event-not-granted')
    expect(code(begun(), foreign, stranger, signGrant(own, root))).toBeUndefined()
  })

  it('refuses what the device may not do, and anything but a genesis of the root', () => {
    const chains = begun()
    const { sig: _sig, ...fields } = grant
    const weak = signGrant({ ...fields, capabilities: ['read'] }, root)
    follow(chains, first, checkNext(chains, first, weak), weak)
    expect(code(chains, next())).toBe('event-not-granted')
    const wrong: Envelope = { ...genesis.envelope, type: 'library.tagged' }
    expect(code(emptyChains(owner), wrong, root)).toBe('event-not-granted')
    expect(code(begun(), { ...genesis.envelope, seq: 2, prev: genesis.id, time: [300, 0], type: 'library.tagged' }, root)).toBe(
      'event-not-granted',
    )
    expect(code(emptyChains(owner), { ...granted, deps: [] }, device, grant)).toBe('event-not-granted')
  })
})
