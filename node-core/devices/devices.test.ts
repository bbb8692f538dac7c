import { decode } from '@ipld/dag-cbor'
import { beforeEach, describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { devices } from '../contract/api/devices.ts'
import { isVivimError } from '../contract/errors.ts'
import { type Grant, grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Input, Output } from '../contract/method.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant, verifyGrant } from '../crypto/grants.ts'
import { createDispatch } from '../dispatch.ts'
import { rootKeyOf } from '../identity/accounts.ts'
import { createGrants } from './grants.ts'
import { deviceHandlers } from './handlers.ts'
import { createStanding } from './standing.ts'

type Methods = typeof devices
const newDevice = (n: number): Did => didOf(privateKeyOf(new Uint8Array(32).fill(n)))
const phone = newDevice(7)
const encryption = 'A'.repeat(43)
const asked = {
  device: phone,
  name: 'Phone',
  kind: 'phone' as const,
  capabilities: ['read' as const, 'write' as const],
  encryption,
}

async function setUp(store: TestStore) {
  const gone: Did[] = []
  let changes = 0
  const timers = new Map<() => void, number>()
  const cold = { root: false }
  const { account, reader, clock } = store
  const keysOf = () => store.keys
  const standing = createStanding({
    reader,
    keysOf,
    clock,
    after: (milliseconds, run) => {
      timers.set(run, milliseconds)
      return () => timers.delete(run)
    },
    onGone: async (_, device) => void gone.push(device),
    onChange: async () => void changes++,
    onError: (error) => {
      throw error
    },
  })
  await standing.refresh(account)
  const seen = new Map<Did, number>()
  const parts = {
    reader,
    keysOf,
    clock,
    standing,
    accountOf: () => account,
    append: store.writer.append,
    signedIn: () => seen,
  }
  const dispatch = createDispatch(
    devices,
    deviceHandlers({
      ...parts,
      rootOf: async (one) => (cold.root ? undefined : rootKeyOf(store, one)),
    }),
    { checkOutputs: true },
  )
  const { signal } = new AbortController()
  const grants = createGrants(parts)
  return {
    ...store,
    letIn: (who: Parameters<typeof grants.letIn>[1]) => grants.letIn(account.did, who),
    standing,
    gone,
    timers,
    cold,
    seen,
    changes: () => changes,
    call: async <Name extends keyof Methods & string>(name: Name, input: Input<Methods[Name]>) =>
      (await dispatch.call(name, input, { kind: 'local', account: account.did }, { signal })) as Output<Methods[Name]>,
    code: async (name: keyof Methods & string, input: object) => {
      try {
        await dispatch.call(name, input, { kind: 'local', account: account.did }, { signal })
      } catch (error) {
        if (isVivimError(error)) return error.code
        throw error
      }
      return undefined
    },
    may: (device: Did) => standing.capabilitiesOf(account.did, device),
    /** The first events of a device's chain, as if they had come here. */
    begins: (seed: number, grant: Grant) =>
      store.writer.append(
        account.id,
        [
          { type: 'device.granted', parts: [grant] },
          { type: 'library.tagged', parts: [{ target: { conversation: new Uint8Array(16) }, tag: 'x', on: true }] },
        ],
        { did: newDevice(seed), key: privateKeyOf(new Uint8Array(32).fill(seed)) },
      ),
  }
}
let at: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => {
  at = await setUp(await testStore())
})
const states = async () => (await at.call('devices.list', {})).items.map(({ did, name, state }) => [did, name, state])

