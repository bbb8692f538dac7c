/** The written-down events: whoever changes one of these has changed a format that people's data is already in. */
import { createHash } from 'node:crypto'
import { decode, encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { type Grant, grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import vectors from '../contract/vectors/envelope.json' with { type: 'json' }
import keys from '../contract/vectors/keys.json' with { type: 'json' }
import { didOf, privateKeyOf, publicBytesOf } from '../crypto/ed25519.ts'
import { signGrant, verifyGrant } from '../crypto/grants.ts'
import { deriveSeed, seedOf } from '../crypto/phrase.ts'
import { x25519Of } from '../crypto/x25519.ts'
import { checkNext, emptyChains, follow } from './chain.ts'
import { chunkOf, encodeValue, valueIn } from './chunk.ts'
import { digestOf, digestOfEventId, eventIdOf } from './cid.ts'
import { type Hlc, parseEnvelope, signEnvelope, verifyEnvelope } from './envelope.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const labelled = (label: string) => (length: number) =>
  Uint8Array.from(createHash('sha256').update(label).digest().subarray(0, length))
const root = privateKeyOf(deriveSeed(seedOf(keys.account.phrase), 'root'))
const device = privateKeyOf(bytes(vectors.deviceSeed))
const owner = vectors.owner as Did
const { events } = vectors

describe('the vectors of envelope.json', () => {
  it('are of the account of keys.json', () => {
    expect(owner).toBe(keys.account.did)
    expect(didOf(root)).toBe(owner)
    expect(didOf(device)).toBe(vectors.device)
  })

  it('give the grant', () => {
    const { fields, signature, unsigned, bytes: whole } = vectors.grant
    const { encryption: _e, ...rest } = fields
    const grant: Omit<Grant, 'sig'> = {
      ...rest,
      kind: 'desktop',
      capabilities: ['read', 'write', 'share', 'publish', 'grant'],
      encryption: x25519Of(labelled(vectors.encryptionSeedLabel)(32)).publicKey,
    }
    expect(hex(encode(grant))).toBe(unsigned)
    const signed = signGrant(grant, root)
    expect(hex(signed.sig)).toBe(signature)
    expect(hex(encode(signed))).toBe(whole)
    const parsed = grantSchema.parse(decode(bytes(whole)))
    expect(verifyGrant(parsed)).toBe(true)
    expect(verifyGrant({ ...parsed, capabilities: ['read', 'write'] })).toBe(false)
  })

  it('give the chunks: 16 random bytes, then the value', () => {
    const [genesis, grant] = events
    const successor = digestOf(publicBytesOf(privateKeyOf(deriveSeed(seedOf(keys.account.phrase), 'successor'))))
    expect(hex(chunkOf(encodeValue({ successor }), labelled('genesis')))).toBe(genesis?.chunk)
    expect(hex(chunkOf(bytes(`${hex(encode(decode(bytes(vectors.grant.bytes))))}`), labelled('grant')))).toBe(grant?.chunk)
    for (const { chunk, chunkDigest, label } of events) {
      expect(hex(digestOf(bytes(chunk)))).toBe(chunkDigest)
      expect(hex(encode(decode(bytes(chunk))))).toBe(chunk)
      expect(hex(chunkOf(encode(valueIn(bytes(chunk))), labelled(label)))).toBe(chunk)
    }
  })

  it('give the envelopes, their ids and signatures', () => {
    const chains = emptyChains(owner)
    let prev: Uint8Array | null = null
    for (const { label, seq, time, type, chunkDigest, id, digest, signature, envelope, chunk } of events) {
      const key = label === 'genesis' ? root : device
      const genesis = events[0]
      const signed = signEnvelope(
        {
          owner,
          device: didOf(key),
          seq,
          prev: label === 'contribution' ? prev : null,
          deps: label === 'grant' && genesis ? [{ device: owner, seq: 1, id: bytes(genesis.digest) }] : [],
          time: time as unknown as Hlc,
          type,
          chunks: [bytes(chunkDigest)],
        },
        key,
      )
      expect(hex(signed.bytes)).toBe(envelope)
      expect(hex(signed.sig)).toBe(signature)
      expect(hex(signed.id)).toBe(digest)
      expect(eventIdOf(signed.id)).toBe(id)
      expect(hex(digestOfEventId(eventIdOf(signed.id)))).toBe(digest)
      const parsed = parseEnvelope(bytes(envelope))
      expect(hex(signEnvelope(parsed.envelope, key).bytes)).toBe(envelope)
      expect(verifyEnvelope(parsed)).toBe(true)
      const first = valueIn(bytes(chunk))
      follow(chains, parsed, checkNext(chains, parsed, first), first)
      prev = signed.id
    }
  })
})
