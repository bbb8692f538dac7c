/** Parts whose bytes were not here when their events came: what is awaited, and what becomes of one that comes. */
import { isVivimError } from '../contract/errors.ts'
import { type EventType, eventTypes } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader, Transaction, Transactor } from '../ports/storage.ts'
import { claim } from './append.ts'
import { openChunk, sealChunk, valueIn } from './chunk.ts'
import { chunksBetween, chunksOfAccount } from './chunk-place.ts'
import { digestOf } from './cid.ts'
import { limits } from './envelope.ts'
import { chunksNamed } from './names.ts'
import type { Projection, StoredPart } from './projection.ts'
import { currentOf } from './rebuild.ts'

const selectAwaited = `SELECT k.id, k.digest FROM chunk_awaited a JOIN chunk k ON k.id = a.chunk
  WHERE a.chunk BETWEEN ? AND ? AND a.chunk > ?
  -- a projection that is made anew awaits everything until it has met the tombstones
  AND NOT EXISTS (SELECT 1 FROM projection p WHERE p.account = ? AND (p.position IS NOT NULL OR p.version = 0))
  ORDER BY a.chunk LIMIT ?`
/** Counting ends here. */
const MANY = 1000
const countAwaited = `SELECT count(*) AS count FROM (SELECT 1 FROM chunk_awaited WHERE chunk BETWEEN ? AND ? LIMIT ${MANY})`

/** Digests of awaited parts behind a local number, at most `limit`, with theirs. */
export const awaitedChunks = (reader: Reader, account: number, after: number, limit: number) =>
  reader.all<{ id: number; digest: Uint8Array }>(selectAwaited, [...chunksOfAccount(account), after, account, limit])

/** How many parts are awaited, up to a thousand. */
export const awaitedCount = async (reader: Reader, account: number): Promise<number> =>
  (await reader.get<{ count: number }>(countAwaited, chunksOfAccount(account)))?.count ?? 0

const selectNamed =
  'SELECT k.digest, k.sealed FROM chunk_name n JOIN chunk k ON k.id = n.chunk WHERE n.account = ? AND n.digest = ?'
const selectUnnamed = 'SELECT digest, sealed FROM chunk WHERE id BETWEEN ? AND ? AND digest = ?'

/** The bytes of a part as it was signed; undefined where they are not here. Errors: `seal-broken`, `event-chunks`. */
export async function chunkBytes(
  reader: Reader,
  account: number,
  sealer: Sealer,
  digest: Uint8Array,
): Promise<Uint8Array | undefined> {
  const row = await reader.get<{ named: number; newest: number | null }>(
    'SELECT named, (SELECT max(position) FROM event e WHERE e.account = a.id) AS newest FROM account a WHERE id = ?',
    [account],
  )
  const found =
    (await reader.get<{ sealed: Uint8Array | null }>(selectNamed, [account, digest])) ??
    (row && (row.newest ?? 0) > row.named
      ? await reader.get<{ sealed: Uint8Array | null }>(selectUnnamed, [
          ...chunksBetween(account, row.named + 1, row.newest ?? 0),
          digest,
        ])
      : undefined)
  return found?.sealed ? openChunk(account, digest, found.sealed, sealer) : undefined
}

interface EventRow {
  position: number
  id: Uint8Array
  did: Did
  owner: Did
  device: number
  seq: number
  milliseconds: number
  counter: number
  type: string
  cut: number | null
}
const selectEvent = `SELECT e.position, e.id, d.did, a.did AS owner, e.device, e.seq, e.milliseconds, e.counter, e.type, d.cut
  FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position
  JOIN device d ON d.account = e.account AND d.id = e.device JOIN account a ON a.id = e.account
  WHERE k.id = ? AND EXISTS (SELECT 1 FROM chunk_awaited w WHERE w.chunk = k.id)`

/**
 * Stores the bytes of awaited parts, and applies what they say. Answers how many it took; what is not awaited, or is no
 * part of its event's type, is left alone. Error: `quota-exceeded`.
 */
export async function refill(
  storage: Transactor,
  account: number,
  sealer: Sealer,
  projections: readonly Projection[],
  chunks: readonly Uint8Array[],
): Promise<number> {
  let taken = 0
  for (const bytes of chunks) {
    if (bytes.length > limits.chunkBytes) continue
    if (await storage.transaction((tx) => refillOne(tx, account, sealer, projections, bytes))) taken++
  }
  return taken
}

async function refillOne(
  tx: Transaction,
  account: number,
  sealer: Sealer,
  projections: readonly Projection[],
  bytes: Uint8Array,
): Promise<boolean> {
  // a rebuild may have passed its event
  if ((await currentOf(tx, account, projections)).length < projections.length) return false
  const [chunk] = await chunksNamed(tx, account, [digestOf(bytes)])
  const event = chunk === undefined ? undefined : await tx.get<EventRow>(selectEvent, [chunk])
  if (chunk === undefined || !event) return false
  const value = attempt(() => valueIn(bytes))
  const schema = Object.hasOwn(eventTypes, event.type) ? eventTypes[event.type as EventType] : undefined
  if (value === undefined || (schema && !schema.safeParse(value).success)) return false
  const { sealed, size, digest } = sealChunk(account, bytes, sealer)
  await claim(tx, account, sealed.length)
  await tx.run('UPDATE chunk SET size = ?, sealed = ? WHERE id = ?', [size, sealed, chunk])
  await tx.run('UPDATE device SET used = used + ? WHERE account = ? AND id = ?', [sealed.length, account, event.device])
  await tx.run('DELETE FROM chunk_awaited WHERE chunk = ?', [chunk])
  if (event.cut !== null && event.seq > event.cut) return true
  const part: StoredPart = { chunk, digest, value: () => value }
  const { position, id, owner, did: device, seq, milliseconds, counter, type } = event
  for (const projection of projections) {
    const stored = { account, owner, position, id, device, seq, time: [milliseconds, counter] as const, type }
    await projection.apply(tx, { ...stored, parts: [part], refilled: true })
  }
  return true
}

/** Undefined where the bytes are no part. */
function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (isVivimError(error, 'event-chunks')) return undefined
    throw error
  }
}
