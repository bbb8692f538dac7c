import { beforeEach, describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import type { Value } from '../ports/storage.ts'
import { chunkAt } from './chunk-place.ts'
import { verifyLog } from './verify.ts'

const message = (id: string, text: string) => ({
  id,
  parent: null,
  role: 'user' as const,
  parts: [{ type: 'text' as const, text }],
})
const conversation = (key: string, text: string) => ({
  source: 'chatgpt' as const,
  key,
  title: key,
  messages: [message('m', text)],
})

describe('verifying a log', () => {
  let store: TestStore
  beforeEach(async () => {
    store = await testStore()
    await store.import([conversation('a', 'apples'), conversation('b', 'pears')])
    await store.import([conversation('c', 'plums')])
    await store.call('conversations.edit', { conversation: store.idOf({ source: 'chatgpt', key: 'a' }), title: 'Mine' })
  })
  const change = (sql: string, parameters: Value[] = []) => store.storage.transaction((tx) => tx.run(sql, parameters))
  const verify = () => verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)
  const codes = async () => (await verify()).problems.map(({ position, code }) => [position, code])

  it('finds nothing in a sound one, nor where a tombstone names what is missing', async () => {
    expect(await verify()).toEqual({ events: 5, chunks: 6, dropped: 0, problems: [] })
    await store.call('conversations.delete', { conversation: store.idOf({ source: 'chatgpt', key: 'a' }) })
    expect(await verify()).toEqual({ events: 6, chunks: 7, dropped: 2, problems: [] })
  })

  it('needs nothing of what is void, whose tombstones it may never see', async () => {
    const { account } = store
    const key = privateKeyOf(new Uint8Array(32).fill(7))
    const device = didOf(key)
    const grant = signGrant(
      {
        ...{ account: account.did, device, name: 'Phone', kind: 'phone', capabilities: ['read', 'write'] },
        ...{ notBefore: store.clock.now(), expires: null, encryption: new Uint8Array(32), issuer: account.device },
      },
      account.deviceKey,
    )
    const target = { conversation: new Uint8Array(16) }
    await store.writer.append(account.id, [{ type: 'device.granted', parts: [grant] }])
    await store.writer.append(
      account.id,
      [
        { type: 'device.granted', parts: [grant] },
        { type: 'library.tagged', parts: [{ target, tag: 'x', on: true }] },
      ],
      { did: device, key },
    )
    await change('UPDATE chunk SET sealed = NULL WHERE position = 8')
    expect(await codes()).toEqual([[8, 'event-chunks']])
    await store.writer.append(account.id, [{ type: 'device.revoked', parts: [{ device, seq: 0, id: null }] }])
    expect(await verify()).toMatchObject({ dropped: 1, problems: [] })
  })

  it.each<[string, string, Value[], [number, string][]]>([
    [
      'changed payload',
      'UPDATE chunk SET sealed = (SELECT sealed FROM chunk WHERE position = 4) WHERE position = 3 AND part = 0',
      [],
      [[3, 'seal-broken']],
    ],
    [
      'a missing part without a tombstone',
      'UPDATE chunk SET sealed = NULL WHERE position = 3 AND part = 1',
      [],
      [[3, 'event-chunks']],
    ],
    ['a removed part', 'DELETE FROM chunk WHERE position = 3 AND part = 1', [], [[3, 'event-chunks']]],
    [
      'swapped parts',
      'UPDATE chunk SET id = id + CASE part WHEN 0 THEN 11 ELSE 9 END WHERE position = 3',
      [],
      [[3, 'event-chunks']],
    ],
    [
      'a part too many',
      "INSERT INTO chunk (id, digest, size, sealed) VALUES (?, x'00', 0, NULL)",
      [chunkAt(1, 4, 1)],
      [[4, 'event-chunks']],
    ],
    [
      'a part of no event',
      "INSERT INTO chunk (id, digest, size, sealed) VALUES (?, x'00', 0, NULL)",
      [chunkAt(1, 99, 0)],
      [[0, 'event-chunks']],
    ],
    [
      'a removed event',
      'DELETE FROM event WHERE position = 4',
      [],
      [
        [5, 'event-sequence'],
        [0, 'event-chunks'],
      ],
    ],
    [
      'a removed beginning',
      'DELETE FROM event WHERE position = 1',
      [],
      [
        [2, 'event-missing-cause'],
        [3, 'event-not-granted'],
        [4, 'event-not-granted'],
        [5, 'event-not-granted'],
        [0, 'event-sequence'],
        [0, 'event-chunks'],
      ],
    ],
    [
      'a log cut short',
      'DELETE FROM event WHERE position = 5',
      [],
      [
        [0, 'event-sequence'],
        [0, 'event-chunks'],
      ],
    ],
    [
      'another type beside the envelope',
      "UPDATE event SET type = 'library.tagged' WHERE position = 5",
      [],
      [[5, 'event-not-canonical']],
    ],
    [
      'another time beside the envelope',
      'UPDATE event SET milliseconds = milliseconds + 1 WHERE position = 5',
      [],
      [[5, 'event-not-canonical']],
    ],
    ['another device beside the envelope', 'UPDATE event SET device = 1 WHERE position = 5', [], [[5, 'event-not-canonical']]],
    ['another id', 'UPDATE event SET id = randomblob(32) WHERE position = 3', [], [[3, 'event-not-canonical']]],
    [
      'bytes that are no envelope',
      "UPDATE event SET envelope = x'a0' WHERE position = 5",
      [],
      [
        [5, 'event-not-canonical'],
        [0, 'event-sequence'],
      ],
    ],
  ])('finds %s', async (_, sql, parameters, expected) => {
    await change(sql, parameters)
    expect(await codes()).toEqual(expected)
  })

  it('finds a changed envelope and a reordered log', async () => {
    const rows = await store.reader.all<{ position: number; envelope: Uint8Array; id: Uint8Array }>(
      'SELECT position, envelope, id FROM event ORDER BY position',
    )
    const third = rows[2]
    const wrong = Uint8Array.from(third?.envelope ?? [])
    const at = Buffer.from(wrong).indexOf(Buffer.from('library.conversations-imported'))
    wrong[at] = 'x'.charCodeAt(0)
    await change('UPDATE event SET envelope = ? WHERE position = 3', [wrong])
    expect(await codes()).toEqual([
      [3, 'event-not-canonical'],
      [3, 'event-not-canonical'],
      [3, 'event-signature'],
      [4, 'event-sequence'],
    ])
    await change('UPDATE event SET envelope = ? WHERE position = 3', [third?.envelope ?? null])
    expect(await codes()).toEqual([])
    await change('UPDATE event SET position = -position WHERE position IN (3, 4)')
    await change('UPDATE event SET position = 7 + position WHERE position < 0')
    const between = chunkAt(1, 4, 0) - chunkAt(1, 3, 0)
    await change('UPDATE chunk SET id = -id + CASE position WHEN 3 THEN -? ELSE ? END WHERE position IN (3, 4)', [
      between,
      between,
    ])
    await change('UPDATE chunk SET id = -id WHERE id < 0')
    expect((await codes()).map(([, code]) => code)).toEqual(['event-sequence', 'event-sequence', 'event-sequence'])
  })
})
