import { beforeEach, describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { isVivimError } from '../contract/errors.ts'
import type { Grant } from '../contract/events.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import { decodeBundle, entryOf } from '../identity/bundle.ts'
import { cutOf } from './authority.ts'
import { readEvents } from './read.ts'
import { authorityFrom, saidOf } from './stored-authority.ts'
import { verifyLog } from './verify.ts'

let store: TestStore
beforeEach(async () => {
  store = await testStore()
  await store.import([
    { source: 'chatgpt', key: 'a', title: 'A', messages: [] },
    { source: 'chatgpt', key: 'b', title: 'B', messages: [] },
  ])
})
const conversation = (key: string) => store.idOf({ source: 'chatgpt', key })
const edit = (title: string) => store.call('conversations.edit', { conversation: conversation('a'), title })
const titleOf = async () => (await store.call('conversations.get', { conversation: conversation('a') })).title
const head = async () => {
  const row = await store.reader.get<{ seq: number; head: Uint8Array }>('SELECT seq, head FROM device WHERE did = ?', [
    store.account.device,
  ])
  if (!row) throw new Error('no device')
  return { seq: row.seq, id: row.head }
}
/** As the phrase would: by the root's key. */
async function revokeByRoot(cut: { seq: number; id: Uint8Array | null }) {
  const stored = await store.keychain.get(entryOf(store.account.device))
  const seed = stored && decodeBundle(stored).root
  if (!seed) throw new Error('no root')
  const revoked = { type: 'device.revoked' as const, parts: [{ device: store.account.device, ...cut }] }
  await store.writer.append(store.account.id, [revoked], { did: store.account.did, key: privateKeyOf(seed) })
}
const readTypes = async () =>
  (await readEvents(store.reader, store.account.id, store.keys.sealer, 0)).map(({ device, type, seq }) =>
    device === store.account.device ? `${type} ${seq}` : type,
  )
const problems = async () =>
  (await verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)).problems

describe('a store', () => {
  it('tells from the events alone who may sign', async () => {
    const phone = didOf(privateKeyOf(new Uint8Array(32).fill(7)))
    const grant: Grant = signGrant(
      {
        account: store.account.did,
        device: phone,
        name: 'Phone',
        kind: 'phone',
        capabilities: ['read'],
        notBefore: 0,
        expires: null,
        encryption: new Uint8Array(32),
        issuer: store.account.device,
      },
      store.account.deviceKey,
    )
    await store.writer.append(store.account.id, [
      { type: 'device.granted', parts: [grant] },
      { type: 'device.renamed', parts: [{ device: phone, name: 'Pocket' }] },
    ])
    const said = await saidOf(store.reader, store.account.id, store.keys.sealer)
    expect(said.map(({ envelope }) => envelope.type)).toEqual([
      'account.created',
      'device.granted',
      'device.granted',
      'device.renamed',
    ])
    expect(said[2]?.value).toEqual(grant)
    expect(authorityFrom(store.account.did, said).grants.has(store.account.device)).toBe(true)
    expect(await problems()).toEqual([])
  })

  it('leaves void events out of what is read and derived, and still verifies', async () => {
    await edit('kept')
    const cut = await head()
    await edit('void')
    const before = await readTypes()
    await revokeByRoot(cut)
    expect(await readTypes()).toEqual([...before.slice(0, -1), 'device.revoked'])
    expect(await store.writer.outdated(store.account.id)).toEqual(['library'])
    await store.writer.rebuild(store.account.id, 'library', false)
    await store.rebuild()
    expect(await titleOf()).toBe('kept')
    expect(await problems()).toEqual([])
  })

  it('has nothing to make anew where the cut takes nothing away, and takes no more of that device', async () => {
    await edit('kept')
    await revokeByRoot(await head())
    expect(await store.writer.outdated(store.account.id)).toEqual([])
    const failed = await edit('void').catch((error: unknown) => error)
    expect(isVivimError(failed, 'event-revoked')).toBe(true)
    const authority = authorityFrom(store.account.did, await saidOf(store.reader, store.account.id, store.keys.sealer))
    expect(cutOf(authority, store.account.device)).toMatchObject({ seq: (await head()).seq })
  })

  it('voids what it holds under the number of a cut that names another event', async () => {
    await edit('void')
    const { seq } = await head()
    await revokeByRoot({ seq, id: new Uint8Array(32).fill(1) })
    const row = await store.reader.get('SELECT cut FROM device WHERE did = ?', [store.account.device])
    expect(row).toEqual({ cut: seq - 1 })
  })
})
