/**
 * Taking in events that other devices of the same owner signed: checked against everything that PROTOCOL.md says of
 * an event, stored with their projections, or refused one by one with a code.
 *
 * Invariants: nothing is stored that does not continue its chain; no signature is stored that was not looked at, and what
 * has none stands in one transaction with a later event of its run that has; what is answered as accepted is on disk with all that
 * projections derive; a refused event leaves nothing. No transaction takes much longer than {@link STEP_MS}.
 */
import { setImmediate } from 'node:timers/promises'
import { type ErrorCode, isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction, Transactor } from '../ports/storage.ts'
import {
  eventsAt,
  type KnownAuthority,
  loadCauses,
  loadChains,
  partName,
  partsOf,
  type StoredChains,
  type StoredDevice,
} from './accept-chains.ts'
import { type Incoming, type ReadyEvent, readyEvent } from './accept-check.ts'
import { claim, insertChunk, insertEvent, upsertDevice } from './append.ts'
import { stands } from './authority.ts'
import { beforeOf, checkNext, follow, hexOf } from './chain.ts'
import { chunkAt } from './chunk-place.ts'
import { limits } from './envelope.ts'
import { noteNames } from './names.ts'
import type { Projection, StoredEvent, Together } from './projection.ts'
import { currentOf } from './rebuild.ts'
import { prove, provesItself } from './run.ts'
import { forkChain } from './split.ts'
import { isAuthority, notePlace, settleCuts } from './stored-authority.ts'

/** What became of a received event. Without a code it is stored, whether it came now or before. */
export interface Outcome {
  /** Absent where the bytes are no envelope. */
  event?: { id: Uint8Array; device: Did; seq: number }
  code?: ErrorCode
  detail?: string
  /** True where it was stored before. */
  known?: boolean
  /** True where it is stored although it is refused: it proves that its device's key is in use twice. */
  kept?: boolean
}
export interface AcceptParts {
  storage: Transactor
  projections: readonly Projection[]
  clock: Clock
  /** Told inside each transaction that stores something: what was remembered of the account's chains is old. */
  onChains(account: number): void
  /** Told after each commit. */
  onCommit?(account: number): void
  /** Told after a commit that found a device's chain forked. */
  onFork?(account: number): void
}

/** Milliseconds that a transaction should take: others who write wait for it, as they do for an import's. */
const STEP_MS = 40
const MOST = 512
/** So many small events take less than that, however slow the clock makes them look where much else runs. */
const FEW = 256
const STEP_BYTES = 512 * 1024
/** Names are noted for so many events and chunks at once: they stand by chance, so that each time writes most of their pages. */
const NAMES = 4096

/**
 * Who gives events that they made themselves: one device, whoever made them, or nobody. A void event, above its device's
 * cut, is taken from others only, who took it in before they knew of the cut: what was built on it could not follow. The
 * same holds for what follows a fork.
 */
export type Makers = Did | 'any' | 'none'
/** One call, as every step of it needs it. */
interface Call {
  account: number
  sealer: Sealer
  makers: Makers
}

