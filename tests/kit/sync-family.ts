/**
 * Devices of one account, made once and used for many schedules: keys are expensive. Each time their stores are put back
 * to what they held in the beginning, and what a process would remember is new.
 */
import { MemoryBlobs } from '../../node-core/adapters/blobs-memory/blobs.ts'
import type { Storage, Value } from '../../node-core/ports/storage.ts'
import { type FakeClock, fakeClock, seededRandom } from './clock.ts'
import { secondNode } from './second-node.ts'
import { type TestStore, testStore } from './store.ts'

/** When every schedule begins. */
export const beginning = Date.UTC(2026, 10, 1)
/** Conversations that all devices hold from the beginning: what they say of them later is often said at once. */
export const keys = [0, 1, 2]

interface Member {
  storage: Storage
  keychain: TestStore['keychain']
  restore(): Promise<void>
}
export interface Device {
  store: TestStore
  clock: FakeClock
  blobs: MemoryBlobs
  imports: Uint8Array[]
  /** What it holds at this moment; answers how to put it back to that. */
  copy(): Promise<() => Promise<void>>
}

export async function makeFamily(size: number) {
  const first = await testStore({ seed: 'family', clock: fakeClock(beginning) })
  await first.import(
    keys.map((key) => ({ source: 'chatgpt' as const, key: `c${key}`, title: `c${key}`, updated: beginning - 1e9, messages: [] })),
  )
  const members: Member[] = []
  const all = [first]
  for (let n = 1; n < size; n++) all.push(await secondNode(first, `family/${n}`, fakeClock(beginning)))
  for (const { storage, keychain } of all) members.push({ storage, keychain, restore: await snapshot(storage) })
  return {
    /** The first `count` devices as they were in the beginning; `skew` says how wrong each one's clock is. */
    async begin(seed: number, count: number, skew: () => number): Promise<Device[]> {
      const devices: Device[] = []
      for (const [n, member] of members.slice(0, count).entries()) {
        await member.restore()
        const clock = fakeClock(beginning + (n === 0 ? 0 : skew()))
        const blobs = new MemoryBlobs(() => clock.now())
        const random = seededRandom(`${seed}/${n}`)
        const store = await testStore({ ...member, blobs, clock, random })
        devices.push({ store, clock, blobs, imports: [], copy: () => snapshot(member.storage) })
      }
      return devices
    },
    /** The same store, opened anew: whatever a process remembered is gone. */
    restarted: ({ store: { storage, keychain, random }, blobs, clock }: Device): Promise<TestStore> =>
      testStore({ storage, keychain, blobs, clock, random }),
    async [Symbol.asyncDispose]() {
      for (const { storage } of members) await storage[Symbol.asyncDispose]()
    },
  }
}
export type Family = Awaited<ReturnType<typeof makeFamily>>

/** Answers how to put a store back to what it holds now. */
async function snapshot(storage: Storage): Promise<() => Promise<void>> {
  const tables = await storage.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  )
  const held: { name: string; insert: string; rows: Value[][] }[] = []
  for (const { name } of tables) {
    const columns = (await storage.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', [name])).map((one) => one.name)
    const rows = await storage.all<Record<string, Value>>(`SELECT ${columns.join(', ')} FROM ${name}`)
    const insert = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    held.push({ name, insert, rows: rows.map((row) => columns.map((column) => row[column] as Value)) })
  }
  return () =>
    storage.transaction(async (tx) => {
      for (const { name } of held) await tx.run(`DELETE FROM ${name}`)
      for (const { insert, rows } of held) for (const row of rows) await tx.run(insert, row)
    })
}
