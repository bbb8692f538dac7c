/**
 * Which signatures of received events are looked at (PROTOCOL.md, Events). Each event names the one before it by its hash:
 * a device that signed the newest one of a run has said all of them. So of each run one signature is worked out, and the
 * others, which nobody looked at, are not kept.
 */
import type { ReadyEvent } from './accept-check.ts'
import { hexOf } from './chain.ts'
import { verifyEnvelopeAside } from './envelope.ts'
import { isAuthority } from './stored-authority.ts'

/**
 * Works out, elsewhere than in this thread, what the events' `proof` says: by the signature of the newest event of each run
 * or, where that does not hold, of the one before it. What says who may sign is always looked at by itself, and so are
 * those that are `barred`: events that are not to be stored prove nothing.
 */
export async function prove(events: readonly ReadyEvent[], barred: ReadonlySet<ReadyEvent> = new Set()): Promise<void> {
  // by the event that it names: where a chain was forked, two tails may come mixed
  const followers = new Map<string, ReadyEvent>()
  const backwards = events.toReversed()
  for (const event of backwards) {
    const { id, envelope } = event.signed
    const next = followers.get(hexOf(id))
    if (envelope.prev && !barred.has(event)) followers.set(hexOf(envelope.prev), event)
    event.proof = { holds: false, own: false, next: next && continues(event, next) ? next : undefined }
  }
  let alone = events.filter((event) => !event.proof.next || barred.has(event) || isAuthority(event.signed.envelope.type))
  while (alone.length > 0) {
    await Promise.all(alone.map(proveAlone))
    for (const { proof } of backwards) if (!proof.own && proof.next) proof.holds = proof.next.proof.holds
    alone = events.filter(({ proof: { own, holds, next } }) => !own && !holds && next?.proof.own)
  }
}

async function proveAlone({ proof, signed }: ReadyEvent): Promise<void> {
  proof.own = true
  proof.holds = await verifyEnvelopeAside(signed)
}

const continues = ({ signed: { envelope: before } }: ReadyEvent, { signed: { envelope } }: ReadyEvent): boolean =>
  envelope.device === before.device && envelope.seq === before.seq + 1

/** Whether each of the events that is to be stored stands in a run of theirs that ends in a signature that was looked at. */
export const provesItself = (events: ReadonlySet<ReadyEvent>): boolean =>
  [...events].every(({ proof: { own, next } }) => own || (next !== undefined && events.has(next)))
