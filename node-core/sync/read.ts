/** What a store holds of an account's events, and what of it another node lacks. */
import { type SignedEvent, SYNC_CHANGES, SYNC_PARTS, type SyncPosition, type VectorClock } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import { type ChainId, chainIdOf, type Did } from '../contract/ids.ts'
import { eventIdOf } from '../log/cid.ts'
import { isSigned } from '../log/envelope.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { plain, readEvents } from './read-events.ts'

/** The newest event of a device, or of a part of its chain where that was forked. */
export interface ChainEnd {
  device: ChainId
  seq: number
  id: Uint8Array
}
/** One with its local number and place, and where it begins: behind which other, and with which number. */
export interface StoredHead extends ChainEnd {
  local: number
  parent: number | null
  first: number
  position: number
}
/** What a store holds, as of one moment. */
export interface Held {
  heads: StoredHead[]
  /** The newest event's place; 0 where there is none. */
  position: number
}
export interface Account {
  id: number
  sealer: Sealer
  /** Looks up the places of the parts of imports that are given; all are where it is absent. Asked only where something is lacking. */
  within?: (() => Promise<ReadonlySet<number>>) | undefined
}
/**
 * Events to be sent, causes first. Those that have no signature of their own stand before one of their device's that has: a
 * page ends where the last one of each device is signed.
 */
export interface Page {
  events: SignedEvent[]
  /** Of which chain each of them is, and under which number. */
  places: { device: ChainId; seq: number }[]
  /** Up to here the other node holds everything once it has taken these. */
  position: number
  more: boolean
}

/** Bytes of payload and envelopes in one page; one run of events may be larger. */
const PAGE_BYTES = 1024 * 1024
const PAGE_EVENTS = 500
/** A run is no longer, because it came in one request; nor is a page. */
const PLACES = SYNC_CHANGES

const selectHeads =
  'SELECT id AS local, did, part, first, parent, seq, head AS id, position FROM device WHERE account = ? AND seq > 0 ORDER BY did, part'
const selectPlaced = `SELECT position FROM event_seq WHERE account = ? AND device = ? AND seq > ? AND position > ? AND position <= ?
  ORDER BY seq LIMIT ${PLACES}`
const selectTail =
  'SELECT position, device, seq FROM event WHERE account = ? AND position > ? AND position <= ? ORDER BY position'
const selectHere = 'SELECT digest FROM chunk WHERE id = ? AND sealed IS NOT NULL'
const selectId = `SELECT e.id FROM event_seq s JOIN event e ON e.account = s.account AND e.position = s.position
  WHERE s.account = ? AND s.device = ? AND s.seq = ?`
const selectTailId = 'SELECT id FROM event WHERE account = ? AND position > ? AND device = ? AND seq = ?'

/** The newest events of all devices. */
export async function readHeld(reader: Reader, account: number): Promise<Held> {
  const rows = await reader.all<StoredHead & { did: Did; part: Uint8Array }>(selectHeads, [account])
  const heads = rows.map(({ did, part, ...head }): StoredHead => {
    return { ...head, device: chainIdOf(did, part.length > 0 ? eventIdOf(part) : undefined) }
  })
  return { heads, position: heads.reduce((most, head) => Math.max(most, head.position), 0) }
}

/** `{device: seq}` of what is held. */
export const clockOf = ({ heads }: Held): VectorClock => Object.fromEntries(heads.map(({ device, seq }) => [device, seq]))

/** The epoch of an account's positions: random, new whenever the store's order is another. */
export async function epochOf(reader: Reader, account: number): Promise<Uint8Array> {
  const row = await reader.get<{ epoch: Uint8Array }>('SELECT epoch FROM account WHERE id = ?', [account])
  return plain(row?.epoch ?? new Uint8Array(16))
}

/** Where reading goes on: behind a position that was given here, else, by the clock alone, from the beginning. */
export const floorOf = (cursor: SyncPosition | null, epoch: Uint8Array, held: Held): number =>
  cursor && Buffer.compare(cursor.epoch, epoch) === 0 && cursor.seq <= held.position ? cursor.seq : 0