describe('devices', () => {
  it('are this node’s own at first', async () => {
    const { items } = await at.call('devices.list', {})
    expect(items).toMatchObject([{ did: at.account.device, state: 'active', current: true, granter: at.account.did }])
    expect(at.may(at.account.device)).toEqual(['read', 'write', 'share'])
  })

  it('are let in by a grant that this node’s device signs', async () => {
    const { device, grant } = await at.call('devices.grant', asked)
    expect(device).toMatchObject({ did: phone, name: 'Phone', state: 'invited', granter: at.account.device, lastSeen: null })
    const signed = grantSchema.parse(decode(Buffer.from(grant, 'base64url')))
    expect(verifyGrant(signed)).toBe(true)
    expect(at.may(phone)).toEqual(['read', 'write'])
    at.seen.set(phone, 5)
    expect((await at.call('devices.list', {})).items[1]).toMatchObject({ lastSeen: 5 })
    expect(await at.code('devices.grant', asked)).toBe('already-there')
    expect(await at.code('devices.grant', { ...asked, device: at.account.did })).toBe('already-there')
  })

  it('come again as what they are, with the same keys, unless they were thrown out', async () => {
    const first = await at.letIn(asked)
    expect(await at.letIn({ ...asked, name: 'Another', capabilities: ['read'] })).toEqual(first)
    expect((await at.call('devices.list', {})).items).toHaveLength(2)
    await expect(at.letIn({ ...asked, encryption: 'B'.repeat(43) })).rejects.toMatchObject({ code: 'already-there' })
    // what is not widened is said, and not passed over
    const full = { ...asked, capabilities: ['read' as const, 'write' as const, 'publish' as const, 'grant' as const] }
    await expect(at.letIn(full)).rejects.toMatchObject({ code: 'conflict' })
    expect((await at.call('devices.list', {})).items[1]?.capabilities).toEqual(['read', 'write'])
    const node = { ...full, device: newDevice(9), kind: 'server' as const }
    const whole = await at.letIn(node)
    expect(whole.device.capabilities).toEqual(full.capabilities)
    // nor is it narrowed
    expect(await at.letIn({ ...node, capabilities: ['read'] })).toEqual(whole)
    await at.call('devices.revoke', { device: phone })
    await expect(at.letIn(asked)).rejects.toMatchObject({ code: 'event-revoked' })
  })

  it('may ask the node for nothing by what they may sign', async () => {
    await at.call('devices.grant', { ...asked, capabilities: ['grant', 'publish', 'read'] })
    expect(at.may(phone)).toEqual(['read'])
  })

  it('are revoked for good, and what they have open ends', async () => {
    const { grant } = await at.call('devices.grant', asked)
    await at.begins(7, grantSchema.parse(decode(Buffer.from(grant, 'base64url'))))
    expect((await states())[1]).toEqual([phone, 'Phone', 'active'])
    await at.call('devices.revoke', { device: phone })
    expect(at.may(phone)).toBeUndefined()
    expect(at.gone).toContain(phone)
    expect(await states()).toEqual([
      [at.account.device, 'test', 'active'],
      [phone, 'Phone', 'revoked'],
    ])
    const row = await at.reader.get('SELECT cut FROM device WHERE did = ?', [phone])
    expect(row).toEqual({ cut: 2 })
    const events = (await at.events()).length
    expect(await at.call('devices.revoke', { device: phone })).toEqual({})
    expect((await at.events()).length).toBe(events)
    expect(await at.code('devices.grant', asked)).toBe('already-there')
    expect(await at.code('devices.revoke', { device: newDevice(9) })).toBe('not-found')
    expect(await at.code('devices.revoke', { device: at.account.device })).toBe('conflict')
  })

  it('that the root let in are revoked by its key, or with the phrase', async () => {
    const root = await rootKeyOf(at, at.account)
    if (!root) throw new Error('no root')
    const { did: issuer, key } = root
    const elder = newDevice(8)
    const grant = signGrant(
      {
        account: issuer,
        device: elder,
        name: 'Lost laptop',
        kind: 'desktop',
        capabilities: ['read'],
        notBefore: 0,
        expires: null,
        encryption: new Uint8Array(32),
        issuer,
      },
      key,
    )
    await at.writer.append(at.account.id, [{ type: 'device.granted', parts: [grant] }], root)
    await at.standing.refresh(at.account)
    expect(at.may(elder)).toEqual(['read'])
    at.cold.root = true
    expect(await at.code('devices.revoke', { device: elder })).toBe('keys-missing')
    at.cold.root = false
    await at.call('devices.revoke', { device: elder })
    expect(at.may(elder)).toBeUndefined()
    expect((await states())[1]).toEqual([elder, 'Lost laptop', 'revoked'])
  })

  it('have the newest name that was given', async () => {
    await at.call('devices.grant', asked)
    await at.call('devices.rename', { device: phone, name: 'First' })
    await at.call('devices.rename', { device: phone, name: 'Second' })
    expect((await states())[1]).toEqual([phone, 'Second', 'invited'])
    expect(await at.code('devices.rename', { device: newDevice(9), name: 'x' })).toBe('not-found')
  })

  it('end by themselves when their grant does', async () => {
    await at.call('devices.grant', { ...asked, expires: at.clock.now() + 1000 })
    expect(at.may(phone)).toEqual(['read', 'write'])
    const [[run, wait] = []] = [...at.timers]
    expect(wait).toBe(1000)
    at.clock.advance(1000)
    expect(at.may(phone)).toBeUndefined()
    expect((await states())[1]).toEqual([phone, 'Phone', 'expired'])
    at.gone.length = 0
    run?.()
    expect(at.gone).toEqual([phone])
  })

  it('are looked at again only where something was said of them', async () => {
    expect(at.changes()).toBe(0)
    await at.import([{ source: 'chatgpt', key: 'a', title: 'A', messages: [] }])
    await at.standing.refresh(at.account)
    expect(at.changes()).toBe(0)
    await at.call('devices.grant', asked)
    expect(at.changes()).toBe(1)
  })
})
