/**
 * The only write path of the domain: events in, projections along, one transaction.
 *
 * Invariants: events of one account are numbered, chained and clocked without gaps; an append that resolves is on
 * disk with everything that its projections derive; one that rejects has left nothing.
 */
import type { KeyObject } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { VivimError } from '../contract/errors.ts'
import { type EventType, eventTypes, type PartOf } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction, Transactor } from '../ports/storage.ts'
import { chunkOf, encodeValue, openChunk, type SealedChunk, sealChunk, valueIn } from './chunk.ts'
import { chunkAt } from './chunk-place.ts'
import { compareHlc, type Head, type Hlc, limits, nextHlc, signEnvelope } from './envelope.ts'
import { unreportedForks } from './forks.ts'
import { noteNames } from './names.ts'
import type { Projection, StoredEvent, StoredPart } from './projection.ts'
import { currentOf } from './rebuild.ts'
import { isAuthority, notePlace, settleCuts } from './stored-authority.ts'

/** An event to be made, its parts as values. */
export type Change = { [T in EventType]: { type: T; parts: PartOf<T>[]; prepared?: unknown } }[EventType]
/** An event to be made whose chunks were encoded and sealed elsewhere (by the importer's thread). */
export interface PreparedChange {
  type: EventType
  chunks: SealedChunk[]
  prepared?: unknown
}
/** What an append answers for each change. */
export interface Appended {
  id: Uint8Array
  position: number
}

/** What the log needs of an account's keys. */
export interface Signer {
  did: Did
  key: KeyObject
  sealer: Sealer
}
export interface LogParts {
  storage: Transactor
  /** The device that signs for an account, by the account's local number; undefined where it is not open. */
  signer(account: number): Signer | undefined
  projections: readonly Projection[]
  clock: Clock
  random: RandomBytes
  /** Told after each commit, for followers: there is more. Must not throw. */
  onCommit?(account: number): void
}
export interface Log {
  /**
   * Makes, signs and stores events of this node's device (or of `as`: the root key signs a genesis).
   * Errors: `unavailable`, `event-revoked` where the device was revoked, `event-fork` where its key is in use twice, `quota-exceeded`, `event-too-large`, `event-schema`, the store's.
   */
  append(account: number, changes: readonly (Change | PreparedChange)[], as?: Signer): Promise<Appended[]>
  /**
   * Says of devices whose keys are in use twice that it is so, where nobody has said it. It is said before anything else is, at
   * the latest. Errors: those of an append.
   */
  reportForks(account: number): Promise<void>
  /** Lets go of what is remembered of an account's chain; called inside the transaction that stores others' events. */
  forget(account: number): void
}

/** Where one device's chain stands. */
interface Chain {
  owner: Did
  signer: Signer
  device: number
  seq: number
  prev: Uint8Array | null
  position: number
  time: Hlc
  deps: Head[]
  /** Events and chunks whose names are not noted yet, as far as this process made them. */
  unnamed: number
}
interface Waiting {
  account: number
  changes: readonly (Change | PreparedChange)[]
  as: Signer | undefined
  resolve(done: Appended[]): void
  reject(error: unknown): void
}
/** Appends that wait while a commit syncs share the next one; this many changes at most, to keep transactions short. */
const GROUP = 64
/** Names are noted for so many events and chunks at once: some milliseconds. */
const NAMES = 512