/** The next events of `held` behind `floor` that the clock does not count. A device in `without` is left out. */
export async function readLacking(
  reader: Reader,
  { within, ...account }: Account,
  held: Held,
  clock: VectorClock,
  floor: number,
  without: ReadonlySet<ChainId> = new Set(),
): Promise<Page> {
  const lagging = new Map(
    held.heads
      .filter(({ device, seq, position }) => seq > (clock[device] ?? 0) && position > floor && !without.has(device))
      .map(({ local, device }) => [local, clock[device] ?? 0]),
  )
  if (lagging.size === 0) return { events: [], places: [], position: held.position, more: false }
  const positions = await positionsOf(reader, account.id, held, lagging, floor)
  const given = { ...account, within: await within?.() }
  const events: SignedEvent[] = []
  const places: Page['places'] = []
  const names = new Map(held.heads.map(({ local, device }) => [local, device]))
  let size = 0
  /** Parts of chains whose newest event of the page is proved by none of it. What begins a part goes on with another. */
  const open = new Set<number>()
  const starts = new Map(held.heads.map(({ local, first, parent }) => [local, { first, parent }]))
  /** Up to where the page holds whole runs. */
  let whole = { count: 0, position: floor }
  for await (const { position: next, local, seq, ...event } of readEvents(reader, given, positions)) {
    if (whole.count > 0 && (events.length >= PAGE_EVENTS || size >= PAGE_BYTES)) {
      const { count, position } = whole
      return { events: events.slice(0, count), places: places.slice(0, count), position, more: true }
    }
    const device = names.get(local)
    if (device === undefined) throw new VivimError('storage-corrupt', 'An event is of no device.')
    places.push({ device, seq })
    size += event.envelope.length + event.chunks.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0)
    events.push(device.includes('#') ? { ...event, chain: device } : event)
    const follows = seq === starts.get(local)?.first ? starts.get(local)?.parent : null
    if (follows != null) open.delete(follows)
    if (isSigned(event.envelope)) open.delete(local)
    else open.add(local)
    if (open.size === 0) whole = { count: events.length, position: next }
  }
  const more = positions.length === PLACES
  return { events, places, position: more ? (positions.at(-1) ?? floor) : held.position, more }
}

/** Places of the first events of devices behind given numbers; some more than a page holds, where there are. */
async function positionsOf(
  reader: Reader,
  account: number,
  held: Held,
  lagging: ReadonlyMap<number, number>,
  floor: number,
): Promise<number[]> {
  // asked first: what is placed in between is then found twice, and not missed
  const named = await namedUpTo(reader, account)
  const found = new Set<number>()
  for (const [local, seq] of lagging) {
    const rows = await reader.all<{ position: number }>(selectPlaced, [account, local, seq, floor, held.position])
    for (const { position } of rows) found.add(position)
  }
  const tail = await reader.all<{ position: number; device: number; seq: number }>(selectTail, [
    account,
    Math.max(named, floor),
    held.position,
  ])
  for (const { position, device, seq } of tail) if (seq > (lagging.get(device) ?? Number.POSITIVE_INFINITY)) found.add(position)
  return [...found].sort((a, b) => a - b).slice(0, PLACES)
}

async function namedUpTo(reader: Reader, account: number): Promise<number> {
  return (await reader.get<{ named: number }>('SELECT named FROM account WHERE id = ?', [account]))?.named ?? 0
}

/** The digests of parts that are here, by their places in order behind `after`; where the list goes on, null at its end. */
export async function readParts(
  reader: Reader,
  places: ReadonlySet<number>,
  after: number | null,
): Promise<{ parts: Uint8Array[]; next: number | null }> {
  const sorted = [...places].filter((place) => place > (after ?? -1)).sort((a, b) => a - b)
  const page = sorted.slice(0, SYNC_PARTS)
  const parts: Uint8Array[] = []
  for (const place of page) {
    const row = await reader.get<{ digest: Uint8Array }>(selectHere, [place])
    if (row) parts.push(plain(row.digest))
  }
  return { parts, next: sorted.length > page.length ? (page.at(-1) ?? null) : null }
}

/** The event with which a device's chain begins; undefined where it has none, or was forked. */
export async function readFirst(reader: Reader, account: Omit<Account, 'within'>, device: Did): Promise<SignedEvent | undefined> {
  const held = await readHeld(reader, account.id)
  const head = held.heads.find((one) => one.device === device)
  const [position] = head ? await positionsOf(reader, account.id, held, new Map([[head.local, 0]]), 0) : []
  if (position === undefined) return undefined
  for await (const { envelope, chunks } of readEvents(reader, account, [position])) return { envelope, chunks }
  return undefined
}

/** The id of a device's event by its number. */
export async function readId(
  reader: Reader,
  account: number,
  held: Held,
  device: ChainId,
  seq: number,
): Promise<Uint8Array | undefined> {
  const head = held.heads.find((one) => one.device === device)
  if (!head || seq > head.seq) return undefined
  const named = await namedUpTo(reader, account)
  const row =
    (await reader.get<{ id: Uint8Array }>(selectId, [account, head.local, seq])) ??
    (await reader.get<{ id: Uint8Array }>(selectTailId, [account, named, head.local, seq]))
  return row?.id
}
