import { afterEach, beforeEach, expect, it } from 'vitest'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { SignedEvent } from '../contract/api/sync.ts'
import type { Did } from '../contract/ids.ts'
import { signGrant } from '../crypto/grants.ts'
import { introduction } from './introduction.ts'

let store: TestStore
let given: number
beforeEach(async () => {
  store = await testStore()
  given = 0
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
})

const introduce = async (device: Did, made: MadeEvent): Promise<boolean> => {
  const run = introduction({
    ...{ reader: store.reader, keysOf: store.keyring.keysOf, accountOf: store.accountOf, refresh: async () => {} },
    accept(...call) {
      given++
      return store.writer.accept(...call)
    },
  })
  const event: SignedEvent = { envelope: made.envelope, chunks: [...made.chunks] }
  await run(store.account.did, device, event)
  return (await store.reader.get('SELECT id FROM device WHERE did = ?', [device])) !== undefined
}

it('lets a device in by its grant of the root', async () => {
  const other = await otherDevice(store, 1)
  expect(await introduce(other.did, other.grant)).toBe(true)
  // one that is known is not looked at again
  await introduce(other.did, other.grant)
  expect(given).toBe(1)
})

it('bothers the writer with nothing else', async () => {
  const [other, stranger] = [await otherDevice(store, 1), await otherDevice(store, 2)]
  const beginning = { seq: 1, prev: null }
  const [part] = other.grantPart
  if (!part) throw new Error('no grant')
  const { sig: _, ...fields } = part
  const byItself = signGrant({ ...fields, issuer: other.did }, other.key)
  const byStranger = signGrant(fields, stranger.key)
  for (const wrong of [
    other.forge('library.tagged', [{ target: { conversation: new Uint8Array(16) }, tag: 'x', on: true }], beginning),
    other.forge('device.granted', [byItself], beginning),
    other.forge('device.granted', [byStranger], beginning),
    other.forge('device.granted', [part], beginning, stranger.key),
    other.forge('device.granted', [part], { ...beginning, owner: stranger.did }),
    { ...other.grant, envelope: new Uint8Array(10) },
    { ...other.grant, chunks: [null] },
    stranger.grant,
  ])
    expect(await introduce(other.did, wrong)).toBe(false)
  expect(given).toBe(0)
})
