import { randomBytes } from 'node:crypto'
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { describe, expect, it } from 'vitest'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { x25519Of } from './x25519.ts'

const bytes = (hex: string): ArrayBuffer => Uint8Array.from(Buffer.from(hex, 'hex')).buffer
const key = Uint8Array.from(randomBytes(32))
const recipient = x25519Of(randomBytes(32))

describe('HPKE', () => {
  // Our suite with AES-256 is compared with another implementation's output in vectors.test.ts; the RFC prints AES-128.
  it('rests on a KEM and key schedule that give RFC 9180, A.1.1', async () => {
    const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() })
    const skRm = '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'
    const context = await suite.createRecipientContext({
      recipientKey: await suite.kem.importKey('raw', bytes(skRm), false),
      enc: bytes('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'),
      info: bytes('4f6465206f6e2061204772656369616e2055726e'),
    })
    const ct = 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'
    const plain = await context.open(bytes(ct), bytes('436f756e742d30'))
    expect(Buffer.from(plain).toString()).toBe('Beauty is truth, truth beauty')
    const publicKey = x25519Of(new Uint8Array(bytes(skRm))).publicKey
    expect(Buffer.from(publicKey).toString('hex')).toBe('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d')
  })

  it('opens what was sealed to the key, at its place, and nothing else', async () => {
    const sealed = await hpkeSeal('data-key', 'store/1', key, recipient.publicKey)
    expect(sealed).toHaveLength(key.length + 48)
    expect(await hpkeOpen('data-key', 'store/1', sealed, recipient.privateKey)).toEqual(key)
    const changed = sealed.slice()
    changed[40] = (changed[40] ?? 0) ^ 1
    const attempts = [
      () => hpkeOpen('data-key', 'store/2', sealed, recipient.privateKey),
      () => hpkeOpen('data-key', 'store/1', sealed, x25519Of(randomBytes(32)).privateKey),
      () => hpkeOpen('data-key', 'store/1', changed, recipient.privateKey),
      () => hpkeOpen('data-key', 'store/1', sealed.subarray(0, 20), recipient.privateKey),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'seal-broken' })
  })

  it('refuses to seal to what is no key', async () => {
    await expect(hpkeSeal('data-key', '', key, new Uint8Array(31))).rejects.toMatchObject({ code: 'bad-request' })
    await expect(hpkeSeal('data-key', '', key, new Uint8Array(32))).rejects.toMatchObject({ code: 'bad-request' })
  })
})
