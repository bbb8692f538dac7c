/** Whether a received event may be stored, by what is stored already; and what becomes of it. */
import { type ErrorCode, isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { eventsAt, loadCauses, partsOf, type StoredChains } from './accept-chains.ts'
import type { ReadyEvent } from './accept-check.ts'
import { stands } from './authority.ts'
import { beforeOf, checkNext, follow, hexOf } from './chain.ts'
import { limits } from './envelope.ts'

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
/**
 * Who gives events that they made themselves: one device, whoever made them, or nobody. A void event, above its device's
 * cut, is taken from others only, who took it in before they knew of the cut: what was built on it could not follow. The
 * same holds for what follows a fork.
 */
export type Makers = Did | 'any' | 'none'
/** One call, as every step of it needs it. */
export interface Call {
  account: number
  sealer: Sealer
  makers: Makers
}

/** Whether an event may be stored now. */
export async function judge(
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

/** What is outside the catalogue is a fault of ours: the event is refused for now and stays where it was. */
export const refusal = (error: unknown): Pick<Outcome, 'code' | 'detail'> =>
  isVivimError(error) ? { code: error.code, ...(error.detail ? { detail: error.detail } : {}) } : { code: 'internal' }
