/**
 * Brings this browser and its node to the same state (PROTOCOL.md, Sync): gives the events that wait, and learns from
 * others' which held conversations are out of date. What is held are views and not the log, so that a page that was away
 * for long does not fetch the log: it goes on from the newest events and holds everything anew.
 */
import { CID } from 'multiformats/cid'
import { type SyncAnswer, sync } from '../../node-core/contract/api/sync.ts'
import { compareHlc } from '../../node-core/contract/envelope.ts'
import { catalogue, VivimError } from '../../node-core/contract/errors.ts'
import type { ConversationId, EventId } from '../../node-core/contract/ids.ts'
import { toBase64url } from '../base64url.ts'
import type { Call } from '../client.ts'
import { type ChainEvent, grantIntent, type Intent, isForeign, type Signer, type Standing, signNext } from './chain.ts'
import { readEvent, rootOf } from './incoming.ts'
import type { Outbox } from './outbox.ts'

export interface ExchangeParts {
  readonly call: Call
  readonly outbox: Outbox
  readonly signer: Signer
  /** Milliseconds by this browser's clock, and by the node's; the latter undefined where it cannot be told. */
  readonly now: () => number
  readonly nodeTime: () => Promise<number | undefined>
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}
/** What an exchange came to. */
export interface Exchanged {
  readonly sent: number
  readonly refused: number
  /** Conversations that are out of date here. */
  readonly touched: ReadonlySet<ConversationId> | 'all'
}

/** Whoever signs or exchanges holds this lock: a chain has one end. */
export const exchangeLock = 'vivim-held-exchange'
/** Tells the pages of this browser that something changed: true where it is what they show. */
export const heldChannel = 'vivim-held'
/** So many pages of others' events are read; behind that everything is held anew. */
const mostPages = 4
/** So many changes go in one request. */
const mostChanges = 200
/** So often what is refused is signed anew before it is given up. */
const mostRounds = 5

/**
 * Errors: the node's, `device-forked` where it takes nothing more under this device's key; what waits then goes on waiting.
 * Called by one page at a time.
 */
export async function exchange(parts: ExchangeParts): Promise<Exchanged> {
  const { call, outbox, signer, signal } = parts
  const touched = new Set<ConversationId>()
  let everything = false
  let sent = 0
  let refused = 0
  let standing = await outbox.standing()
  // Another page of this browser has a new key by now, and signs what waits.
  if (standing.former?.includes(signer.did)) throw new VivimError('device-forked')
  if (isForeign(standing, signer)) standing = await signAnew(parts, standing)
  let clock = clockOf(standing)
  let begun = false
  const begin = async () => {
    const fresh = await beginning(parts, standing)
    standing = fresh.standing
    clock = fresh.clock
    everything = true
    begun = true
  }
  if (standing.cursor === null) await begin()
  for (let pages = 0, rounds = 0; ; pages++) {
    signal.throwIfAborted()
    const changes = (await outbox.waiting()).slice(0, mostChanges)
    const answer = await call(sync['sync.exchange'], requestOf(standing, clock, changes, signer.did), signal)
    standing = followed(standing, answer, signer.did)
    clock = { ...clock, ...clockOf(standing) }
    for (const event of answer.events) {
      const { device, touched: of } = readEvent(event)
      if (device === signer.did) continue
      if (of === 'all') everything = true
      else for (const id of of) touched.add(id)
    }
    const bad = answer.rejected[0]
    const taken = bad ? changes.slice(0, bad.change) : changes
    await outbox.taken(taken.map(({ seq }) => seq))
    await outbox.setStanding(standing)
    for (const { shown } of taken) if (shown.conversation) touched.add(shown.conversation as ConversationId)
    sent += taken.length
    if (bad) {
      rounds += 1
      if (rounds > mostRounds * 4) throw new VivimError(bad.code, bad.detail)
      const failed = changes[bad.change]
      if (failed && bad.code === 'event-fork') {
        const shared = await sharedUpTo(parts, failed.seq - 1)
        if (shared === undefined || shared === failed.seq - 1) throw new VivimError('device-forked')
        // What it had taken, and lost since, shows it that the key was in use twice.
        await outbox.holdsUpTo(shared)
        continue
      }
      if (failed && (await amend(parts, failed, bad, rounds > mostRounds))) refused += 1
      standing = await outbox.standing()
      if (standing.cursor === null) {
        everything = true
        clock = clockOf(standing)
      }
      continue
    }
    // A node that went back to a backup lacks events that it had taken: they are given once more.
    const holds = answer.vectorClock[signer.did] ?? 0
    if (holds < (standing.own?.seq ?? 0) && (await outbox.waiting()).length === 0 && rounds++ < mostRounds) {
      await outbox.holdsUpTo(holds)
      if ((await outbox.waiting()).length > 0) continue
    }
    if (answer.more) {
      if (pages >= mostPages && !begun) await begin()
      continue
    }
    if ((await outbox.waiting()).length > 0 && rounds < mostRounds) continue
    else if (!equal(rootOf(standing, signer.did), answer.merkleRoot) && !begun) await begin()
    else break
  }
  return { sent, refused, touched: everything ? 'all' : touched }
}

