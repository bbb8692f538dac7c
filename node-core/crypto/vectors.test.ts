/** The written-down results: whoever changes one of these has changed a format that people's data is already in. */
import { createHash, createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import vectors from '../contract/vectors/keys.json' with { type: 'json' }
import { blobIdOf, digestOfBlob } from './blob-id.ts'
import { didOf, privateKeyOf, publicBytesOf, publicKeyOf } from './ed25519.ts'
import { sealFrames } from './frames.ts'
import { hpkeOpen } from './hpke.ts'
import { openFile, parseSealedFile, passphraseBytes, passphraseKey } from './passphrase.ts'
import { deriveSeed, newPhrase, parsePhrase, type SeedPurpose, seedOf } from './phrase.ts'
import { AesSealer, keyedHash } from './seal.ts'
import { type SigningPurpose, signFor, signingPurposes, verifyFor } from './signing.ts'
import { unwrapKey } from './wrap.ts'
import { x25519Of } from './x25519.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const { account } = vectors
const seed = seedOf(account.phrase)
const root = privateKeyOf(deriveSeed(seed, 'root'))

describe('the vectors of keys.json', () => {
  it('give the account’s phrase, seeds and identifiers', () => {
    expect(newPhrase(() => bytes(account.entropy))).toBe(account.phrase)
    expect(parsePhrase(account.phrase)).toBe(account.phrase)
    expect(hex(seed)).toBe(account.seed)
    for (const { purpose, n, seed: expected } of account.seeds)
      expect(hex(deriveSeed(seed, purpose as SeedPurpose, n))).toBe(expected)
    expect(didOf(root)).toBe(account.did)
    const successor = privateKeyOf(deriveSeed(seed, 'successor'))
    expect(didOf(successor)).toBe(account.successorDid)
    expect(
      createHash('sha256')
        .update(publicKeyOf(didOf(successor)))
        .digest('hex'),
    ).toBe(account.successorHash)
    expect(hex(x25519Of(deriveSeed(seed, 'recovery')).publicKey)).toBe(account.recoveryPublicKey)
    expect(publicKeyOf(didOf(root))).toEqual(publicBytesOf(root))
  })

  it('give the signatures, for every purpose', () => {
    expect(vectors.signatures.map(({ purpose }) => purpose)).toEqual([...signingPurposes])
    for (const { purpose, message, signature } of vectors.signatures) {
      expect(hex(signFor(purpose as SigningPurpose, utf8(message), root))).toBe(signature)
      expect(verifyFor(purpose as SigningPurpose, utf8(message), bytes(signature), didOf(root))).toBe(true)
    }
  })

  it('open what was sealed, wrapped and hashed', async () => {
    const { sealed, keyedHash: name, wrapped, hpke, keychainFile } = vectors
    const random = () => {
      throw new Error('opening draws no random bytes')
    }
    const keys = { current: sealed.number, keys: new Map([[sealed.number, createSecretKey(bytes(sealed.key))]]) }
    expect(AesSealer.from(keys, random).open(sealed.place, bytes(sealed.sealed))).toEqual(utf8(sealed.plain))
    expect(hex(keyedHash(createSecretKey(bytes(name.key)))(name.kind, name.text))).toBe(name.hash)
    expect(hex(unwrapKey(createSecretKey(bytes(wrapped.kek)), wrapped.place, bytes(wrapped.wrapped)))).toBe(wrapped.key)
    // Sealed by another implementation (pyca/cryptography), without a place.
    expect(hex(x25519Of(bytes(hpke.privateKey)).publicKey)).toBe(hpke.publicKey)
    expect(await hpkeOpen('data-key', hpke.place, bytes(hpke.sealed), bytes(hpke.privateKey))).toEqual(utf8(hpke.plain))
    const file = parseSealedFile(JSON.stringify(keychainFile.file))
    expect(openFile(file, await passphraseKey(passphraseBytes(keychainFile.passphrase), file.kdf))).toEqual(
      utf8(keychainFile.plain),
    )
  })

  it('give the sealed file and the content id', async () => {
    const { frames, blobId } = vectors
    const keys = { current: frames.number, keys: new Map([[frames.number, createSecretKey(bytes(frames.key))]]) }
    const source = async function* () {
      yield new Uint8Array(frames.plain.times).fill(Number.parseInt(frames.plain.byte, 16))
    }
    const hash = createHash('sha256')
    let last = new Uint8Array(0) as Uint8Array
    for await (last of sealFrames(source(), { keys, random: () => bytes(frames.fileId), place: () => frames.place }))
      hash.update(last)
    expect(hash.digest('hex')).toBe(frames.sha256)
    expect(hex(last)).toBe(frames.end)
    const digest = createHash('sha256').update(blobId.text).digest()
    expect(blobIdOf(digest)).toBe(blobId.id)
    expect(hex(digestOfBlob(blobIdOf(digest)))).toBe(digest.toString('hex'))
  })
})
