/**
 * What each device said that it holds, as it was last asked: in memory, and in the store from time to time. It may lag
 * behind the truth, never run ahead of it.
 */
import { decode, encode } from '@ipld/dag-cbor'
import type { VectorClock } from '../contract/api/sync.ts'
import type { Did } from '../contract/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Query, Reader } from '../ports/storage.ts'

/** `clock`: DAG-CBOR `{device: seq}`; `synced`: when it last held everything, 0 where it never did. */
export const acknowledgedMigration = `
CREATE TABLE acknowledged (
  account INTEGER NOT NULL,
  device TEXT NOT NULL,
  clock BLOB NOT NULL,
  synced INTEGER NOT NULL,
  PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;
`
/** Milliseconds between two writes for one device: a device that follows live acknowledges with each event. */
const EVERY = 60_000

interface Known {
  clock: VectorClock
  synced: number
  /** When it was last written; undefined while it was not. */
  written: number | undefined
  dirty: boolean
}
export interface AcknowledgedParts {
  reader: Reader
  clock: Clock
  write(queries: readonly Query[]): Promise<void>
}
export type Acknowledged = ReturnType<typeof createAcknowledged>

export function createAcknowledged({ reader, clock, write }: AcknowledgedParts) {
  const accounts = new Map<number, Promise<Map<Did, Known>>>()
  const writing = new Set<Promise<void>>()
  const read = async (account: number): Promise<Map<Did, Known>> => {
    const rows = await reader.all<{ device: Did; clock: Uint8Array; synced: number }>(
      'SELECT device, clock, synced FROM acknowledged WHERE account = ?',
      [account],
    )
    return new Map(
      rows.map(({ device, clock: bytes, synced }) => [
        device,
        { clock: decode<VectorClock>(bytes), synced, written: undefined, dirty: false },
      ]),
    )
  }
  const of = (account: number): Promise<Map<Did, Known>> => {
    const known = accounts.get(account) ?? read(account)
    accounts.set(account, known)
    known.catch(() => accounts.delete(account))
    return known
  }
  const put = (account: number, device: Did, known: Known): Query => {
    known.written = clock.now()
    known.dirty = false
    return {
      sql: `INSERT INTO acknowledged (account, device, clock, synced) VALUES (?, ?, ?, ?)
        ON CONFLICT (account, device) DO UPDATE SET clock = excluded.clock, synced = excluded.synced`,
      parameters: [account, device, encode(known.clock), known.synced],
    }
  }
  return {
    /** Notes what a device holds; `whole`: that is all that this node holds. Errors: the store's, but for its writing. */
    async note(account: number, device: Did, held: VectorClock, whole: boolean): Promise<void> {
      const devices = await of(account)
      const known = devices.get(device) ?? { clock: {}, synced: 0, written: undefined, dirty: false }
      devices.set(device, known)
      known.clock = held
      if (whole) known.synced = clock.now()
      known.dirty = true
      if (known.written !== undefined && clock.now() - known.written < EVERY) return
      // nobody waits for it, and nothing depends on it: where the disk is full it is written the next time
      const written = write([put(account, device, known)]).catch(() => {
        known.dirty = true
      })
      writing.add(written)
      written.finally(() => writing.delete(written))
    },
    /** When each device last held everything; milliseconds since 1970. */
    async synced(account: number): Promise<ReadonlyMap<Did, number>> {
      return new Map([...(await of(account))].flatMap(([device, { synced }]) => (synced > 0 ? [[device, synced]] : [])))
    },
    /** What a device holds for sure; undefined where it never said. */
    clockOf: async (account: number, device: Did): Promise<VectorClock | undefined> => (await of(account)).get(device)?.clock,
    /** Writes what is not written yet. */
    async close(): Promise<void> {
      await Promise.all(writing)
      const queries: Query[] = []
      for (const [account, devices] of accounts)
        for (const [device, known] of await devices) if (known.dirty) queries.push(put(account, device, known))
      if (queries.length > 0) await write(queries)
    },
  }
}
