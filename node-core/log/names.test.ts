import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { chunkAt, chunksBetween, chunksOfAccount } from './chunk-place.ts'
import { chunksNamed, noteNames, positionNamed } from './names.ts'
import { logMigration } from './tables.ts'

/** Appends `count` events of one part each. */
async function tag(store: TestStore, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await store.writer.append(store.account.id, [
      { type: 'library.tagged', parts: [{ target: { conversation: new Uint8Array(16) }, tag: `tag ${n}`, on: true }] },
    ])
  }
}

describe('names', () => {
  it('are found, however many events came since they were noted last', async () => {
    const store = await testStore()
    const { account, storage } = store
    // 600 events and chunks more than the 512 after which an append notes them by itself
    for (const more of [1, 2, 600, 0, 3]) {
      await tag(store, more)
      const chunks = await storage.all<{ id: number; digest: Uint8Array }>('SELECT id, digest FROM chunk ORDER BY id')
      const events = await storage.all<{ position: number; id: Uint8Array }>('SELECT position, id FROM event ORDER BY position')
      const named = await storage.transaction(async (tx) => {
        const digests = chunks.map(({ digest }) => digest)
        const found = await chunksNamed(tx, account.id, [...digests, new Uint8Array(32)])
        await noteNames(tx, account.id)
        const positions = []
        for (const { id } of events) positions.push(await positionNamed(tx, account.id, id))
        return { found, positions, none: await positionNamed(tx, account.id, new Uint8Array(32)) }
      })
      expect(named).toEqual({
        found: chunks.map(({ id }) => id),
        positions: events.map(({ position }) => position),
        none: undefined,
      })
    }
  })

  it('are noted by appends alone before there are many', async () => {
    const store = await testStore()
    await tag(store, 300)
    const row = await store.storage.get<{ named: number; newest: number }>(
      'SELECT named, (SELECT max(position) FROM event) AS newest FROM account',
    )
    expect((row?.newest ?? 0) - (row?.named ?? 0)).toBeLessThan(256)
  })
})

describe('a chunk’s number', () => {
  it('says where it stands, to the store as well', async () => {
    const storage = await openMemoryStorage({ migrations: [{ version: 1, name: 'log', sql: logMigration }] })
    const place = fc.tuple(
      fc.integer({ min: 1, max: 2 ** 13 - 1 }),
      fc.integer({ min: 1, max: 2 ** 30 - 1 }),
      fc.integer({ min: 0, max: 999 }),
    )
    await fc.assert(
      fc.asyncProperty(place, async ([account, position, part]) => {
        const id = chunkAt(account, position, part)
        const row = await storage.transaction(async (tx) => {
          await tx.run("INSERT INTO chunk (id, digest, size) VALUES (?, x'00', 0)", [id])
          const found = await tx.get('SELECT id, account, position, part FROM chunk WHERE id = ?', [id])
          await tx.run('DELETE FROM chunk')
          return found
        })
        expect(row).toEqual({ id, account, position, part })
        for (const [least, most] of [chunksBetween(account, position, position), chunksOfAccount(account)]) {
          expect(id).toBeGreaterThanOrEqual(least)
          expect(id).toBeLessThanOrEqual(most)
        }
        expect(chunksBetween(account, position, position)[1]).toBeLessThan(chunkAt(account, position, 0) + 1024)
      }),
    )
  })

  it('is refused where none is left', () => {
    for (const [account, position, part] of [
      [2 ** 13, 1, 0],
      [1, 2 ** 30, 0],
      [1, 1, 1024],
    ] as const)
      expect(() => chunkAt(account, position, part)).toThrow(expect.objectContaining({ code: 'internal' }))
  })
})