/** Opens the log over a store. */
export function createLog(parts: LogParts): Log {
  const chains = new Map<number, Chain>()
  const waiting: Waiting[] = []
  let running = false

  async function drain(): Promise<void> {
    running = true
    for (;;) {
      // appends come from other threads one message at a time: all that are here by now share the commit
      await setImmediate()
      const group = nextGroup(waiting)
      if (group.length === 0) break
      const failed = await commit(group)
      if (!failed) continue
      // one bad append must not take its neighbours along: each is tried alone
      for (const one of group) {
        const alone = group.length > 1 ? await commit([one]) : failed
        if (alone) one.reject(alone.error)
      }
    }
    running = false
  }

  const enqueue = (account: number, changes: Waiting['changes'], as: Signer | undefined): Promise<Appended[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ account, changes, as, resolve, reject })
      if (!running) void drain()
    })

  async function commit(group: readonly Waiting[]): Promise<{ error: unknown } | undefined> {
    const accounts = new Set(group.map((one) => one.account))
    let results: Appended[][]
    try {
      results = await parts.storage.transaction(async (tx) => {
        const out: Appended[][] = []
        for (const one of group) out.push(await write(tx, one))
        return out
      })
    } catch (error) {
      for (const account of accounts) chains.delete(account)
      return { error }
    }
    // told first: who reads after an answer must not be shown what was cached before
    for (const account of accounts) parts.onCommit?.(account)
    for (const [n, one] of group.entries()) one.resolve(results[n] ?? [])
    return undefined
  }

  async function write(tx: Transaction, { account, changes, as }: Waiting): Promise<Appended[]> {
    const signer = as ?? parts.signer(account)
    if (!signer) throw new VivimError('unavailable', 'The account is not open.')
    const cached = chains.get(account)
    const chain = cached?.signer.did === signer.did ? cached : await loadChain(tx, account, signer)
    chains.set(account, chain)
    const reports = cached === chain || as ? [] : await unreportedForks(tx, account, signer)
    return (await put(tx, account, signer, chain, [...reports, ...changes])).slice(reports.length)
  }

  async function put(
    tx: Transaction,
    account: number,
    signer: Signer,
    chain: Chain,
    changes: readonly (Change | PreparedChange)[],
  ): Promise<Appended[]> {
    if (changes.length === 0) return []
    const ready = changes.map((change) =>
      'chunks' in change ? change.chunks : sealParts(account, change, signer.sealer, parts.random),
    )
    const bytes = ready.flat().reduce((sum, chunk) => sum + chunk.sealed.length, 0)
    await claim(tx, account, bytes)
    const current = await currentOf(tx, account, parts.projections)
    const out: Appended[] = []
    let authority = false
    for (const [n, change] of changes.entries()) {
      const event = await insert(tx, account, chain, change, ready[n] ?? [], parts.clock.now())
      for (const projection of current) await projection.apply(tx, event)
      out.push({ id: event.id, position: event.position })
      if (!isAuthority(event.type)) continue
      authority = true
      await notePlace(tx, account, event.position)
    }
    const { device, seq, prev, position, time } = chain
    await tx.run(upsertDevice, [account, device, signer.did, nothing, null, 1, seq, prev, position, time[0], time[1], bytes])
    if (authority) await settleCuts(tx, account, signer.sealer)
    chain.unnamed += changes.length + ready.flat().length
    if (chain.unnamed >= NAMES) {
      await noteNames(tx, account)
      chain.unnamed = 0
    }
    return out
  }

  return {
    forget: (account) => void chains.delete(account),
    append: (account, changes, as) => (changes.length === 0 ? Promise.resolve([]) : enqueue(account, changes, as)),
    async reportForks(account) {
      await enqueue(account, [], undefined)
    },
  }
}

/** A chain that was forked is written no longer: this device's row is that of a whole one. */
const nothing = new Uint8Array()

/** Takes as many waiting appends as share one transaction. */
function nextGroup(waiting: Waiting[]): Waiting[] {
  let size = 0
  let end = 0
  while (end < waiting.length && (end === 0 || size + (waiting[end]?.changes.length ?? 0) <= GROUP))
    size += waiting[end++]?.changes.length ?? 0
  return waiting.splice(0, end)
}

async function insert(
  tx: Transaction,
  account: number,
  chain: Chain,
  change: Change | PreparedChange,
  chunks: readonly SealedChunk[],
  now: number,
): Promise<StoredEvent> {
  if (chunks.length > limits.chunks) throw new VivimError('event-too-large', `${chunks.length} parts.`)
  const { signer, deps, prev } = chain
  chain.time = nextHlc(chain.time, now)
  chain.seq += 1
  chain.position += 1
  const signed = signEnvelope(
    {
      owner: chain.owner,
      device: signer.did,
      seq: chain.seq,
      prev,
      deps,
      time: chain.time,
      type: change.type,
      chunks: chunks.map((chunk) => chunk.digest),
    },
    signer.key,
  )
  chain.prev = signed.id
  chain.deps = []
  await tx.run(insertEvent, [
    account,
    chain.position,
    signed.id,
    chain.device,
    chain.seq,
    chain.time[0],
    chain.time[1],
    change.type,
    signed.bytes,
  ])
  const stored: StoredPart[] = []
  for (const [part, chunk] of chunks.entries()) {
    const place = chunkAt(account, chain.position, part)
    await tx.run(insertChunk, [place, chunk.digest, chunk.size, chunk.sealed])
    const value =
      'chunks' in change ? () => valueIn(openChunk(account, chunk.digest, chunk.sealed, signer.sealer)) : () => change.parts[part]
    stored.push({ chunk: place, digest: chunk.digest, value })
  }
  return {
    account,
    owner: chain.owner,
    position: chain.position,
    id: signed.id,
    device: signer.did,
    seq: chain.seq,
    time: chain.time,
    type: change.type,
    parts: stored,
    ...('prepared' in change ? { prepared: change.prepared } : {}),
  }
}

