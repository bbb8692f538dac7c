import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { systemClock, systemRandom } from '../adapters/clock.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { AesSealer } from '../crypto/seal.ts'
import { migrations } from '../threads/migrations.ts'
import { createWriter } from '../threads/writer-core.ts'
import { createAccount, openAccounts } from './accounts.ts'
import { rotateKeys } from './rotate.ts'

const open = async () => {
  const storage = await openMemoryStorage({ migrations })
  const writer = createWriter({
    storage,
    clock: systemClock,
    random: systemRandom,
    readBlob: async () => new Uint8Array(),
    onCommit() {},
  })
  const keychain = new MemoryKeychain()
  const parts = {
    reader: storage,
    writer,
    keychain,
    clock: systemClock,
    random: systemRandom,
    device: { name: 'desk', kind: 'server' as const },
  }
  return { parts, account: await createAccount(parts), writer }
}

describe('data keys', () => {
  it('begin anew when one has sealed enough, and every older one still opens', async () => {
    const { parts, account, writer } = await open()
    const sealed = AesSealer.from(account.store, systemRandom).seal('a/1/b', Buffer.from('before'))
    expect(await rotateKeys(parts, account, 1000)).toBeUndefined()
    await writer.countSeals([{ account: account.id, kind: 'store', number: 1, seals: 5000 }])
    const rotated = await rotateKeys(parts, account, 1000)
    expect(rotated?.store.current).toBe(2)
    expect(rotated?.search.current).toBe(1)
    if (!rotated) throw new Error('not rotated')
    const newer = AesSealer.from(rotated.store, systemRandom)
    expect(Buffer.from(newer.open('a/1/b', sealed)).toString()).toBe('before')
    expect(newer.seal('a/1/b', Buffer.from('after')).subarray(0, 4)).toEqual(Uint8Array.of(0, 0, 0, 2))
    expect(await rotateKeys(parts, rotated, 1000)).toBeUndefined()
    await writer.open(rotated)
    const {
      opened: [again],
    } = await openAccounts(parts)
    expect(again?.store.current).toBe(2)
    expect([...(again?.store.keys.keys() ?? [])].sort()).toEqual([1, 2])
  })

  it('are refused under another key of the keychain', async () => {
    const { parts, account } = await open()
    const stored = await parts.keychain.get(`device:${account.device}`)
    if (!stored) throw new Error('no entry')
    const other = await open()
    await parts.keychain.set(
      `device:${account.device}`,
      (await other.parts.keychain.get(`device:${other.account.device}`)) ?? randomBytes(8),
    )
    await expect(openAccounts(parts)).rejects.toMatchObject({ code: 'seal-broken' })
  })
})
