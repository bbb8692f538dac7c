import { decode, encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import type { EventType } from '../../node-core/contract/events.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import vectors from '../../node-core/contract/vectors/envelope.json' with { type: 'json' }
import { fromBase64url, toBase64url } from '../base64url.ts'
import { type Intent, nothingSeen, type Signer, type Standing, signNext } from './chain.ts'

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const hex = (base64url: string) => Array.from(fromBase64url(base64url), (byte) => byte.toString(16).padStart(2, '0')).join('')
const [genesis, granted, contribution] = vectors.events
if (!genesis || !granted || !contribution) throw new Error('The vectors have changed.')

/** The device of the vectors, its key not extractable, as a browser has it. */
async function signer(): Promise<Signer> {
  const pkcs8 = Uint8Array.of(...bytes('302e020100300506032b657004220420'), ...bytes(vectors.deviceSeed))
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, false, ['sign'])
  return {
    account: vectors.owner as Did,
    did: vectors.device as Did,
    grant: toBase64url(bytes(vectors.grant.bytes)),
    sign: async (unsigned) => {
      const framed = Uint8Array.of(...new TextEncoder().encode('vivim/v1/event\0'), ...unsigned)
      return new Uint8Array(await crypto.subtle.sign('Ed25519', key, framed))
    },
  }
}
type Vector = typeof granted
/** The chunk of a vector is its random bytes, then the value. */
const intentOf = ({ chunk, type }: Vector): Intent => ({
  type: type as EventType,
  parts: [toBase64url(bytes(chunk).subarray(18))],
  shown: { kind: 'edit', conversation: '', text: '' },
})
const randomOf = (vector: Vector) => () => bytes(vector.chunk).slice(2, 18)

describe('events that a page signs', () => {
  it('are the bytes that a node writes', async () => {
    const device = await signer()
    const seen: Standing = {
      ...nothingSeen,
      heads: { [vectors.owner]: { seq: 1, id: toBase64url(bytes(genesis.digest)) } },
      time: [genesis.time[0] ?? 0, genesis.time[1] ?? 0],
    }
    const first = await signNext(device, seen, intentOf(granted), granted.time[0] ?? 0, randomOf(granted))
    expect(hex(first.event.envelope)).toBe(granted.envelope)
    expect(hex(first.event.id)).toBe(granted.digest)
    expect(first.event.chunks.map(hex)).toEqual([granted.chunk])
    const next = await signNext(device, first.standing, intentOf(contribution), contribution.time[0] ?? 0, randomOf(contribution))
    expect(next.event.seq).toBe(contribution.seq)
    expect(hex(next.event.envelope)).toBe(contribution.envelope)
  })

  it('are later than everything that was seen, whatever the clock shows', async () => {
    const seen: Standing = { ...nothingSeen, time: [9_000_000, 4] }
    const { standing } = await signNext(await signer(), seen, intentOf(contribution), 5, randomOf(contribution))
    expect(standing.time).toEqual([9_000_000, 5])
  })

  it('name a cause once', async () => {
    const device = await signer()
    const seen: Standing = { ...nothingSeen, heads: { [vectors.owner]: { seq: 1, id: toBase64url(bytes(genesis.digest)) } } }
    const first = await signNext(device, seen, intentOf(granted), 1, randomOf(granted))
    expect(first.standing.named).toEqual({ [vectors.owner]: 1 })
    const second = await signNext(device, first.standing, intentOf(contribution), 2, randomOf(contribution))
    expect(fromBase64url(second.event.envelope).length).toBeLessThan(fromBase64url(first.event.envelope).length + 20)
  })

  it('name one part’s end of a device whose chain was forked', async () => {
    const device = await signer()
    const [did, ...ids] = [vectors.owner, genesis.digest, granted.digest, contribution.digest]
    const [before, one, other] = ids.map((id, n) => ({ seq: n + 1, id: toBase64url(bytes(id)) }))
    if (!before || !one || !other) throw new Error('The vectors have changed.')
    const heads = { [did]: before, [`${did}#one`]: one, [`${did}#other`]: other }
    const { event, standing } = await signNext(device, { ...nothingSeen, heads }, intentOf(granted), 1, randomOf(granted))
    const { deps } = decode(fromBase64url(event.envelope)) as { deps: [string, number, { multihash: { digest: Uint8Array } }][] }
    expect(deps.map(([cause, seq, { multihash }]) => [cause, seq, toBase64url(multihash.digest)])).toEqual([[did, 3, other.id]])
    expect(standing.named).toEqual({ [did]: 1, [`${did}#one`]: 2, [`${did}#other`]: 3 })
  })

  it('are refused where a part is too large for any event', async () => {
    const large: Intent = { ...intentOf(contribution), parts: [toBase64url(encode('x'.repeat(256 * 1024)))] }
    await expect(signNext(await signer(), nothingSeen, large, 1, randomOf(contribution))).rejects.toMatchObject({
      code: 'event-too-large',
    })
  })
})
