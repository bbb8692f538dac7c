/**
 * The envelope of an event as data (PROTOCOL.md, Events): what is signed, in which form, for every signer, a node or a
 * page. Pure.
 */
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import type { Did } from './ids.ts'

/** Hybrid logical clock: milliseconds since 1970, counter. Compared in that order. */
export type Hlc = readonly [milliseconds: number, counter: number]
/** A device's newest event as another device saw it. */
export interface Head {
  device: Did
  seq: number
  id: Uint8Array
}

export interface Envelope {
  owner: Did
  device: Did
  /** From 1, without gaps. */
  seq: number
  /** Digest of the device's event before this one; null at 1. */
  prev: Uint8Array | null
  /** Heads of other devices that this device saw since its previous event, sorted by device. */
  deps: Head[]
  time: Hlc
  type: string
  /** Digests of the payload's parts. */
  chunks: Uint8Array[]
}

/** Limits of PROTOCOL.md. */
export const limits = { chunkBytes: 256 * 1024, chunks: 1000, deps: 1000, clockAheadMs: 5 * 60_000 } as const

const DAG_CBOR = 0x71
const SHA2_256 = 0x12

/** The CID (dag-cbor, sha2-256) whose 32-byte digest is given. */
export const cidOf = (digest: Uint8Array): CID => CID.createV1(DAG_CBOR, Digest.create(SHA2_256, digest))
/** The digest of a CID, or undefined where it is not of the one kind that the log uses. */
export const digestIn = (cid: unknown): Uint8Array | undefined => {
  const parsed = CID.asCID(cid)
  return parsed &&
    parsed.version === 1 &&
    parsed.code === DAG_CBOR &&
    parsed.multihash.code === SHA2_256 &&
    parsed.multihash.digest.length === 32
    ? parsed.multihash.digest
    : undefined
}

/** What is encoded and signed: the fields in their form as DAG-CBOR, without `sig`. */
export const envelopeFields = (e: Envelope) => ({
  v: 1,
  owner: e.owner,
  device: e.device,
  seq: e.seq,
  prev: e.prev && cidOf(e.prev),
  deps: e.deps.map((head) => [head.device, head.seq, cidOf(head.id)]),
  time: [e.time[0], e.time[1]],
  type: e.type,
  chunks: e.chunks.map(cidOf),
})

/** The chunk's bytes for a value that is already encoded: DAG-CBOR `[random, value]`. `random`: 16 bytes. */
export function chunkBytes(encodedValue: Uint8Array, random: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(18 + encodedValue.length)
  bytes[0] = 0x82 // array of two
  bytes[1] = 0x50 // 16 bytes
  bytes.set(random, 2)
  bytes.set(encodedValue, 18)
  return bytes
}

/** Negative where `a` is before `b`. */
export const compareHlc = (a: Hlc, b: Hlc): number => a[0] - b[0] || a[1] - b[1]
/** The next time after `last` by a clock that shows `now`. */
export const nextHlc = (last: Hlc, now: number): Hlc => (now > last[0] ? [now, 0] : [last[0], last[1] + 1])
