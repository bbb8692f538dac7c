/** The root key kept cold, and replaced after somebody stole it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type MadeEvent, otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { devices } from '../contract/api/devices.ts'
import { roots } from '../contract/api/roots.ts'
import { isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { newPhrase } from '../crypto/phrase.ts'
import { deviceHandlers } from '../devices/handlers.ts'
import { createDispatch } from '../dispatch.ts'
import { phraseOf, rootKeyOf } from '../identity/accounts.ts'
import { recoverAccount } from '../identity/recover-account.ts'
import { chunkOf, encodeValue } from '../log/chunk.ts'
import { digestOf } from '../log/cid.ts'
import { signEnvelope } from '../log/envelope.ts'
import { rootHandlers } from './roots.ts'

const { signal } = new AbortController()
const tag = (name: string) => ({ target: { conversation: new Uint8Array(16) }, tag: name, on: true })
const everything = ['read', 'write', 'share', 'publish', 'grant'] as const

/** A store with the methods that are about its devices. */
function withMethods(store: TestStore) {
  const { account, reader, clock } = store
  const keysOf = () => store.keys
  const standing = { refresh: async () => {} }
  const dispatch = createDispatch(
    { ...roots, ...devices },
    {
      ...rootHandlers({ accountParts: store.accountParts, keysOf, accountOf: () => account, standing }),
      ...deviceHandlers({
        reader,
        keysOf,
        clock,
        standing,
        accountOf: () => account,
        append: store.writer.append,
        rootOf: (one) => rootKeyOf(store, one),
        signedIn: () => new Map(),
      }),
    },
    { checkOutputs: true },
  )
  const call = (name: keyof typeof roots | keyof typeof devices, input: object) =>
    dispatch.call(name, input, { kind: 'local', account: account.did }, { signal })
  return {
    call,
    code: async (name: keyof typeof roots | keyof typeof devices, input: object) => {
      try {
        await call(name, input)
      } catch (error) {
        if (isVivimError(error)) return error.code
        throw error
      }
      return undefined
    },
    async states(): Promise<Record<string, string>> {
      const { items } = (await call('devices.list', {})) as { items: { did: string; state: string }[] }
      return Object.fromEntries(items.map(({ did, state }) => [did, state]))
    },
    cuts: async () =>
      Object.fromEntries(
        (await reader.all<{ did: string; cut: number | null }>('SELECT did, cut FROM device')).map(({ did, cut }) => [did, cut]),
      ),
  }
}
let store: TestStore
let at: ReturnType<typeof withMethods>
let phrase: string
beforeEach(async () => {
  store = await testStore()
  at = withMethods(store)
  phrase = await phraseOf({ keychain: store.keychain }, store.account.device)
})
const takes = async (events: readonly MadeEvent[], by: 'any' | 'none' = 'any') =>
  (await store.writer.accept(store.account.id, events, by)).map(({ code }) => code)
const rootIsHere = async () => (await rootKeyOf(store, store.account)) !== undefined

describe('a root that is kept cold', () => {
  it('is not in the keychain; the words do what needs it', async () => {
    const phone = await otherDevice(store, 1)
    expect(await takes([phone.grant])).toEqual([undefined])
    const strangers = newPhrase(store.random)
    expect(await at.code('account.set-root', { cold: true, phrase: strangers })).toBe('phrase-mismatch')
    expect(await at.code('account.set-root', { cold: true, phrase: 'no words' })).toBe('phrase-invalid')
    expect(await rootIsHere()).toBe(true)
    await at.call('account.set-root', { cold: true, phrase })
    expect(await rootIsHere()).toBe(false)
    await expect(phraseOf({ keychain: store.keychain }, store.account.device)).rejects.toMatchObject({ code: 'phrase-confirmed' })

    expect(await at.code('devices.revoke', { device: phone.did })).toBe('keys-missing')
    expect(await at.code('account.revoke-device', { device: phone.did, phrase: strangers })).toBe('phrase-mismatch')
    expect(await at.code('account.revoke-device', { device: store.account.device, phrase })).toBe('conflict')
    expect(await at.code('account.revoke-device', { device: store.account.did, phrase })).toBe('not-found')
    await at.call('account.revoke-device', { device: phone.did, phrase })
    expect((await at.states())[phone.did]).toBe('revoked')

    await at.call('account.set-root', { cold: false, phrase })
    expect(await rootIsHere()).toBe(true)
  })
})

