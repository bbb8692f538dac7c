/**
 * The names of events and chunks, which are digests: pages of chance. They are noted for many events at once, and
 * before anyone looks one up.
 */
import type { Transaction } from '../ports/storage.ts'
import { chunksBetween } from './chunk-place.ts'

const selectNamed = 'SELECT named FROM account WHERE id = ?'
const selectNewest = 'SELECT max(position) AS position FROM event WHERE account = ?'
// in the order of the index: neighbours share a page
const nameEvents = `INSERT INTO event_name (account, id, position) SELECT account, id, position FROM event WHERE account = ? AND position > ?
  ORDER BY id ON CONFLICT DO NOTHING`
const placeEvents = `INSERT INTO event_seq (account, device, seq, position) SELECT account, device, seq, position FROM event
  WHERE account = ? AND position > ? ORDER BY device, seq ON CONFLICT DO NOTHING`
const nameChunks = `INSERT INTO chunk_name (account, digest, chunk) SELECT account, digest, id FROM chunk WHERE id BETWEEN ? AND ?
  ORDER BY digest ON CONFLICT DO NOTHING`

/** Notes the names of what has come since the last time. */
export async function noteNames(tx: Transaction, account: number): Promise<void> {
  const named = (await tx.get<{ named: number }>(selectNamed, [account]))?.named ?? 0
  const newest = (await tx.get<{ position: number | null }>(selectNewest, [account]))?.position ?? 0
  if (newest <= named) return
  await tx.run(nameEvents, [account, named])
  await tx.run(placeEvents, [account, named])
  await tx.run(nameChunks, chunksBetween(account, named + 1, newest))
  await tx.run('UPDATE account SET named = ? WHERE id = ?', [newest, account])
}

/** Local numbers of the chunks that digests name; what is not here is left out. */
export async function chunksNamed(tx: Transaction, account: number, digests: readonly Uint8Array[]): Promise<number[]> {
  if (digests.length > 0) await noteNames(tx, account)
  const found: number[] = []
  for (const digest of digests) {
    const row = await tx.get<{ chunk: number }>('SELECT chunk FROM chunk_name WHERE account = ? AND digest = ?', [
      account,
      digest,
    ])
    if (row) found.push(row.chunk)
  }
  return found
}

/** Where the event of an id stands in this store. */
export async function positionNamed(tx: Transaction, account: number, id: Uint8Array): Promise<number | undefined> {
  return (await tx.get<{ position: number }>('SELECT position FROM event_name WHERE account = ? AND id = ?', [account, id]))
    ?.position
}

const selectAt = `SELECT e.id, e.position, e.milliseconds, e.counter FROM event_seq s JOIN event e ON e.account = s.account AND e.position = s.position
  WHERE s.account = ? AND s.device = ? AND s.seq = ?`
/** An event as its chain finds it. */
export interface PlacedEvent {
  id: Uint8Array
  position: number
  milliseconds: number
  counter: number
}

/** A device's event by its number; `device` is its local number. */
export async function eventAt(tx: Transaction, account: number, device: number, seq: number): Promise<PlacedEvent | undefined> {
  const found = await tx.get<PlacedEvent>(selectAt, [account, device, seq])
  if (found) return found
  await noteNames(tx, account)
  return tx.get<PlacedEvent>(selectAt, [account, device, seq])
}
