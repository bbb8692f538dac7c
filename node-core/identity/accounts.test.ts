import { beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import type { Did } from '../contract/ids.ts'
import vectors from '../contract/vectors/keys.json' with { type: 'json' }
import { verifyLog } from '../log/verify.ts'
import type { Storage } from '../ports/storage.ts'
import { migrations } from '../threads/migrations.ts'
import { createWriter } from '../threads/writer-core.ts'
import { type AccountParts, confirmPhrase, createAccount, openAccounts, phraseOf } from './accounts.ts'
import { decodeBundle, encodeBundle, entryOf } from './bundle.ts'
import { createKeyring } from './keyring.ts'
import { recoverAccount } from './recover-account.ts'

/** Another account's phrase: valid, and of no store here. */
const stranger =
  'abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid rhythm alien crouch range attend journey unaware'

describe('accounts', () => {
  let storage: Storage
  let keychain: MemoryKeychain
  let seed = 0
  beforeEach(async () => {
    storage = await openMemoryStorage({ migrations })
    keychain = new MemoryKeychain()
  })
  /** A node's part of it, as after each start. */
  const parts = (chain: MemoryKeychain = keychain): AccountParts => {
    const random = seededRandom(++seed)
    const clock = fakeClock()
    const writer = createWriter({ storage, clock, random, readBlob: async () => new Uint8Array(), onCommit: () => {} })
    return { reader: storage, writer, keychain: chain, clock, random, device: { name: 'test', kind: 'server' } }
  }
  const events = async () =>
    (await storage.all<{ type: string }>('SELECT type FROM event ORDER BY account, position')).map(({ type }) => type)

  it('begin with the genesis and the grant of this device', async () => {
    const account = await createAccount(parts())
    expect(await events()).toEqual(['account.created', 'device.granted'])
    const { sealer } = createKeyringOf(account)
    expect((await verifyLog(storage, account, sealer, new AbortController().signal)).problems).toEqual([])
    const [again] = (await openAccounts(parts())).opened
    expect(again?.did).toBe(account.did)
    expect(again?.device).toBe(account.device)
    expect(await events()).toHaveLength(2)
  })

  it('go on where a crash came between the store and the chains', async () => {
    const first = parts()
    const dying = {
      ...first,
      writer: {
        ...first.writer,
        append: () => Promise.reject(new Error('killed')),
      },
    }
    await expect(createAccount(dying)).rejects.toThrow('killed')
    expect(await events()).toEqual(['account.created'])
    expect((await openAccounts(parts())).opened).toHaveLength(1)
    expect(await events()).toEqual(['account.created', 'device.granted'])
  })

  it('are several, strictly apart', async () => {
    const a = await createAccount(parts())
    const b = await createAccount(parts())
    expect(b.id).not.toBe(a.id)
    const { opened } = await openAccounts(parts())
    expect(opened.map(({ did }) => did)).toEqual([a.did, b.did])
    const [one, other] = [createKeyringOf(a), createKeyringOf(b)]
    const sealed = one.sealer.seal('place', Buffer.from('x'))
    expect(() => other.sealer.open('place', sealed)).toThrow()
    expect(one.keyed('kind', 'x')).not.toEqual(other.keyed('kind', 'x'))
  })

  it('show the phrase until it was written down', async () => {
    const account = await createAccount(parts())
    const phrase = await phraseOf({ keychain }, account.device)
    expect(phrase.split(' ')).toHaveLength(24)
    await expect(confirmPhrase(parts(), account, stranger)).rejects.toMatchObject({ code: 'phrase-mismatch' })
    await expect(confirmPhrase(parts(), account, 'three words only')).rejects.toMatchObject({ code: 'phrase-invalid' })
    await confirmPhrase(parts(), account, ` ${phrase.toUpperCase()} `)
    await expect(phraseOf({ keychain }, account.device)).rejects.toMatchObject({ code: 'phrase-confirmed' })
    expect(await storage.get('SELECT phrase_confirmed FROM account')).toEqual({ phrase_confirmed: 1 })
    expect((await openAccounts(parts())).opened).toHaveLength(1)
  })

  it('grow from a phrase that is given, once, and keep none', async () => {
    const account = await createAccount(parts(), stranger)
    expect(account.did).toBe('did:key:z6MkerPb2b8YQZD4BiGb7ATsr5qo8ZAXF5VDPRWj458eQv6j')
    await expect(phraseOf({ keychain }, account.device)).rejects.toMatchObject({ code: 'phrase-confirmed' })
    await expect(createAccount(parts(), stranger)).rejects.toMatchObject({ code: 'already-there' })
    await expect(createAccount(parts(), `${stranger.slice(0, -7)}abandon`)).rejects.toMatchObject({ code: 'phrase-invalid' })
  })

  it('begin with the same event wherever they grow from their phrase', async () => {
    const elsewhere = { ...parts(new MemoryKeychain()), reader: await openMemoryStorage({ migrations }) }
    elsewhere.writer = createWriter({
      storage: elsewhere.reader,
      clock: elsewhere.clock,
      random: elsewhere.random,
      readBlob: async () => new Uint8Array(),
      onCommit: () => {},
    })
    await createAccount(parts(), stranger)
    await createAccount(elsewhere, stranger)
    const genesis = { sql: "SELECT hex(id) AS id, hex(envelope) AS envelope FROM event WHERE type = 'account.created'" }
    const [here, there] = [await storage.all(genesis.sql), await elsewhere.reader.all(genesis.sql)]
    expect(there).toEqual(here)
    expect(here).toMatchObject([{ id: vectors.account.genesis.id.toUpperCase() }])
    expect(vectors.account.genesis.envelope).toBe(String((here[0] as { envelope: string }).envelope).toLowerCase())
  })

  it('get no new key over an old store: they are recovered, or stay closed', async () => {
    const account = await createAccount(parts())
    const phrase = await phraseOf({ keychain }, account.device)
    const keys = await storage.all('SELECT kind, number, by_recovery FROM data_key ORDER BY kind, number')
    const empty = new MemoryKeychain()
    await expect(openAccounts(parts(empty))).rejects.toMatchObject({ code: 'keys-missing' })
    expect(await events()).toHaveLength(2)
    await expect(recoverAccount(parts(empty), stranger)).rejects.toMatchObject({ code: 'phrase-mismatch' })
    const recovered = await recoverAccount(parts(empty), phrase)
    expect(recovered.did).toBe(account.did)
    expect(recovered.device).not.toBe(account.device)
    expect(await storage.all('SELECT kind, number, by_recovery FROM data_key ORDER BY kind, number')).toEqual(keys)
    // the same data keys: what was sealed before is open again
    const sealed = createKeyringOf(account).sealer.seal('place', Buffer.from('before'))
    expect(Buffer.from(createKeyringOf(recovered).sealer.open('place', sealed)).toString()).toBe('before')
    expect((await openAccounts(parts(empty))).opened.map(({ device }) => device)).toEqual([recovered.device])
    expect(await events()).toEqual(['account.created', 'device.granted', 'device.granted'])
    expect((await verifyLog(storage, account, createKeyringOf(recovered).sealer, new AbortController().signal)).problems).toEqual(
      [],
    )
    await expect(openAccounts(parts())).rejects.toMatchObject({ code: 'keys-missing' })
  })

  it('whose keys are there open although another’s are not', async () => {
    const a = await createAccount(parts())
    const b = await createAccount(parts())
    await keychain.delete(entryOf(a.device))
    const { opened, missing } = await openAccounts(parts())
    expect(opened.map(({ did }) => did)).toEqual([b.did])
    expect(missing).toEqual([a.did])
  })

  it('do not open with another account’s keys, nor with a damaged entry', async () => {
    const account = await createAccount(parts())
    const entry = entryOf(account.device)
    const bundle = decodeBundle((await keychain.get(entry)) ?? new Uint8Array())
    await keychain.set(entry, encodeBundle({ ...bundle, kek: new Uint8Array(32) }))
    await expect(openAccounts(parts())).rejects.toMatchObject({ code: 'seal-broken' })
    await keychain.set(entry, Buffer.from('nothing'))
    await expect(openAccounts(parts())).rejects.toMatchObject({ code: 'keychain-corrupt' })
  })

  it('fit the smallest keychain', async () => {
    const account = await createAccount(parts())
    const entry = await keychain.get(entryOf(account.device))
    expect(entry?.length).toBeLessThan(1024)
    expect(entryOf('did:key:z6Mk' as Did).length).toBeLessThan(128)
  })
})

function createKeyringOf(account: Awaited<ReturnType<typeof createAccount>>) {
  const keyring = createKeyring(seededRandom(account.did))
  keyring.open(account)
  return keyring.keysOf(account.id)
}