/** A function that takes in an account's events in the order given, and answers for each. Errors: the store's, `quota-exceeded`. */
export function createAccept(parts: AcceptParts) {
  const authorities = new Map<number, KnownAuthority>()
  const unnamed = new Map<number, number>()
  /** Of the last transaction, without the wait for its turn and for the disk: fewer events would not shorten those. */
  let worked = 0
  /** How many events the next one has at most. */
  let size: number = FEW

  /** Those that are refused, or were here, join `barred`. */
  async function storeAll(call: Call, events: readonly ReadyEvent[], barred: Set<ReadyEvent>): Promise<Outcome[]> {
    const { account, sealer } = call
    const outcomes = await parts.storage.transaction(async (tx) => {
      const started = parts.clock.monotonic()
      parts.onChains(account)
      let stored = await loadChains(tx, account, sealer, authorities.get(account))
      // what is said from here on counts when it is committed
      authorities.delete(account)
      const current = (await currentOf(tx, account, parts.projections)).map(togetherOf)
      const out: Outcome[] = []
      const bytes = new Map<StoredDevice, number>()
      const kept = new Set<ReadyEvent>()
      let fresh = 0
      let total = 0
      let said = false
      let unsettled = false
      let forked = false
      const save = async (): Promise<void> => {
        for (const [device, added] of bytes) await saveDevice(tx, account, device, added)
        bytes.clear()
      }
      for (const ready of events) {
        const { forks, ...outcome } = await judge(tx, call, stored, ready, parts.clock.now())
        out.push(outcome)
        if ((outcome.code !== undefined && !outcome.kept) || outcome.known || !outcome.event) {
          barred.add(ready)
          continue
        }
        kept.add(ready)
        if (forks) {
          await save()
          stored = await forkChain(tx, account, sealer, stored, ready.signed)
          forked = true
        }
        const counts = stands(stored.chains.authority, outcome.event)
        const device = await insert(tx, account, stored, ready, counts ? current : [])
        bytes.set(device, (bytes.get(device) ?? 0) + ready.bytes)
        total += ready.bytes
        fresh += 1 + ready.parts.length
        unsettled ||= !counts
        if (isAuthority(ready.signed.envelope.type)) {
          said = true
          await notePlace(tx, account, device.position)
        }
        if (!forks) continue
        // there is a part more, and what was known of the others may have moved
        await save()
        stored = await loadChains(tx, account, sealer, undefined)
      }
      if (!provesItself(kept)) throw new VivimError('event-signature', 'What its signature proves is stored without it.')
      for (const applied of current) await applied.end(tx)
      await claim(tx, account, total)
      await save()
      if (said || unsettled || forked) await settleCuts(tx, account, sealer)
      const waiting = (unnamed.get(account) ?? 0) + fresh
      if (waiting >= NAMES) await noteNames(tx, account)
      unnamed.set(account, waiting >= NAMES ? 0 : waiting)
      worked = parts.clock.monotonic() - started
      return { out, forked, authority: said || forked ? undefined : stored.authority }
    })
    if (outcomes.authority) authorities.set(account, outcomes.authority)
    if (outcomes.out.some(({ code, known, kept }) => kept || (code === undefined && !known))) parts.onCommit?.(account)
    if (outcomes.forked) parts.onFork?.(account)
    return outcomes.out
  }

  /** One bad event must not take its neighbours along: where a transaction fails, each is tried alone, by its own signature. */
  async function store(call: Call, events: readonly ReadyEvent[], barred = new Set<ReadyEvent>()): Promise<Outcome[]> {
    try {
      return await storeAll(call, events, barred)
    } catch (error) {
      if (isVivimError(error) && !error.code.startsWith('event-')) throw error
      if (isVivimError(error, 'event-signature')) {
        // what proved it is not stored: what comes before that may be proved by another
        await prove(events, barred)
        return await store(call, events, barred)
      }
      const [only] = events
      if (events.length > 1 || !only) {
        await prove(events, new Set(events))
        const out: Outcome[] = []
        for (const one of events) out.push(...(await store(call, [one])))
        return out
      }
      return [{ event: placeOf(only), ...refusal(error) }]
    }
  }

  return async function accept(call: Call, incoming: readonly Incoming[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    const prepare = (from: number) => {
      const group = groupOf(call, incoming, from, size)
      const sound = group.flatMap((one) => (one.value ? [one.value] : []))
      const proved = prove(sound)
      proved.catch(() => {})
      return { group, sound, proved }
    }
    let ready = prepare(0)
    for (let from = 0; from < incoming.length; ) {
      // others who write come in between
      await setImmediate()
      const { group, sound, proved } = ready
      // no transaction waits for a signature; those of the next events are worked out while these are stored
      ready = prepare(from + group.length)
      await proved
      const stored = sound.length > 0 ? await store(call, sound) : []
      for (const one of group) outcomes.push(one.value ? (stored.shift() ?? {}) : refusal(one.error))
      from += group.length
      if (worked < STEP_MS / 2) size = Math.min(size * 2, MOST)
      else if (worked > STEP_MS) size = Math.max(FEW, size >> 1)
    }
    return outcomes
  }
}

/**
 * The next events, up to so many, and not many bytes; one always. A run of events of which the last alone is signed is not
 * cut.
 */
function groupOf({ account, sealer }: Call, incoming: readonly Incoming[], from: number, most: number): Attempt<ReadyEvent>[] {
  const group: Attempt<ReadyEvent>[] = []
  const open = new Set<Did>()
  let bytes = 0
  for (let at = from; at < incoming.length; at++) {
    const event = incoming[at] as Incoming
    bytes += event.envelope.length + event.chunks.reduce((sum, chunk) => sum + (chunk?.length ?? 0), 0)
    if (group.length > 0 && open.size === 0 && (group.length >= most || bytes > STEP_BYTES)) break
    const one = attempt(() => readyEvent(account, event, sealer))
    group.push(one)
    if (!one.value) continue
    const { sig, envelope } = one.value.signed
    if (sig.length > 0) open.delete(envelope.device)
    else open.add(envelope.device)
  }
  return group
}

const togetherOf = (projection: Projection): Together =>
  projection.together?.() ?? { apply: (tx, event) => projection.apply(tx, event), end: async () => {} }

type Attempt<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown }
function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() }
  } catch (error) {
    return { error }
  }
}
/** What is outside the catalogue is a fault of ours: the event is refused for now and stays where it was. */
const refusal = (error: unknown): Pick<Outcome, 'code' | 'detail'> =>
  isVivimError(error) ? { code: error.code, ...(error.detail ? { detail: error.detail } : {}) } : { code: 'internal' }
