import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { openStore, temporaryFolder } from '../../tests/kit/sqlite.ts'
import { testStore } from '../../tests/kit/store.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { VivimError } from '../contract/errors.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { AesSealer } from '../crypto/seal.ts'
import { phraseOf } from '../identity/accounts.ts'
import { recoverAccount } from '../identity/recover-account.ts'
import type { Storage, Transactor } from '../ports/storage.ts'
import { createWriter } from '../threads/writer-core.ts'
import { type Change, createLog, type LogParts } from './append.ts'
import { parseEnvelope } from './envelope.ts'
import type { Projection } from './projection.ts'
import { logMigration } from './tables.ts'
import { verifyLog } from './verify.ts'

const signal = new AbortController().signal
const tagged = (tag: string): Change => ({
  type: 'library.tagged',
  parts: [{ target: { conversation: new Uint8Array(16) }, tag, on: true }],
})

/** A log with one account and nothing projected but what the test asks for. */
async function bareLog(parts: Partial<LogParts> = {}) {
  const random = seededRandom(7)
  const storage = await openMemoryStorage({ migrations: [{ version: 1, name: 'log', sql: logMigration }] })
  const sealer = AesSealer.from({ current: 1, keys: new Map([[1, createSecretKey(random(32))]]) }, random)
  const key = privateKeyOf(random(32))
  const did = didOf(key)
  await storage.transaction((tx) =>
    tx.run('INSERT INTO account (id, did, created, device, recovery, epoch) VALUES (1, ?, 0, ?, ?, ?)', [
      did,
      did,
      random(32),
      random(16),
    ]),
  )
  const clock = fakeClock(1000)
  let transactions = 0
  const counted: Transactor = {
    all: (sql, parameters) => storage.all(sql, parameters),
    get: (sql, parameters) => storage.get(sql, parameters),
    iterate: (sql, parameters) => storage.iterate(sql, parameters),
    transaction: (work) => {
      transactions++
      return storage.transaction(work)
    },
  }
  const log = createLog({
    storage: counted,
    signer: (account) => (account === 1 ? { did, key, sealer } : undefined),
    projections: [],
    clock,
    random,
    ...parts,
  })
  const events = () =>
    storage.all<{ position: number; seq: number; milliseconds: number; counter: number; type: string; envelope: Uint8Array }>(
      'SELECT position, seq, milliseconds, counter, type, envelope FROM event ORDER BY position',
    )
  return { storage, log, clock, did, sealer, events, transactions: () => transactions }
}
const failingAt = (type: string): Projection => ({
  name: 'picky',
  version: 1,
  async apply(_tx, event) {
    if (event.type === type) throw new VivimError('conflict')
  },
  async clear() {},
})

