/**
 * The signed envelope of an event (PROTOCOL.md, Events). Pure functions over bytes.
 *
 * Invariant: an envelope's bytes are canonical DAG-CBOR; its id is the digest of the bytes without `sig`; the
 * signature covers `"vivim/v1/event" 0x00` and those same bytes.
 */
import type { KeyObject } from 'node:crypto'
import { decode } from '@ipld/dag-cbor'
import { type Envelope, envelopeFields, limits } from '../contract/envelope.ts'
import { VivimError } from '../contract/errors.ts'
import { type Did, didPattern } from '../contract/ids.ts'
import { signFor, verifyAsideFor, verifyFor } from '../crypto/signing.ts'
import { digestIn, digestOf } from './cid.ts'
import { encode } from './dag-cbor.ts'
import { readEnvelope } from './envelope-read.ts'

export { compareHlc, type Envelope, type Head, type Hlc, limits, nextHlc } from '../contract/envelope.ts'

/** An envelope as it is stored and sent. */
export interface SignedEnvelope {
  envelope: Envelope
  id: Uint8Array
  /** Empty where the event came without, in a run. */
  sig: Uint8Array
  bytes: Uint8Array
  /** What the signature covers: the envelope without `sig`. */
  unsigned: Uint8Array
}

/** Signs with the device's Ed25519 key. */
export function signEnvelope(envelope: Envelope, key: KeyObject): SignedEnvelope {
  const fields = envelopeFields(envelope)
  const unsigned = encode(fields)
  const sig = signFor('event', unsigned, key)
  return { envelope, id: digestOf(unsigned), sig, bytes: encode({ ...fields, sig }), unsigned }
}

/**
 * Parses received or stored bytes. Errors: `event-not-canonical` for bytes that are not exactly what an encoder
 * of this format writes, `event-too-large`. The signature is checked by {@link verifyEnvelope}.
 * `inRun`: there need be none, because a later event of the device proves it.
 */
export function parseEnvelope(bytes: Uint8Array, { inRun = false } = {}): SignedEnvelope {
  if (!inRun && !isSigned(bytes)) throw new VivimError('event-not-canonical', 'It is not signed.')
  const read = readEnvelope(bytes, Math.min(limits.deps, limits.chunks))
  if (read) return { ...read, id: digestOf(read.unsigned), bytes }
  const { sig, envelope } = shapeOf(bytes)
  const fields = envelopeFields(envelope)
  const unsigned = encode(fields)
  if (!equal(isSigned(bytes) ? encode({ ...fields, sig }) : unsigned, bytes)) throw new VivimError('event-not-canonical')
  return { envelope, id: digestOf(unsigned), sig, bytes, unsigned }
}

/** Whether an envelope's bytes hold a signature: a map of ten entries, and of nine without. */
export const isSigned = (bytes: Uint8Array): boolean => bytes[0] !== UNSIGNED
const UNSIGNED = 0xa9

/** True where the signature is `device`'s own over exactly this envelope. */
export const verifyEnvelope = ({ unsigned, sig, envelope }: Omit<SignedEnvelope, 'id' | 'bytes'>): boolean =>
  verifyFor('event', unsigned, sig, envelope.device)
/** The same off this thread. */
export const verifyEnvelopeAside = ({ unsigned, sig, envelope }: Omit<SignedEnvelope, 'id' | 'bytes'>): Promise<boolean> =>
  verifyAsideFor('event', unsigned, sig, envelope.device)

function shapeOf(bytes: Uint8Array): { envelope: Envelope; sig: Uint8Array } {
  const bad = (detail: string): never => {
    throw new VivimError('event-not-canonical', detail)
  }
  let raw: unknown
  try {
    raw = decode(bytes)
  } catch (cause) {
    throw new VivimError('event-not-canonical', 'It is not DAG-CBOR.', { cause })
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return bad('It is not a map.')
  const map: Record<string, unknown> = { ...raw }
  const { v, owner, device, seq, prev, deps, time, type, chunks, sig } = map
  if (v !== 1 || Object.keys(map).length !== (isSigned(bytes) ? 10 : 9)) return bad('It has other fields than version 1.')
  if (typeof type !== 'string' || type.length === 0 || type.length > 100) return bad('type')
  if (!count(seq) || seq === 0) return bad('seq')
  const signature = isSigned(bytes) ? sig : none
  if (!(signature instanceof Uint8Array) || (signature !== none && signature.length !== 64)) return bad('sig')
  if (!Array.isArray(time) || time.length !== 2 || !count(time[0]) || !count(time[1])) return bad('time')
  if (!Array.isArray(chunks) || !Array.isArray(deps)) return bad('chunks')
  if (deps.length > limits.deps) throw new VivimError('event-too-large', `${deps.length} causes.`)
  if (chunks.length > limits.chunks) throw new VivimError('event-too-large', `${chunks.length} chunks.`)
  const strangers = new Set(deps.map((dep: unknown) => (Array.isArray(dep) ? String(dep[0]) : '')))
  const order = [...strangers].sort()
  if (strangers.size < deps.length || strangers.has(String(device)) || deps.some((dep, n) => dep?.[0] !== order[n]))
    return bad('deps')
  const link = (cid: unknown): Uint8Array => digestIn(cid) ?? bad('A link is not a CID of this log.')
  const digests = chunks.map(link)
  if (new Set(digests.map((digest) => Buffer.from(digest).toString('hex'))).size < digests.length) return bad('chunks')
  return {
    sig: signature,
    envelope: {
      owner: did(owner) ?? bad('owner'),
      device: did(device) ?? bad('device'),
      seq,
      prev: prev === null ? null : link(prev),
      deps: deps.map((dep: unknown) => {
        if (!Array.isArray(dep) || dep.length !== 3 || !count(dep[1]) || dep[1] === 0) return bad('deps')
        return { device: did(dep[0]) ?? bad('deps'), seq: dep[1], id: link(dep[2]) }
      }),
      time: [time[0], time[1]],
      type,
      chunks: digests,
    },
  }
}

const none = new Uint8Array(0)
const count = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0
const did = (text: unknown): Did | undefined => (typeof text === 'string' && didPattern.test(text) ? (text as Did) : undefined)
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