/** What of each chain this browser counts as seen; of its own what it signed and the node may not have is not said. */
const clockOf = ({ heads }: Standing): Record<string, number> =>
  Object.fromEntries(Object.entries(heads).map(([device, { seq }]) => [device, seq]))

function requestOf(standing: Standing, clock: Record<string, number>, changes: readonly ChainEvent[], device: string) {
  const first = changes[0]?.seq ?? (standing.own?.seq ?? 0) + 1
  return {
    cursor: standing.cursor && { epoch: standing.cursor.epoch, seq: standing.cursor.seq },
    vectorClock: { ...clock, ...(first > 1 ? { [device]: first - 1 } : {}) },
    changes: changes.map(({ envelope, chunks }) => ({ envelope, chunks: [...chunks] })),
  }
}

function followed(before: Standing, answer: SyncAnswer, own: string): Standing {
  const heads = { ...before.heads }
  let { time, seen: latest } = before
  for (const event of answer.events) {
    const seen = readEvent(event)
    if (compareHlc(seen.time, time) > 0) time = seen.time
    if (compareHlc(seen.time, latest) > 0) latest = seen.time
    if (seen.device !== own && seen.seq > (heads[seen.chain]?.seq ?? 0))
      heads[seen.chain] = { seq: seen.seq, id: toBase64url(seen.id) }
  }
  const { epoch, seq } = answer.newCursor
  return { ...before, heads, time, seen: latest, cursor: { epoch: toBase64url(epoch), seq } }
}

/**
 * Goes on from the newest events: of each device the last one is asked for, for its id and its time. What this device
 * signed stays its own; where this browser knows of none, the node does.
 */
async function beginning(
  { call, signer, signal }: ExchangeParts,
  before: Standing,
): Promise<{ standing: Standing; clock: Record<string, number> }> {
  const { heads } = await call(sync['sync.heads'], {}, signal)
  const mine = heads.find(({ device }) => device === signer.did)
  const clock = heads.filter(({ device, seq }) => device !== signer.did && seq > 1).map(({ device, seq }) => [device, seq - 1])
  const own = before.own ?? (mine ? { seq: mine.seq, id: digestIn(mine.id) } : null)
  return { standing: { ...before, by: signer.did, heads: {}, own, cursor: null }, clock: Object.fromEntries(clock) }
}

/**
 * This device has a new key: what was signed by the old one and the node does not have is signed by the new. It says the
 * same, of the same notes and tags, so that nothing is there twice where some of it did arrive. Errors: `unavailable` where
 * the new grant is not at hand.
 */
