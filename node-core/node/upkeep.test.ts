import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../tests/kit/clock.ts'
import { testStore } from '../../tests/kit/store.ts'
import { MemoryBlobs } from '../adapters/blobs-memory/blobs.ts'
import type { BlobId } from '../contract/ids.ts'
import { createWakeups } from '../log/follow.ts'
import { createPace } from './pace.ts'
import { createUpkeep, type UpkeepParts } from './upkeep.ts'

const DAY = 86_400_000
async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** A store with one file in use and one that nothing uses, and a way to run the upkeep's beginning to its end. */
async function opened() {
  const clock = fakeClock()
  const blobs = new MemoryBlobs(() => clock.now())
  const store = await testStore({ clock, blobs })
  const { did } = store.account
  const used = (await blobs.put(did, bytes('a picture'))).id
  const stray = (await blobs.put(did, bytes('of an import that was cancelled'))).id
  await store.import([
    {
      source: 'chatgpt',
      key: 'a',
      messages: [
        {
          id: 'm',
          parent: null,
          role: 'user',
          parts: [{ type: 'attachment', kind: 'image', name: 'p', mime: 'image/png', pointer: 'p', blob: used }],
        },
      ],
    },
  ])
  const errors: unknown[] = []
  const begin = async (parts: Partial<UpkeepParts> = {}): Promise<void> => {
    const swept = Promise.withResolvers<void>()
    const { reader, storage, writer, keyring } = store
    const upkeep = createUpkeep({
      reader,
      keysOf: keyring.keysOf,
      blobs,
      clock,
      transactor: storage,
      tailOf: (account) => ({ account, reader, sealer: store.keys.sealer, wakeups: createWakeups() }),
      importing: () => false,
      pace: createPace(),
      countSeals: async () => {},
      after: () => () => {},
      onError: (error) => void errors.push(error),
      ...parts,
      writer: {
        mergeSearch: async () => false,
        append: writer.append,
        shrink: async () => {},
        async write(queries) {
          await writer.write(queries)
          // the last thing that a sweep does
          if (queries.some(({ sql }) => sql.includes('SET files'))) swept.resolve()
        },
      },
    })
    upkeep.watch(store.account)
    if (parts.importing === undefined) await swept.promise
    await upkeep.close()
    expect(errors).toEqual([])
  }
  const kept = async () => Promise.all([used, stray].map(async (id: BlobId) => (await blobs.size(did, id)) !== undefined))
  const counted = async () => (await store.reader.get<{ files: number }>('SELECT files FROM account', []))?.files
  return { store, clock, begin, kept, counted }
}

describe('the sweep of files', () => {
  it('removes what nothing uses after a day, and counts what is left', async () => {
    const { clock, begin, kept, counted } = await opened()
    clock.advance(DAY - 1)
    await begin()
    expect(await kept()).toEqual([true, true])
    expect(await counted()).toBe('a picture'.length + 'of an import that was cancelled'.length)
    clock.advance(2)
    await begin()
    expect(await kept()).toEqual([true, false])
    expect(await counted()).toBe('a picture'.length)
  })

  it('waits while an import runs', async () => {
    const { clock, begin, kept } = await opened()
    clock.advance(2 * DAY)
    await begin({ importing: () => true })
    expect(await kept()).toEqual([true, true])
  })

  it('waits for power, and is caught up with', async () => {
    const { store, clock, begin, kept } = await opened()
    clock.advance(2 * DAY)
    const pace = createPace()
    pace.set({ level: 'saving', sync: true })
    const done = begin({ pace })
    // many times what a sweep takes where it is not held back
    for (let turn = 0; turn < 200; turn++) await store.reader.get('SELECT files FROM account', [])
    expect(await kept()).toEqual([true, true])
    pace.set({ level: 'normal', sync: true })
    await done
    expect(await kept()).toEqual([true, false])
  })

  it('removes nothing while the library is being made anew and does not know its files', async () => {
    const { store, clock, begin, kept } = await opened()
    clock.advance(2 * DAY)
    await store.storage.transaction(async (tx) => {
      await tx.run("UPDATE projection SET position = 1 WHERE name = 'library'")
      await tx.run('DELETE FROM blob')
    })
    await begin()
    expect(await kept()).toEqual([true, true])
  })
})

describe('notes', () => {
  it('become one part once nobody writes on them', async () => {
    const { store, clock, begin } = await opened()
    const note = await store.call('notes.create', { text: '0' })
    for (let n = 1; n < 40; n++) await store.call('notes.update', { note: note.id, text: `${n}` })
    await begin()
    expect(await store.events()).not.toContain('library.note-compacted')
    clock.advance(60_001)
    await begin()
    expect((await store.events()).slice(-2)).toEqual(['library.note-written', 'library.note-compacted'])
    expect((await store.call('notes.get', { note: note.id })).text).toBe('39')
  })

  it('that were held back are caught up with, however long ago they were written', async () => {
    const { store, clock, begin } = await opened()
    const note = await store.call('notes.create', { text: '0' })
    for (let n = 1; n < 40; n++) await store.call('notes.update', { note: note.id, text: `${n}` })
    clock.advance(10 * DAY)
    const pace = createPace()
    pace.set({ level: 'saving', sync: true })
    const ticks: (() => void)[] = []
    const after = (milliseconds: number, run: () => void) => {
      if (milliseconds === 60_000) ticks.push(run)
      return () => {}
    }
    const done = begin({ pace, after })
    expect(ticks.length).toBeGreaterThan(0)
    pace.set({ level: 'normal', sync: true })
    for (const tick of [...ticks]) tick()
    await done
    expect((await store.events()).at(-1)).toBe('library.note-compacted')
  })
})
