/** What a received event shows by itself, before anything that is stored is asked: form, sizes, payload. Pure. */
import { VivimError } from '../contract/errors.ts'
import { type EventType, eventTypes, isErasable } from '../contract/events.ts'
import type { Sealer } from '../ports/sealer.ts'
import { type SealedChunk, sealChunk, valueIn } from './chunk.ts'
import { digestOf } from './cid.ts'
import { limits, parseEnvelope, type SignedEnvelope, verifyEnvelopeAside } from './envelope.ts'

/** An event of another device as it travels: its signed envelope, and its payload's parts; null for one that was deleted. */
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
}
/** An event that is right in itself. */
export interface ReadyEvent {
  signed: SignedEnvelope
  parts: ReadyPart[]
  /** Bytes of its sealed parts. */
  bytes: number
  /** Whether the signature is its device's; it is worked out elsewhere meanwhile. */
  signature: Promise<boolean>
}

/**
 * Parses an event and seals its parts for this store. Errors: `event-not-canonical`, `event-too-large`, `event-chunks`,
 * `event-schema`. Whether the signature holds is begun to be worked out.
 */
export function readyEvent(account: number, incoming: Incoming, sealer: Sealer): ReadyEvent {
  const signed = parseEnvelope(incoming.envelope)
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
    if (schema && !schema.safeParse(value).success) throw new VivimError('event-schema', `Part ${part} of ${type}.`)
    return { digest, sealed: sealChunk(account, chunk, sealer), value }
  })
  const signature = verifyEnvelopeAside(signed)
  return { signed, signature, parts, bytes: parts.reduce((sum, { sealed }) => sum + (sealed?.sealed.length ?? 0), 0) }
}
