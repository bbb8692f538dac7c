/** A further node of an account: it holds what the first one holds, and signs with a device key of its own. */
import { createSecretKey } from 'node:crypto'
import { MemoryBlobs } from '../../node-core/adapters/blobs-memory/blobs.ts'
import { MemoryKeychain } from '../../node-core/adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../../node-core/adapters/storage-memory/storage.ts'
import { didOf, privateKeyOf, publicBytesOf } from '../../node-core/crypto/ed25519.ts'
import { deriveSeed, seedOf } from '../../node-core/crypto/phrase.ts'
import { x25519Of } from '../../node-core/crypto/x25519.ts'
import { dataKeysOf, phraseOf } from '../../node-core/identity/accounts.ts'
import { encodeBundle, entryOf } from '../../node-core/identity/bundle.ts'
import { dataKeyKinds, newDataKey, openDataKeys } from '../../node-core/identity/data-keys.ts'
import { digestOf } from '../../node-core/log/cid.ts'
import { readHeld, readLacking } from '../../node-core/sync/read.ts'
import { readWhole } from '../../node-core/threads/files.ts'
import { migrations } from '../../node-core/threads/migrations.ts'
import { createWriter } from '../../node-core/threads/writer-core.ts'
import { type FakeClock, seededRandom } from './clock.ts'
import { type TestStore, testStore } from './store.ts'

/** Every event that a store holds and a clock does not count, as it travels. */
export async function eventsOf(store: TestStore, clock: Record<string, number> = {}) {
  const events = []
  const known = { ...clock }
  for (let floor = 0; ; ) {
    const held = await readHeld(store.reader, store.account.id)
    const page = await readLacking(store.reader, { id: store.account.id, sealer: store.keys.sealer }, held, known, floor)
    events.push(...page.events)
    if (!page.more) return events
    floor = page.position
  }
}

/** Starts it with all that the first one holds; its phrase must not have been confirmed yet. */
export async function secondNode(first: TestStore, seed: string, clock: FakeClock = first.clock): Promise<TestStore> {
  const random = seededRandom(seed)
  const phrase = seedOf(await phraseOf({ keychain: first.keychain }, first.account.device))
  const root = deriveSeed(phrase, 'root')
  const { did } = first.account
  const bundle = {
    v: 1 as const,
    kek: random(32),
    root,
    device: random(32),
    encryption: random(32),
    successor: digestOf(publicBytesOf(privateKeyOf(deriveSeed(phrase, 'successor')))),
  }
  const deviceKey = privateKeyOf(bundle.device)
  const device = didOf(deviceKey)
  const keychain = new MemoryKeychain()
  await keychain.set(entryOf(device), encodeBundle(bundle))
  const storage = await openMemoryStorage({ migrations })
  // files are its own: they do not come with the events
  const blobs = new MemoryBlobs()
  const writer = createWriter({
    storage,
    clock,
    random,
    readBlob: (owner, id) => readWhole(blobs, owner, id),
    onCommit: () => {},
  })
  const kek = createSecretKey(bundle.kek)
  const recovery = x25519Of(deriveSeed(phrase, 'recovery')).publicKey
  // names are hashed with one key on all nodes of a test, so that their rows can be compared
  const shared = (): typeof random => {
    let next: Uint8Array | undefined = first.account.names.export()
    return (length) => {
      const bytes = next ?? random(length)
      next = undefined
      return Uint8Array.from(bytes)
    }
  }
  const keys = await Promise.all(
    dataKeyKinds.map((kind) => newDataKey({ account: 1, did, kek, recovery }, kind, 1, kind === 'names' ? shared() : random)),
  )
  await writer.write([
    {
      sql: 'INSERT INTO account (id, did, created, device, recovery, epoch, phrase_confirmed) VALUES (1, ?, ?, ?, ?, ?, 1)',
      parameters: [did, clock.now(), device, recovery, random(16)],
    },
    ...keys.map((key) => key.insert),
  ])
  await writer.begin(1)
  const opened = openDataKeys(did, await dataKeysOf(storage, 1), kek)
  const names = opened.names.keys.get(1)
  if (!names) throw new Error('no key for names')
  const { store, search, blobs: blobKeys } = opened
  await writer.open({ id: 1, did, device, deviceKey, store, search, blobs: blobKeys, names })
  const outcomes = await writer.accept(1, await eventsOf(first), 'none')
  const refused = outcomes.find(({ code }) => code !== undefined)
  if (refused) throw new Error(`refused: ${refused.code} ${refused.detail ?? ''}`)
  return testStore({ storage, keychain, blobs, clock, random })
}
