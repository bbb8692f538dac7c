/**
 * Bringing this node and another of the same person to the same state, both ways. What either holds is said by its
 * vector clock each time: a sync that broke off goes on where it was, and one that is repeated does nothing.
 */
import type { SignedEvent, SyncAnswer, SyncPosition, VectorClock } from '../contract/api/sync.ts'
import { type ErrorCode, isVivimError } from '../contract/errors.ts'
import type { ChainId, EventId } from '../contract/ids.ts'
import type { Makers, Outcome } from '../log/accept.ts'
import type { Incoming } from '../log/accept-check.ts'
import { eventIdOf } from '../log/cid.ts'
import type { Reader } from '../ports/storage.ts'
import { type Parting, partingOf } from './diverged.ts'
import type { FillReport } from './fill-peer.ts'
import { merkleRoot } from './merkle.ts'
import type { SyncPeer } from './peer.ts'
import { type Account, clockOf, type Held, readHeld, readLacking } from './read.ts'

export interface OutboundParts {
  reader: Reader
  account: Account
  accept(account: number, events: readonly Incoming[], makers: Makers): Promise<Outcome[]>
  peer: SyncPeer
  /** Brings what events name: beside the events, which never wait for it. */
  filling?: {
    /** How much is lacking here. */
    count(): Promise<number>
    once(signal: AbortSignal): Promise<FillReport>
  }
}
/** An event that one of the two did not take. */
export interface Refused {
  /** Who did not. */
  by: 'here' | 'there'
  event: EventId | null
  code: ErrorCode
}
/** What a sync came to. */
export interface SyncReport {
  pulled: number
  pushed: number
  refused: Refused[]
  /** Whether both hold the same: their roots are equal. */
  equal: boolean
  /** What the other lacks of what its events name: {@link fillOnce} gives it. */
  lacks: number
  /** Where two chains of one device parted. Both nodes hold both of them since, but what one of them did not take. */
  fork?: Parting
}

/** What is remembered of another node between two syncs. All of it may be lost. */
export interface PeerState {
  cursor: SyncPosition | null
  /** What it holds; undefined until it said so. */
  clock: VectorClock | undefined
}
export const unknownPeer = (): PeerState => ({ cursor: null, clock: undefined })

/** Exchanges events until neither lacks what the other can give. Errors: the peer's, the store's. */
export async function syncOnce(parts: OutboundParts, state: PeerState, signal: AbortSignal): Promise<SyncReport> {
  const { reader, account, peer } = parts
  const report: SyncReport = { pulled: 0, pushed: 0, refused: [], equal: false, lacks: 0 }
  /** Devices of which the other refused an event: what follows would be refused as well. */
  const stuck = new Set<ChainId>()
  /** Chains that are known to part. */
  const parted = new Set<ChainId>()
  /** What is asked for again of a chain that parts: everything from there on. */
  let again: Parting | undefined
  /** The next page, on its way while this one is stored. */
  let next: Promise<SyncAnswer> | undefined
  for (;;) {
    signal.throwIfAborted()
    const before = await readHeld(reader, account.id)
    const page = state.clock && !next ? await readLacking(reader, account, before, state.clock, 0, stuck) : undefined
    const changes = page?.events ?? []
    const vectorClock = upTo(clockOf(before), again)
    again = undefined
    const answer = await (next ?? peer.exchange({ cursor: state.cursor, vectorClock, changes }, signal))
    next = answer.more ? peer.exchange({ cursor: answer.newCursor, vectorClock, changes: [] }, signal) : undefined
    // it is waited for later, if this page can be stored
    next?.catch(() => {})
    for (const { change, event, code } of answer.rejected) {
      report.refused.push({ by: 'there', event, code })
      const place = page?.places[change]
      if (place) stuck.add(place.device)
    }
    report.pushed += changes.length - answer.rejected.length
    const took = await takeIn(parts, answer.events, report)
    const advanced = state.clock === undefined || grew(state.clock, answer.vectorClock)
    state.clock = answer.vectorClock
    report.lacks = answer.lacks ?? 0
    // what was refused here is asked for again the next time: by the clock, behind which it still lies
    const lost = report.refused.some(({ by }) => by === 'here')
    state.cursor = answer.newCursor
    const moved = took > 0 || (changes.length > 0 && advanced) || answer.more
    const held = await readHeld(reader, account.id)
    const unsent = lacks(held, answer.vectorClock, stuck)
    if (moved || (unsent && page === undefined) || (unsent && changes.length > 0 && answer.rejected.length > 0)) continue
    if (lost) state.cursor = null
    report.equal = Buffer.compare(merkleRoot(held.heads), answer.merkleRoot) === 0
    if (report.equal) return report
    // the clocks say that nothing is missing: one number, two events; or a cursor that ran ahead
    state.cursor = null
    again = await partingOf(reader, account.id, held, peer, signal, parted)
    if (!again) return report
    report.fork = again
    parted.add(again.device)
    // both tails go both ways, and what was built on them
    state.clock = upTo(answer.vectorClock, again)
    stuck.clear()
  }
}

