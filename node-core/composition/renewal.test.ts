import { beforeEach, describe, expect, it } from 'vitest'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { createKeyring } from '../identity/keyring.ts'
import { createClosing } from './closing.ts'
import { createRenewal } from './renewal.ts'

const [one, other] = [7, 8].map((n) => didOf(privateKeyOf(new Uint8Array(32).fill(n)))) as [Did, Did]
let store: TestStore
let keyring: ReturnType<typeof createKeyring>
/** Says that a node takes nothing more under this one's key; behind it all that this led to is done. */
let told: (by: Did) => Promise<void>
const restarted: Did[] = []
beforeEach(async () => {
  store = await testStore()
  restarted.length = 0
  const { reader, writer, keychain, clock, random, account } = store
  keyring = createKeyring(random)
  keyring.open(account)
  const say: ((account: number, by: Did) => void)[] = []
  const turns: (() => unknown)[] = []
  createRenewal(
    {
      ...{ reader, writer, keychain, clock, random, keyring, keysOf: keyring.keysOf, first: account, opened: [account] },
      accountAt: () => keyring.get(account.did),
      onFork() {},
      logger: { info() {} },
      failed: () => (error) => {
        throw error
      },
    },
    {
      onForked: (listener) => void say.push(listener),
      onLetInAnew() {},
      following: { restart: async ({ device }) => void restarted.push(device) },
    },
    { standing: { refresh: async () => {} } },
    { ...createClosing(() => {}), push: (step) => void turns.push(step) },
  )
  const settled = async () => {
    for (const turn of turns) await turn()
  }
  told = async (by) => {
    for (const listener of say) listener(account.id, by)
    await settled()
  }
  await settled()
})
const own = (): Did => keyring.get(store.account.did).device

describe('a node that is told that its key is in use twice', () => {
  it('believes it without the proof once of each node, so that nobody makes it take key after key', async () => {
    const before = own()
    await told(one)
    const first = own()
    expect(first).not.toBe(before)
    expect(restarted).toEqual([first])
    await told(one)
    await told(one)
    expect(own()).toBe(first)
    await told(other)
    const second = own()
    expect(second).not.toBe(first)
    for (const by of [one, other]) await told(by)
    expect(own()).toBe(second)
    expect(restarted).toEqual([first, second])
    // and what it writes it writes by that key
    await store.writer.append(1, [{ type: 'device.renamed', parts: [{ device: second, name: 'x' }] }])
    const rows = await store.reader.all<{ did: Did; seq: number }>(
      'SELECT did, seq FROM device WHERE account = 1 ORDER BY id',
      [],
    )
    expect(rows.find(({ did }) => did === second)?.seq).toBe(2)
  })

  it('takes another each time where both tails are shown, whoever says so', async () => {
    await told(one)
    const key = keyring.get(store.account.did)
    const forger = await otherDevice(store, 1)
    const chain = await store.reader.get<{ head: Uint8Array; milliseconds: number }>(
      'SELECT head, milliseconds FROM device WHERE account = 1 AND did = ?',
      [key.device],
    )
    if (!chain) throw new Error('no chain')
    const tails = ['one', 'other'].map((tag) =>
      forger.forge(
        'library.tagged',
        [{ target: { conversation: new Uint8Array(16) }, tag, on: true }],
        { device: key.device, seq: 2, prev: chain.head, time: [chain.milliseconds + 1, 0] },
        key.deviceKey,
      ),
    )
    expect((await store.writer.accept(1, tails, 'none')).map(({ code }) => code)).toEqual([undefined, undefined])
    await told(one)
    expect(own()).not.toBe(key.device)
    const stored = await store.reader.get<{ device: Did }>('SELECT device FROM account WHERE id = 1', [])
    expect(stored?.device).toBe(own())
  })
})
