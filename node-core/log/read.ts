/** Reading the log: stored events in order of position. */
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { openChunk, valueIn } from './chunk.ts'
import { chunksBetween } from './chunk-place.ts'
import type { StoredEvent, StoredPart } from './projection.ts'

interface Row {
  position: number
  id: Uint8Array
  did: Did
  owner: Did
  seq: number
  milliseconds: number
  counter: number
  type: string
}
interface ChunkRow {
  id: number
  digest: Uint8Array
  sealed: Uint8Array | null
}

const PAGE = 200
const selectEvents = `SELECT e.position, e.id, d.did, a.did AS owner, e.seq, e.milliseconds, e.counter, e.type
  FROM event e JOIN device d ON d.account = e.account AND d.id = e.device JOIN account a ON a.id = e.account
  WHERE e.account = ? AND e.position > ? AND (d.cut IS NULL OR e.seq <= d.cut) ORDER BY e.position LIMIT ?`
const selectChunks = 'SELECT id, digest, sealed FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id'

/** Events that stand after `position`, oldest first, at most `limit`. Payload parts are opened when their value is asked for. */
export async function readEvents(
  reader: Reader,
  account: number,
  sealer: Sealer,
  position: number,
  limit = PAGE,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for (const row of await reader.all<Row>(selectEvents, [account, position, limit])) {
    const chunks = await reader.all<ChunkRow>(selectChunks, chunksBetween(account, row.position, row.position))
    events.push({
      account,
      owner: row.owner,
      position: row.position,
      id: row.id,
      device: row.did,
      seq: row.seq,
      time: [row.milliseconds, row.counter],
      type: row.type,
      parts: chunks.map((chunk) => partOf(account, sealer, chunk)),
    })
  }
  return events
}

function partOf(account: number, sealer: Sealer, row: ChunkRow): StoredPart {
  return {
    chunk: row.id,
    digest: row.digest,
    value: () => (row.sealed ? valueIn(openChunk(account, row.digest, row.sealed, sealer)) : undefined),
  }
}