function sealParts(account: number, change: Change, sealer: Sealer, random: RandomBytes): SealedChunk[] {
  return change.parts.map((part) => {
    const checked = eventTypes[change.type].safeParse(part)
    if (!checked.success) throw new VivimError('event-schema', change.type, { cause: checked.error })
    return sealChunk(account, chunkOf(encodeValue(part), random), sealer)
  })
}

export const insertEvent =
  'INSERT INTO event (account, position, id, device, seq, milliseconds, counter, type, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
export const insertChunk = 'INSERT INTO chunk (id, digest, size, sealed) VALUES (?, ?, ?, ?)'
export const upsertDevice = `INSERT INTO device (account, id, did, part, parent, first, seq, head, position, milliseconds, counter, used)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, id) DO UPDATE SET seq = excluded.seq, head = excluded.head, position = excluded.position,
    milliseconds = excluded.milliseconds, counter = excluded.counter, used = used + excluded.used`

/** The quota (0: none), and the bytes of log and files together. */
export const selectUsed =
  'SELECT quota, files + (SELECT coalesce(sum(used), 0) FROM device d WHERE d.account = a.id) AS used FROM account a WHERE id = ?'

/** Holds new bytes against the account's quota. Error: `quota-exceeded`. */
export async function claim(tx: Transaction, account: number, bytes: number): Promise<void> {
  const row = await tx.get<{ quota: number; used: number }>(selectUsed, [account])
  if (row && row.quota !== 0 && row.used + bytes > row.quota) throw new VivimError('quota-exceeded')
}

interface DeviceRow {
  id: number
  did: Did
  part: Uint8Array
  seq: number
  head: Uint8Array
  milliseconds: number
  counter: number
  /** Where its newest event stands in this store. */
  position: number
  cut: number | null
}
const selectDevices =
  'SELECT id, did, part, seq, head, milliseconds, counter, position, cut FROM device WHERE account = ? ORDER BY did'

/** Reads where a device's chain stands: its newest event, and the heads that others have got to since. */
async function loadChain(tx: Transaction, account: number, signer: Signer): Promise<Chain> {
  const owner = await tx.get<{ did: Did }>('SELECT did FROM account WHERE id = ?', [account])
  if (!owner) throw new VivimError('not-found')
  const devices = await tx.all<DeviceRow>(selectDevices, [account])
  const own = devices.find((device) => device.did === signer.did)
  // what it wrote from here on would count nowhere
  if (own && own.cut !== null) throw new VivimError('event-revoked')
  // nobody would take it
  if (devices.some((device) => device.did === signer.did && device.part.length > 0)) throw new VivimError('event-fork')
  const times = devices.map((device): Hlc => [device.milliseconds, device.counter])
  const seen = own?.position ?? 0
  return {
    owner: owner.did,
    signer,
    device: own?.id ?? devices.reduce((most, device) => Math.max(most, device.id), 0) + 1,
    seq: own?.seq ?? 0,
    prev: own?.head ?? null,
    position: devices.reduce((most, device) => Math.max(most, device.position), 0),
    time: times.reduce((newest, time) => (compareHlc(time, newest) > 0 ? time : newest), [0, 0]),
    deps: newestOfEach(devices.filter((device) => device !== own && device.position > seen)),
    unnamed: 0,
  }
}

/** Of a device that was forked one part's head is named, the one that came last: the word of the fork names them all. */
function newestOfEach(devices: readonly DeviceRow[]): Head[] {
  const newest = new Map<Did, DeviceRow>()
  for (const device of devices) if (device.position > (newest.get(device.did)?.position ?? 0)) newest.set(device.did, device)
  return [...newest.values()].map(({ did, seq, head }) => ({ device: did, seq, id: head }))
}