/** Whether a clock counts what it did not count before. */
const grew = (before: VectorClock, after: VectorClock): boolean =>
  (Object.keys(after) as ChainId[]).some((chain) => (after[chain] ?? 0) > (before[chain] ?? 0))

/** A clock that counts nothing of a chain from where it parts. */
function upTo(clock: VectorClock, parting: Parting | undefined): VectorClock {
  if (!parting) return clock
  const { [parting.device]: _, ...rest } = clock
  return parting.seq > 1 ? { ...rest, [parting.device]: parting.seq - 1 } : rest
}

/** Stores what the other gave; answers how many events were new. */
export async function takeIn(
  { account, accept }: OutboundParts,
  events: readonly SignedEvent[],
  report: SyncReport,
): Promise<number> {
  if (events.length === 0) return 0
  let took = 0
  for (const { event, code, known } of await accept(account.id, events, 'none')) {
    if (code !== undefined) report.refused.push({ by: 'here', event: event ? eventIdOf(event.id) : null, code })
    else if (!known) took++
  }
  report.pulled += took
  return took
}

/** Whether something is held that a clock does not count and may be sent. */
export const lacks = ({ heads }: Held, clock: VectorClock, without: ReadonlySet<ChainId>): boolean =>
  heads.some(({ device, seq }) => seq > (clock[device] ?? 0) && !without.has(device))

/** When to sync again. */
export interface Pace {
  /** Resolves when there is something new here, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
  /** Resolves after so many milliseconds, or when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** What to do from one sync to the next, in the place of waiting for something new here, or for the time. */
  meanwhile?(state: PeerState, report: SyncReport, signal: AbortSignal): Promise<void>
  /** A number from 0 up to 1, by chance. */
  chance(): number
  /** Told what each sync came to. */
  onReport?(report: SyncReport): void
  /** Told what each filling came to. */
  onFilled?(report: FillReport): void
  onError?(error: unknown): void
}
/** Milliseconds between two syncs where nothing new is here; and after failures, doubled each time up to the most. */
export const pace = { idle: 30_000, first: 1_000, most: 5 * 60_000 } as const

/**
 * Syncs at every change here, every half minute without one, and after failures ever later, until the signal aborts. What the
 * other said stands in `state`.
 */
export async function followPeer(
  parts: OutboundParts,
  { changed, wait, meanwhile, chance, onReport, onFilled, onError }: Pace,
  signal: AbortSignal,
  state: PeerState = unknownPeer(),
): Promise<void> {
  let filling: Promise<void> | undefined
  const fill = async (lacksThere: boolean): Promise<void> => {
    if (filling || !parts.filling || !(lacksThere || (await parts.filling.count()) > 0)) return
    filling = parts.filling
      .once(signal)
      .then(onFilled, (error: unknown) => {
        if (!signal.aborted) onError?.(error)
      })
      .finally(() => {
        filling = undefined
      })
  }
  for (let failures = 0; !signal.aborted; ) {
    const rest = new AbortController()
    const either = AbortSignal.any([signal, rest.signal])
    // asked for before the sync, so that what changes meanwhile is not slept over
    const news = changed(either)
    try {
      const report = await syncOnce(parts, state, signal)
      failures = 0
      onReport?.(report)
      await fill(report.lacks > 0)
      await (meanwhile ? meanwhile(state, report, either) : Promise.race([news, wait(pace.idle, either)]))
    } catch (error) {
      if (signal.aborted) return
      if (!isVivimError(error, 'unavailable')) Object.assign(state, unknownPeer())
      onError?.(error)
      const delay = Math.min(pace.most, pace.first * 2 ** failures++)
      // all nodes of a person lose the same one at the same moment: they come back one by one
      await wait(delay * (0.5 + chance() / 2), signal)
    } finally {
      rest.abort()
    }
  }
  await filling
}