describe('append', () => {
  it('numbers, chains and clocks without gaps', async () => {
    const { log, clock, events } = await bareLog()
    await log.append(1, [tagged('a'), tagged('b')])
    clock.advance(5)
    await log.append(1, [tagged('c')])
    const rows = await events()
    expect(rows.map(({ position, seq, milliseconds, counter }) => [position, seq, milliseconds, counter])).toEqual([
      [1, 1, 1000, 0],
      [2, 2, 1000, 1],
      [3, 3, 1005, 0],
    ])
    const [first, second] = rows.map(({ envelope }) => parseEnvelope(envelope))
    expect(second?.envelope.prev).toEqual(first && Uint8Array.from(first.id))
  })

  it('goes on behind what is stored when the machine’s clock goes back', async () => {
    const { log, clock, events } = await bareLog()
    await log.append(1, [tagged('a')])
    clock.advance(-900)
    await log.append(1, [tagged('b')])
    expect((await events()).map(({ milliseconds, counter }) => [milliseconds, counter])).toEqual([
      [1000, 0],
      [1000, 1],
    ])
  })

  it('lets appends that wait share a transaction', async () => {
    const { log, events, transactions } = await bareLog()
    const done = await Promise.all(Array.from({ length: 40 }, (_, n) => log.append(1, [tagged(String(n))])))
    expect(done.map(([one]) => one?.position)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    expect(await events()).toHaveLength(40)
    expect(transactions()).toBe(1)
  })

  it('does not let a bad one take its neighbours along, nor leave anything of it', async () => {
    const { log, events, storage } = await bareLog({ projections: [failingAt('imports.undone')] })
    const bad: Change = { type: 'imports.undone', parts: [{ import: new Uint8Array(16) }] }
    const results = await Promise.allSettled([
      log.append(1, [tagged('a')]),
      log.append(1, [tagged('b'), bad, tagged('c')]),
      log.append(1, [tagged('d')]),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const rows = await events()
    expect(rows.map(({ position, seq, type }) => [position, seq, type])).toEqual([
      [1, 1, 'library.tagged'],
      [2, 2, 'library.tagged'],
    ])
    expect(await storage.all('SELECT * FROM chunk')).toHaveLength(2)
    const used = await storage.get<{ used: number; stored: number }>(
      'SELECT sum(used) AS used, (SELECT sum(length(sealed)) FROM chunk) AS stored FROM device',
    )
    expect(used?.used).toBe(used?.stored)
  })

  it('refuses what has not its type’s shape, what is too large, and an account that is not open', async () => {
    const { log, events } = await bareLog()
    await expect(
      log.append(1, [{ type: 'library.tagged', parts: [{ target: { conversation: new Uint8Array(3) }, tag: 'x', on: true }] }]),
    ).rejects.toMatchObject({ code: 'event-schema' })
    await expect(
      log.append(1, [
        { type: 'imports.started', parts: [{ import: new Uint8Array(16), name: 'x'.repeat(300_000), format: null }] },
      ]),
    ).rejects.toMatchObject({ code: 'event-too-large' })
    const parts = Array.from({ length: 1001 }, () => ({ import: new Uint8Array(16) }))
    await expect(log.append(1, [{ type: 'imports.undone', parts }])).rejects.toMatchObject({ code: 'event-too-large' })
    await expect(log.append(2, [tagged('x')])).rejects.toMatchObject({ code: 'unavailable' })
    expect(await log.append(1, [])).toEqual([])
    expect(await events()).toEqual([])
  })

  it('keeps to the quota', async () => {
    const { log, events, storage } = await bareLog()
    await storage.transaction((tx) => tx.run('UPDATE account SET quota = 150'))
    await log.append(1, [tagged('a')])
    await expect(log.append(1, [tagged('b'.repeat(90))])).rejects.toMatchObject({ code: 'quota-exceeded' })
    expect(await events()).toHaveLength(1)
    // files count too
    await storage.transaction((tx) => tx.run('UPDATE account SET quota = 1000, files = 900'))
    await expect(log.append(1, [tagged('b'.repeat(90))])).rejects.toMatchObject({ code: 'quota-exceeded' })
    await storage.transaction((tx) => tx.run('UPDATE account SET files = 0'))
    await log.append(1, [tagged('b'.repeat(90))])
  })

  it('tells of a commit before it answers', async () => {
    const told: string[] = []
    const { log } = await bareLog({ onCommit: (account) => told.push(`commit ${account}`) })
    await Promise.all([1, 2].map((n) => log.append(1, [tagged(String(n))]).then(() => told.push('answer'))))
    expect(told).toEqual(['commit 1', 'answer', 'answer'])
  })
})

describe('a store on disk', () => {
  it('goes on with chain and clock after a restart, and a new device after a recovery knows what it follows', async () => {
    const folder = temporaryFolder()
    try {
      const clock = fakeClock()
      const first = await testStore({ storage: await openStore(folder.path), clock })
      await first.import([{ source: 'chatgpt', key: 'a', title: 'One', messages: [] }])
      const { keychain, blobs } = first
      const phrase = await phraseOf({ keychain }, first.account.device)
      await first[Symbol.asyncDispose]()

      clock.advance(-3_600_000)
      const second = await testStore({ storage: await openStore(folder.path), clock, keychain, blobs, seed: 2 })
      expect(second.account.did).toBe(first.account.did)
      await second.import([{ source: 'chatgpt', key: 'b', title: 'Two', messages: [] }])
      expect((await verifyLog(second.reader, second.account, second.keys.sealer, signal)).problems).toEqual([])
      await second[Symbol.asyncDispose]()

      const storage: Storage = await openStore(folder.path)
      const third = await recovered(storage, phrase, clock)
      expect(third.account.device).not.toBe(first.account.device)
      await third.import([{ source: 'chatgpt', key: 'c', title: 'Three', messages: [] }])
      const found = await verifyLog(third.reader, third.account, third.keys.sealer, signal)
      expect(found.problems).toEqual([])
      const rows = await third.reader.all<{ envelope: Uint8Array }>('SELECT envelope FROM event ORDER BY position')
      const grant = rows
        .map(({ envelope }) => parseEnvelope(envelope).envelope)
        .find(({ device }) => device === third.account.device)
      expect(grant?.type).toBe('device.granted')
      expect(grant?.deps.map(({ device, seq }) => [device, seq]).sort()).toEqual(
        [
          [first.account.did, 1],
          [first.account.device, 3],
        ].sort(),
      )
      const listed = await third.call('conversations.list', {})
      expect(listed.items.map(({ title }) => title).sort()).toEqual(['One', 'Three', 'Two'])
      await third[Symbol.asyncDispose]()
    } finally {
      folder.remove()
    }
  })
})

/** Opens a store whose keychain entry is lost. */
async function recovered(storage: Storage, phrase: string, clock: ReturnType<typeof fakeClock>) {
  const keychain = new MemoryKeychain()
  const random = seededRandom(3)
  await expect(testStore({ storage, keychain, clock, random })).rejects.toMatchObject({ code: 'keys-missing' })
  const writer = createWriter({ storage, clock, random, readBlob: async () => new Uint8Array(), onCommit: () => {} })
  const parts = { reader: storage, writer, keychain, clock, random, device: { name: 'again', kind: 'server' as const } }
  const wrong =
    'abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid rhythm alien crouch range attend journey unaware'
  await expect(recoverAccount(parts, wrong)).rejects.toMatchObject({ code: 'phrase-mismatch' })
  await recoverAccount(parts, phrase)
  return testStore({ storage, keychain, clock, random: seededRandom(4) })
}
