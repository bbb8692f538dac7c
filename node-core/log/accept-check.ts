/** What a received event shows by itself, before anything that is stored is asked: form, sizes, payload. Pure. */
import { VivimError } from '../contract/errors.ts'
import { type EventType, eventTypes, isErasable } from '../contract/events.ts'
import type { Sealer } from '../ports/sealer.ts'
import { type SealedChunk, sealChunk, valueIn } from './chunk.ts'
import { digestOf } from './cid.ts'
import { limits, parseEnvelope, type SignedEnvelope } from './envelope.ts'

/**
 * An event of another device as it travels: its envelope, signed or in a run of its device's that ends in a signed one, and its
 * payload's parts; null for one that was deleted.
 */
export interface Incoming {
  envelope: Uint8Array
  chunks: readonly (Uint8Array | null)[]
}
/** A part that is ready to be stored. */
export interface ReadyPart {
  digest: Uint8Array
  /** Undefined where it was deleted. */
  sealed: SealedChunk | undefined
  value: unknown
  /** What its type's schema made of the value; absent where there is none. */
  parsed?: unknown
}
/** How an event shows whose it is (run.ts). */
export interface Proof {
  /** Whether its device said it, by its own signature or by that of a later one of its run. */
  holds: boolean
  /** Whether its own signature was looked at. */
  own: boolean
  /** The event behind it in its run. */
  next: ReadyEvent | undefined
}
/** An event that is right in itself. */
export interface ReadyEvent {
  signed: SignedEnvelope
  parts: ReadyPart[]
  /** Bytes of its sealed parts. */
  bytes: number
  proof: Proof
}

/**
 * Parses an event and seals its parts for this store. Errors: `event-not-canonical`, `event-too-large`, `event-chunks`,
 * `event-schema`. Whose it is remains to be proved.
 */
export function readyEvent(account: number, incoming: Incoming, sealer: Sealer): ReadyEvent {
  const signed = parseEnvelope(incoming.envelope, { inRun: true })
  const { chunks: digests, type } = signed.envelope
  const { chunks } = incoming
  if (chunks.length !== digests.length)
    throw new VivimError('event-chunks', `${chunks.length} parts where ${digests.length} were signed.`)
  const schema = Object.hasOwn(eventTypes, type) ? eventTypes[type as EventType] : undefined
  const parts = digests.map((digest, part): ReadyPart => {
    const chunk = chunks[part]
    if (!chunk) {
      if (!isErasable(type)) throw new VivimError('event-chunks', `Part ${part} of ${type} is missing, which no tombstone names.`)
      return { digest, sealed: undefined, value: undefined }
    }
    if (chunk.length > limits.chunkBytes) throw new VivimError('event-too-large', 'A part is over 256 KiB.')
    if (Buffer.compare(digestOf(chunk), digest) !== 0)
      throw new VivimError('event-chunks', `Part ${part} is not the one that was signed.`)
    const value = valueIn(chunk)
    const parsed = schema?.safeParse(value)
    if (parsed && !parsed.success) throw new VivimError('event-schema', `Part ${part} of ${type}.`)
    return { digest, sealed: sealChunk(account, chunk, sealer, digest), value, ...(parsed ? { parsed: parsed.data } : {}) }
  })
  const proof = { holds: false, own: false, next: undefined }
  return { signed, proof, parts, bytes: parts.reduce((sum, { sealed }) => sum + (sealed?.sealed.length ?? 0), 0) }
}