async function signAnew({ call, outbox, signer, now, random, signal }: ExchangeParts, before: Standing): Promise<Standing> {
  const { heads } = await call(sync['sync.heads'], {}, signal)
  const there = new Set(heads.map(({ id }) => digestIn(id)))
  const left = (await outbox.waiting()).filter(({ id, shown }) => shown.kind !== 'grant' && !there.has(id))
  const former = [...(before.former ?? []), ...(before.by ? [before.by] : [])]
  let standing: Standing = { ...before, by: signer.did, former, own: null, named: {}, cursor: null }
  const events: ChainEvent[] = []
  for (const { type, parts, shown } of left.length > 0 ? [grantIntent(signer), ...left] : []) {
    const made = await signNext(signer, standing, { type, parts, shown }, now(), random)
    standing = made.standing
    events.push(made.event)
  }
  await outbox.replace(events, standing)
  return standing
}

/**
 * The newest number, at most `from`, under which the node holds this device's own event; undefined where that cannot be told,
 * as what comes before is not here any more.
 */
async function sharedUpTo({ call, outbox, signer, signal }: ExchangeParts, from: number): Promise<number | undefined> {
  for (let seq = from; seq > 0; seq--) {
    const own = await outbox.at(seq)
    if (!own) return undefined
    const { heads } = await call(sync['sync.heads'], { device: signer.did, seq }, signal)
    if (heads[0] && digestIn(heads[0].id) === own.id) return seq
  }
  return 0
}

/** The digest in an event's id. */
const digestIn = (id: EventId): string => toBase64url(CID.parse(id).multihash.digest)

/**
 * What to do about an event that was refused: it and all behind it are signed anew where that can help, else it alone is
 * given up, with the reason, and what follows it is signed anew without it. Answers whether it was given up. Errors: one
 * that goes away by waiting.
 */
async function amend(
  parts: ExchangeParts,
  failed: ChainEvent,
  { code, detail }: SyncAnswer['rejected'][number],
  giveUp: boolean,
): Promise<boolean> {
  const { call, outbox, signer, now, nodeTime, random, signal } = parts
  const anew = code === 'event-clock-ahead' || code === 'event-missing-cause' || code === 'event-sequence'
  if (!anew && catalogue[code].retryable) throw new VivimError(code, detail)
  const lost = !anew || giveUp
  const { heads } = await call(sync['sync.heads'], {}, signal)
  const mine = heads.find(({ device }) => device === signer.did)
  let standing = await outbox.standing()
  const ahead = code === 'event-clock-ahead' ? Math.max(0, now() - ((await nodeTime()) ?? now())) : standing.ahead
  // What this browser's own clock had said is taken back with the events that said it.
  const time = code === 'event-clock-ahead' ? standing.seen : standing.time
  if (code === 'event-missing-cause') {
    // The node went back to a backup: what it no longer has is no cause of anything there.
    const others = heads.filter(({ device }) => device !== signer.did)
    const there = Object.fromEntries(others.map(({ device, seq, id }) => [device, { seq, id: digestIn(id) }]))
    standing = { ...standing, heads: there, cursor: null }
  }
  standing = { ...standing, ahead, time, named: {}, own: mine ? { seq: mine.seq, id: digestIn(mine.id) } : null }
  const [first, ...rest] = await outbox.cut(mine?.seq ?? 0)
  await outbox.setStanding(standing)
  if (lost && first && first.shown.kind !== 'grant') await outbox.refuse(first, code)
  const again: Intent[] = [...(!lost && first ? [first] : []), ...rest].filter(({ shown }) => shown.kind !== 'grant')
  if (!mine && again.length > 0) again.unshift(grantIntent(signer))
  for (const { type, parts: values, shown } of again) {
    const made = await signNext(signer, standing, { type, parts: values, shown }, now(), random)
    standing = made.standing
    await outbox.add(made.event, standing)
  }
  return lost && failed.shown.kind !== 'grant'
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])