const placeOf = ({ signed: { id, envelope } }: ReadyEvent) => ({ id, device: envelope.device, seq: envelope.seq })

/** Whether an event may be stored now. */
async function judge(
  tx: Transaction,
  { account, makers }: Call,
  stored: StoredChains,
  { signed, proof, parts: [first] }: ReadyEvent,
  now: number,
): Promise<Outcome & { forks?: boolean }> {
  const { envelope, id } = signed
  const { device, seq, prev } = envelope
  const event = { id, device, seq }
  const known = partsOf(stored, device)
  for (const there of await eventsAt(tx, account, known, seq))
    if (Buffer.compare(there.id, id) === 0) return { event, known: true }
  if (envelope.time[0] > now + limits.clockAheadMs) return { event, code: 'event-clock-ahead' }
  if (seq > known.reduce((most, one) => Math.max(most, one.seq), 0) + 1)
    return { event, code: 'event-missing-cause', detail: 'Events before it are not here.' }
  await loadCauses(tx, account, stored, envelope, first?.value)
  const { chains } = stored
  let forks = false
  try {
    const verified = proof.holds
    if (verified && prev && known.length > 0 && chains.events.get(hexOf(prev)) === undefined)
      return { event, code: 'event-fork', detail: 'It follows another event than the one of that number here.' }
    const carried = makers !== 'any' && makers !== device
    forks = verified && envelope.owner === stored.owner && beforeOf(chains, envelope).forks
    // of what a device gives itself one event is enough to prove it
    const kept = forks && !carried && !chains.forked.has(device) && stands(chains.authority, event)
    const grant = checkNext(chains, signed, first?.value, { carried: carried || kept, verified })
    if (!forks) follow(chains, signed, grant, first?.value)
    return { event, forks, ...(kept ? { code: 'event-fork', kept } : {}) }
  } catch (error) {
    if (!isVivimError(error)) throw error
    // whatever else is wrong with it
    const second = forks && !isVivimError(error, 'event-missing-cause', 'event-revoked')
    return { event, ...refusal(error), ...(second ? { code: 'event-fork' } : {}) }
  }
}

async function insert(
  tx: Transaction,
  account: number,
  stored: StoredChains,
  { signed, proof, parts }: ReadyEvent,
  projections: readonly Together[],
): Promise<StoredDevice> {
  const { envelope, id, bytes, unsigned } = signed
  const { device: did, seq, time, type } = envelope
  const position = ++stored.position
  const [milliseconds, counter] = time
  const newest = { seq, head: id, milliseconds, counter, position }
  const { prev } = envelope
  // of a chain that was forked: the part that begins with it, or that it goes on with
  const known = partsOf(stored, did)
  const begun = known.find((one) => Buffer.compare(one.part, id) === 0)
  let device = known.length > 1 ? (begun ?? known.find((one) => prev && Buffer.compare(one.head, prev) === 0)) : known[0]
  if (device) Object.assign(device, newest)
  else {
    const local = 1 + [...stored.devices.values()].reduce((most, one) => Math.max(most, one.id), 0)
    device = { id: local, did, part: new Uint8Array(), parent: null, first: 1, ...newest }
    stored.devices.set(partName(device), device)
    // projections look devices up
    await saveDevice(tx, account, device, 0)
  }
  await tx.run(insertEvent, [account, position, id, device.id, seq, milliseconds, counter, type, proof.own ? bytes : unsigned])
  const event: StoredEvent = {
    account,
    owner: stored.owner,
    position,
    id,
    device: did,
    seq,
    time,
    type,
    parts: parts.map(({ digest, value, parsed }, part) => ({
      chunk: chunkAt(account, position, part),
      digest,
      parsed,
      value: () => value,
    })),
  }
  for (const [part, { digest, sealed }] of parts.entries()) {
    const chunk = chunkAt(account, position, part)
    await tx.run(insertChunk, [chunk, digest, sealed?.size ?? 0, sealed?.sealed ?? null])
    // until a tombstone names it, which comes later
    if (!sealed) await tx.run('INSERT INTO chunk_awaited (chunk) VALUES (?)', [chunk])
  }
  for (const projection of projections) await projection.apply(tx, event)
  return device
}

const saveDevice = (tx: Transaction, account: number, device: StoredDevice, bytes: number) =>
  tx.run(upsertDevice, [
    account,
    device.id,
    device.did,
    device.part,
    device.parent,
    device.first,
    device.seq,
    device.head,
    device.position,
    device.milliseconds,
    device.counter,
    bytes,
  ])