describe('a succession', () => {
  it('voids what a thief said with the old root, and leaves what the person names', async () => {
    const phone = await otherDevice(store, 1, [...everything])
    const sold = await otherDevice(store, 2)
    const thief = await otherDevice(store, 3, [...everything])
    const root = { did: store.account.did, key: phone.root }
    const lost = { device: sold.did, seq: 1, id: sold.grant.signed.id }
    expect(await takes([phone.grant, phone.make('library.tagged', [tag('mine')]), sold.grant])).toEqual(Array(3).fill(undefined))
    await at.call('devices.revoke', { device: sold.did })
    // the thief lets a device in and throws the person's own ones out
    expect(await takes([thief.grant, thief.make('library.tagged', [tag('of the thief')])])).toEqual([undefined, undefined])
    for (const device of [phone.did, store.account.device])
      await store.writer.append(store.account.id, [{ type: 'device.revoked', parts: [{ device, seq: 0, id: null }] }], root)
    expect(await at.states()).toMatchObject({ [phone.did]: 'revoked', [store.account.device]: 'revoked', [thief.did]: 'active' })
    await expect(
      store.writer.append(store.account.id, [{ type: 'library.tagged', parts: [tag('refused')] }]),
    ).rejects.toMatchObject({ code: 'event-revoked' })

    expect(await at.code('account.succeed', { phrase: newPhrase(store.random), keep: [] })).toBe('phrase-mismatch')
    expect(await at.code('account.succeed', { phrase, keep: [store.account.did] })).toBe('not-found')
    expect(await at.code('account.succeed', { phrase, keep: [phone.did], drop: [phone.did] })).toBe('bad-request')
    const done = (await at.call('account.succeed', { phrase, keep: [phone.did], drop: [thief.did] })) as {
      root: Did
      gone: Did[]
    }
    expect(done.gone).toEqual([thief.did])
    const after = { [phone.did]: 'active', [store.account.device]: 'active', [thief.did]: 'revoked', [sold.did]: 'revoked' }
    expect(await at.states()).toMatchObject(after)
    expect(await at.cuts()).toMatchObject({
      [phone.did]: null,
      [store.account.device]: null,
      [thief.did]: 0,
      [sold.did]: lost.seq,
    })
    expect((await rootKeyOf(store, store.account))?.did).toBe(done.root)
    await store.writer.append(store.account.id, [{ type: 'library.tagged', parts: [tag('again')] }])

    // whatever the old root says from now on, from here or by another node that did not know
    const late = await lateEvents(root.key)
    expect(await takes(late)).toEqual(['event-revoked', 'event-missing-cause'])
    expect(await takes(late, 'none')).toEqual([undefined, undefined])
    expect(await at.states()).toMatchObject(after)
  })

  /** The old root revokes, and lets a further device in. */
  async function lateEvents(key: typeof store.account.deviceKey): Promise<MadeEvent[]> {
    const { did, device, id } = store.account
    const head = await store.reader.get<{ seq: number; head: Uint8Array; milliseconds: number }>(
      'SELECT seq, head, milliseconds FROM device WHERE account = ? AND did = ?',
      [id, did],
    )
    if (!head) throw new Error('no root')
    let prev = head.head
    return [1, 2].map((n) => {
      const chunk = chunkOf(encodeValue({ device, seq: 0, id: null }), store.random)
      const signed = signEnvelope(
        {
          owner: did,
          device: did,
          seq: head.seq + n,
          prev,
          deps: [],
          time: [head.milliseconds + n, 0],
          type: 'device.revoked',
          chunks: [digestOf(chunk)],
        },
        key,
      )
      prev = signed.id
      return { signed, envelope: signed.bytes, chunks: [chunk] }
    })
  }

  it('reaches the other nodes by sync, and can be followed by a next one', async () => {
    const second = await secondNode(store, 'second')
    const there = withMethods(second)
    const carried = async () => {
      const clock = Object.fromEntries(
        (await second.reader.all<{ did: string; seq: number }>('SELECT did, seq FROM device')).map(({ did, seq }) => [did, seq]),
      )
      const outcomes = await second.writer.accept(second.account.id, await eventsOf(store, clock), 'none')
      expect(outcomes.map(({ code }) => code)).toEqual(outcomes.map(() => undefined))
    }
    const back = await store.writer.accept(
      store.account.id,
      await eventsOf(second, Object.fromEntries(Object.entries(await at.cuts()).map(([did]) => [did, 1]))),
      'none',
    )
    expect(back.map(({ code }) => code)).toEqual([undefined])

    const first = (await at.call('account.succeed', { phrase, keep: [second.account.device] })) as { root: Did }
    await carried()
    expect(await there.states()).toEqual(await at.states())
    expect(Object.values(await there.states())).toEqual(['active', 'active'])
    // it holds the old root's key: that revokes nobody any more
    expect(await there.code('devices.revoke', { device: store.account.device })).toBe('keys-missing')
    await there.call('account.set-root', { cold: false, phrase })
    expect((await rootKeyOf(second, second.account))?.did).toBe(first.root)

    await at.call('account.set-root', { cold: true, phrase })
    const next = (await at.call('account.succeed', { phrase, keep: [] })) as { root: Did; gone: Did[] }
    expect(next.root).not.toBe(first.root)
    expect(next.gone).toEqual([second.account.device])
    // cold before, cold after
    expect(await rootIsHere()).toBe(false)
    await carried()
    expect(await there.states()).toEqual(await at.states())
    await expect(
      second.writer.append(second.account.id, [{ type: 'library.tagged', parts: [tag('too late')] }]),
    ).rejects.toMatchObject({ code: 'event-revoked' })

    // with the words it is a device again, let in by the root of now
    const again = await recoverAccount(second.accountParts, phrase)
    expect((await rootKeyOf(second, again))?.did).toBe(next.root)
    expect((await withMethods({ ...second, account: again }).states())[again.device]).toBe('active')
  })
})
