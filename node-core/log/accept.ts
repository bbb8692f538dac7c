/**
 * Taking in events that other devices of the same owner signed: checked against everything that PROTOCOL.md says of
 * an event, stored with their projections, or refused one by one with a code.
 *
 * Invariants: nothing is stored that does not continue its chain; no signature is stored that was not looked at, and what
 * has none stands in one transaction with a later event of its run that has; what is answered as accepted is on disk with all that
 * projections derive; a refused event leaves nothing. No transaction takes much longer than {@link STEP_MS}.
 */
import { setImmediate } from 'node:timers/promises'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Transactor } from '../ports/storage.ts'
import { type KnownAuthority, loadChains, type StoredDevice } from './accept-chains.ts'
import type { Incoming, ReadyEvent } from './accept-check.ts'
import { groupOf } from './accept-group.ts'
import { insert, saveDevice } from './accept-insert.ts'
import { type Call, judge, type Outcome, refusal } from './accept-judge.ts'
import { claim } from './append.ts'
import { stands } from './authority.ts'
import { noteNames } from './names.ts'
import type { Projection, Together } from './projection.ts'
import { currentOf } from './rebuild.ts'
import { prove, provesItself } from './run.ts'
import { forkChain } from './split.ts'
import { isAuthority, notePlace, settleCuts } from './stored-authority.ts'

export type { Makers, Outcome } from './accept-judge.ts'

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
/** Names are noted for so many events and chunks at once: they stand by chance, so that each time writes most of their pages. */
const NAMES = 4096

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

const togetherOf = (projection: Projection): Together =>
  projection.together?.() ?? { apply: (tx, event) => projection.apply(tx, event), end: async () => {} }

const placeOf = ({ signed: { id, envelope } }: ReadyEvent) => ({ id, device: envelope.device, seq: envelope.seq })
