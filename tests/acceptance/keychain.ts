/** What every adapter of the keychain port must do. A test file of the adapter calls {@link keychainAcceptance}. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Keychain } from '../../node-core/ports/keychain.ts'

export interface OpenKeychain {
  readonly keychain: Keychain
  /** The same keychain as another start of the node finds it; absent where nothing outlives the process. */
  reopen?(): Promise<Keychain>
}

/** @param open gives a keychain without entries, of its own for each call */
export function keychainAcceptance(adapter: string, open: () => Promise<OpenKeychain>): void {
  const entry = 'account:did:key:z6MkerPb2b8YQZD4BiGb7ATsr5qo8ZAXF5VDPRWj458eQv6j'

  describe(`${adapter} keeps to the keychain port`, () => {
    it('has a name for people and no entry at first', async () => {
      const { keychain } = await open()
      expect(keychain.name).not.toBe('')
      expect(await keychain.get(entry)).toBeUndefined()
    })

    it('gives back the bytes, whatever they are, and the newest', async () => {
      const { keychain } = await open()
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      for (const secret of [every, new Uint8Array(0), Uint8Array.of(0, 0, 10, 13, 255), Uint8Array.from(randomBytes(2048))]) {
        await keychain.set(entry, secret)
        expect(await keychain.get(entry)).toEqual(secret)
      }
    })

    it('keeps entries apart', async () => {
      const { keychain } = await open()
      await keychain.set(entry, Uint8Array.of(1))
      await keychain.set(`${entry}x`, Uint8Array.of(2))
      await keychain.set('node', Uint8Array.of(3))
      expect(await keychain.get(entry)).toEqual(Uint8Array.of(1))
      expect(await keychain.get(`${entry}x`)).toEqual(Uint8Array.of(2))
      await keychain.delete(entry)
      expect(await keychain.get(entry)).toBeUndefined()
      expect(await keychain.get('node')).toEqual(Uint8Array.of(3))
    })

    it('deletes what is not there without complaint', async () => {
      const { keychain } = await open()
      await keychain.delete(entry)
      await keychain.set(entry, Uint8Array.of(1))
      await keychain.delete(entry)
      await keychain.delete(entry)
      expect(await keychain.get(entry)).toBeUndefined()
    })

    it('refuses more than 2 KiB and keeps what was there', async () => {
      const { keychain } = await open()
      await keychain.set(entry, Uint8Array.of(7))
      await expect(keychain.set(entry, new Uint8Array(2049))).rejects.toMatchObject({ code: 'too-large' })
      expect(await keychain.get(entry)).toEqual(Uint8Array.of(7))
    })

    it('is not changed by what its caller does to the bytes', async () => {
      const { keychain } = await open()
      // A Buffer’s slice is no copy.
      for (const secret of [Uint8Array.of(1, 2, 3), Buffer.from([1, 2, 3])]) {
        const done = keychain.set(entry, secret)
        secret.fill(0)
        await done
        const got = await keychain.get(entry)
        expect(got).toEqual(Uint8Array.of(1, 2, 3))
        got?.fill(9)
        expect(await keychain.get(entry)).toEqual(Uint8Array.of(1, 2, 3))
      }
    })

    it('loses nothing when several entries are set at once', async () => {
      const { keychain, reopen } = await open()
      await Promise.all(Array.from({ length: 8 }, (_, i) => keychain.set(`entry ${i}`, Uint8Array.of(i))))
      const later = (await reopen?.()) ?? keychain
      for (let i = 0; i < 8; i++) expect(await later.get(`entry ${i}`)).toEqual(Uint8Array.of(i))
    })
  })
}
