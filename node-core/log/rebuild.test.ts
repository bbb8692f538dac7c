import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { openMemoryStorage } from '../adapters/storage-memory/storage.ts'
import { migrations } from '../threads/migrations.ts'
import type { Projection } from './projection.ts'
import { markCurrent, outdated, rebuild } from './rebuild.ts'

const schema = {
  version: (migrations.at(-1)?.version ?? 0) + 1,
  name: 'seen',
  sql: 'CREATE TABLE seen (account INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;',
}
const seenProjection = (version: number): Projection => ({
  name: 'seen',
  version,
  async apply(tx, event) {
    await tx.run('INSERT INTO seen (account, position) VALUES (?, ?)', [event.account, event.position])
  },
  async clear(tx, account) {
    await tx.run('DELETE FROM seen WHERE account = ?', [account])
  },
})

async function filled() {
  const store = await testStore({ storage: await openMemoryStorage({ migrations: [...migrations, schema] }) })
  for (let n = 0; n < 50; n++) await store.import([{ source: 'chatgpt', key: String(n), messages: [] }])
  const seen = async () =>
    (await store.storage.all<{ position: number }>('SELECT position FROM seen ORDER BY rowid')).map(({ position }) => position)
  const remake = (
    projection: Projection,
    signal = new AbortController().signal,
    onProgress?: (name: string, position: number) => void,
    again = false,
  ) => rebuild(store.storage, store.account.id, store.keys.sealer, projection, signal, onProgress, again)
  return { store, seen, remake, all: Array.from({ length: 52 }, (_, n) => n + 1) }
}

describe('a rebuild', () => {
  it('applies every event once and is done', async () => {
    const { store, seen, remake, all } = await filled()
    const projection = seenProjection(1)
    expect(await outdated(store.storage, store.account.id, [projection])).toEqual([projection])
    await remake(projection)
    expect(await seen()).toEqual(all)
    expect(await outdated(store.storage, store.account.id, [projection])).toEqual([])
    await remake(projection, undefined, undefined, true)
    expect(await seen()).toEqual(all)
  })

  it('goes on where it was cut off, also where a person had asked for it', async () => {
    for (const again of [false, true]) {
      const { store, seen, remake, all } = await filled()
      const projection = seenProjection(1)
      if (again) await remake(projection)
      const stop = new AbortController()
      await expect(
        remake(projection, stop.signal, (_, position) => void (position >= 20 && stop.abort(new Error('cut off'))), again),
      ).rejects.toThrow('cut off')
      const before = await seen()
      expect(before).toEqual(all.slice(0, before.length))
      expect(before.length).toBeLessThan(all.length)
      expect(await outdated(store.storage, store.account.id, [projection])).toEqual([projection])
      const told: number[] = []
      await remake(projection, undefined, (_, position) => told.push(position))
      expect(await seen()).toEqual(all)
      expect(told[0]).toBeGreaterThan(before.length)
      expect(await outdated(store.storage, store.account.id, [projection])).toEqual([])
    }
  })

  it('begins anew for another version, and needs none where an account is new', async () => {
    const { store, seen, remake, all } = await filled()
    await remake(seenProjection(1))
    const later = seenProjection(2)
    expect(await outdated(store.storage, store.account.id, [later])).toEqual([later])
    await remake(later)
    expect(await seen()).toEqual(all)
    await markCurrent(store.storage, 9, [later])
    expect(await outdated(store.storage, 9, [later])).toEqual([])
  })
})
