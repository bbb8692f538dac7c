/**
 * Chunks: the parts of an event's payload, each of which can be deleted alone. A chunk is DAG-CBOR
 * `[16 random bytes, value]`, so that its digest confirms no guess; at rest it is compressed where that helps,
 * then sealed.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { chunkBytes } from '../contract/envelope.ts'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Sealer } from '../ports/sealer.ts'
import { digestOf } from './cid.ts'
import { encode } from './dag-cbor.ts'
import { decode } from './dag-cbor-read.ts'
import { limits } from './envelope.ts'
import { contentSize } from './zstd-frame.ts'

/** A chunk ready to be stored: its digest, its plain size and its sealed bytes. */
export interface SealedChunk {
  digest: Uint8Array
  size: number
  sealed: Uint8Array
}

/** Below this many bytes compression costs more than it saves: each call sets up its state for some 30 µs. */
const COMPRESS_FROM = 2048
const RAW = 0
const ZSTD = 1
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** The chunk's bytes for a value that is already encoded. */
export const chunkOf = (encodedValue: Uint8Array, random: RandomBytes): Uint8Array => chunkBytes(encodedValue, random(16))
/** DAG-CBOR of a payload part. */
export const encodeValue = (value: unknown): Uint8Array => encode(value)

/** Seals a chunk for an account; `digest` is its own, where it is known. Error: `event-too-large`. */
export function sealChunk(account: number, chunk: Uint8Array, sealer: Sealer, digest = digestOf(chunk)): SealedChunk {
  if (chunk.length > limits.chunkBytes) throw new VivimError('event-too-large', 'A part is over 256 KiB.')
  return { digest, size: chunk.length, sealed: sealer.seal(placeOf(account, digest), pack(chunk)) }
}

/** Opens a chunk and proves that it is the one named. Errors: `seal-broken`, `event-chunks`. */
export function openChunk(account: number, digest: Uint8Array, sealed: Uint8Array, sealer: Sealer): Uint8Array {
  const chunk = unpack(sealer.open(placeOf(account, digest), sealed))
  if (Buffer.compare(digestOf(chunk), digest) !== 0) throw new VivimError('event-chunks')
  return chunk
}

/** The value in a chunk's bytes. Error: `event-chunks`. */
export function valueIn(chunk: Uint8Array): unknown {
  let parts: unknown
  try {
    parts = decode(chunk)
  } catch (cause) {
    throw new VivimError('event-chunks', 'A part is not DAG-CBOR.', { cause })
  }
  if (!Array.isArray(parts) || parts.length !== 2 || !(parts[0] instanceof Uint8Array) || parts[0].length !== 16) {
    throw new VivimError('event-chunks', 'A part does not begin with its random bytes.')
  }
  return parts[1]
}

/** Compresses where that saves something; {@link unpack} undoes it. Shared with projections' sealed columns. */
export function pack(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= COMPRESS_FROM) {
    // without a size of its own each call takes 64 KiB for its answer
    const small = zstdCompressSync(bytes, { params, chunkSize: bytes.length, pledgedSrcSize: bytes.length })
    if (small.length < bytes.length) return tagged(ZSTD, small)
  }
  return tagged(RAW, bytes)
}
export function unpack(packed: Uint8Array): Uint8Array {
  const rest = packed.subarray(1)
  if (packed[0] !== ZSTD) return rest
  const size = contentSize(rest)
  // one byte more than it takes, or a second answer is asked for
  return size === undefined ? zstdDecompressSync(rest) : zstdDecompressSync(rest, { chunkSize: Math.max(64, size + 1) })
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 1)
  out[0] = tag
  out.set(bytes, 1)
  return out
}
const placeOf = (account: number, digest: Uint8Array): string =>
  `chunk/${account}/${Buffer.from(digest.buffer, digest.byteOffset, 32).toString('hex')}/payload`
