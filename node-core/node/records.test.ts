/** What an account says of itself to others, and what others take for it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyOf, signedHistory } from '../../tests/kit/devices.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { type AccountRecord, recordLifetime } from '../contract/account-record.ts'
import { isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { didOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import { newerRecord, openRecord, signRecord } from '../identity/account-record.ts'
import { phraseOf } from '../identity/accounts.ts'
import { createRecords, type Records } from './records.ts'
import { rootHandlers } from './roots.ts'

let folder: string
let store: TestStore
let records: Records
let phrase: string
const urls: string[] = []
const openAgain = () =>
  createRecords({
    dataDirectory: folder,
    reader: store.reader,
    keysOf: () => store.keys,
    clock: store.clock,
    accountOf: () => store.account,
    urls: () => urls,
  })
const call = () =>
  ({ caller: 'local', capabilities: [], signal: new AbortController().signal, account: store.account.did }) as const
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-records-'))
  store = await testStore()
  phrase = await phraseOf({ keychain: store.keychain }, store.account.device)
  records = await openAgain()
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
const recordOf = async () => Buffer.from((await records.recordOf(store.account.did)).record, 'base64url')
const read = (bytes: Uint8Array, now = store.clock.now(), account: Did = store.account.did) => {
  try {
    return openRecord(bytes, account, now)
  } catch (error) {
    if (isVivimError(error)) return error.code
    throw error
  }
}
const publish = (name?: string) => records.handlers['account.publish']({ on: true, name }, call())

describe('an account’s record', () => {
  it('is there for those whom its owner lets see it, after a restart too', async () => {
    await expect(records.recordOf(store.account.did)).rejects.toMatchObject({ code: 'not-found' })
    await publish('Hanna')
    records = await openAgain()
    expect(read(await recordOf())).toMatchObject({
      account: store.account.did,
      name: 'Hanna',
      device: store.account.device,
      keys: [{ device: store.account.device, until: null }],
      roots: null,
    })
    await publish()
    expect(read(await recordOf())).toMatchObject({ name: null })
    await records.handlers['account.publish']({ on: false }, call())
    await expect(records.recordOf(store.account.did)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is the same until half of its time is over, or something of it changed', async () => {
    await publish()
    const first = await recordOf()
    store.clock.advance(recordLifetime / 2 - 1)
    expect(await recordOf()).toEqual(first)
    store.clock.advance(1)
    const second = await recordOf()
    expect(second).not.toEqual(first)
    expect(newerRecord(first, second)).toBe(second)
    const phone = await otherDevice(store, 1)
    await store.writer.accept(store.account.id, [phone.grant], 'any')
    const third = read(await recordOf())
    expect(third).toMatchObject({ keys: [{ device: store.account.device }, { device: phone.did }] })
    urls.push('https://vivim.example.org')
    expect(read(await recordOf())).toMatchObject({ pds: ['https://vivim.example.org'] })
    urls.length = 0
    // the old ones end
    expect(read(first, store.clock.now())).not.toBe('record-expired')
    store.clock.advance(recordLifetime)
    expect([read(first), read(second)]).toEqual(['record-expired', 'record-expired'])
    expect(typeof read(await recordOf())).toBe('object')
  })

  it('proves the root that holds now, and outranks what a thief signs with the old one', async () => {
    const thief = await otherDevice(store, 1, ['read', 'write', 'publish'])
    await publish()
    const { sig: _, ...said } = decode(await recordOf()) as AccountRecord
    const { chunks } = thief.grant
    const grant = (decode(chunks[0] as Uint8Array) as [Uint8Array, AccountRecord['grants'][number]])[1]
    const forged = signRecord({ ...said, device: thief.did, grants: [grant], sequence: said.sequence + 1000 }, thief.key)
    expect(typeof read(forged)).toBe('object')

    const { 'account.succeed': succeed } = rootHandlers({
      accountParts: store.accountParts,
      keysOf: () => store.keys,
      accountOf: () => store.account,
      standing: { refresh: async () => {} },
    })
    await succeed({ phrase, keep: [], drop: [] }, call())
    const now = await recordOf()
    const opened = read(now)
    expect(opened).toMatchObject({ roots: { successions: [{ replaces: store.account.did }] } })
    if (typeof opened === 'string') throw new Error(opened)
    // with the old root alone the thief's opens, as nobody could know; beside the new one it is nothing
    expect(newerRecord(forged, now)).toBe(now)
    expect(newerRecord(now, forged)).toBe(now)
    expect(read(signRecord({ ...said, device: thief.did, grants: [grant], roots: opened.roots }, thief.key))).toBe(
      'record-invalid',
    )
    // a succession that the old root had not committed to
    const strange = signedHistory()
    const genesis = strange.genesis()
    const { first } = strange.succeed(0, strange.root, keyOf(9), genesis, [])
    const roots = opened.roots && { ...opened.roots, successions: [first as never] }
    expect(read(signRecord({ ...said, roots }, store.account.deviceKey))).toBe('record-invalid')
  })

  it('is nobody’s who was not let in to publish, and of nobody else', async () => {
    await publish()
    const { sig: _, ...said } = decode(await recordOf()) as AccountRecord
    const { account, deviceKey } = { account: store.account, deviceKey: store.account.deviceKey }
    const good = signRecord(said, deviceKey)
    expect(typeof read(good)).toBe('object')
    expect(read(good, store.clock.now(), didOf(keyOf(1)))).toBe('record-invalid')
    const [grant] = said.grants
    if (!grant) throw new Error('no grant')
    const { sig: __, ...unsigned } = grant
    const phone = keyOf(5)
    const granted = (fields: Partial<typeof grant>) =>
      signGrant({ ...unsigned, device: didOf(phone), issuer: account.device, ...fields }, deviceKey)
    const by = (fields: Partial<typeof grant>) =>
      read(signRecord({ ...said, device: didOf(phone), grants: [granted(fields), grant] }, phone))
    expect(typeof by({})).toBe('object')
    expect(by({ capabilities: ['read', 'write'] })).toBe('record-invalid')
    expect(by({ notBefore: store.clock.now() + 1 })).toBe('record-invalid')
    expect(by({ expires: store.clock.now() })).toBe('record-invalid')
    expect(by({ account: didOf(keyOf(1)) })).toBe('record-invalid')
    expect(by({ issuer: didOf(keyOf(1)) })).toBe('record-invalid')
    for (const grants of [[granted({})], [granted({}), granted({})], [grant]])
      expect(read(signRecord({ ...said, device: didOf(phone), grants }, phone))).toBe('record-invalid')
    // signed by another than it says; of a time that has not come; with more than it may have
    expect(read(signRecord(said, phone))).toBe('record-invalid')
    expect(read(signRecord({ ...said, sequence: store.clock.now() + 600_000 }, deviceKey))).toBe('record-invalid')
    expect(read(signRecord({ ...said, extra: 1 } as never, deviceKey))).toBe('record-invalid')
    expect(read(encode({ ...said }))).toBe('record-invalid')
    expect(read(new Uint8Array(300_000))).toBe('record-invalid')
  })

  it('opens in no other form', async () => {
    await publish('Hanna')
    const good = await recordOf()
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Uint8Array.from(good)
        bad[at] = (bad[at] ?? 0) ^ flip
        expect(typeof read(bad)).toBe('string')
      }),
      { numRuns: 300 },
    )
  })
})
