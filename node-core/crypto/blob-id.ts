/** Content ids of files: CIDv1, raw, sha2-256, in base32. */
import type { BlobId } from '../contract/ids.ts'
import { fromBase32, toBase32 } from '../contract/ids.ts'

/** Version 1, codec `raw`, hash `sha2-256` of 32 bytes. */
const prefix = Uint8Array.of(0x01, 0x55, 0x12, 0x20)

/** The id of the bytes whose SHA-256 is `digest`. */
export const blobIdOf = (digest: Uint8Array): BlobId => `b${toBase32(Buffer.concat([prefix, digest]))}` as BlobId
/** The SHA-256 in an id, which must have passed `blobPattern`. */
export const digestOfBlob = (id: BlobId): Uint8Array => fromBase32(id.slice(1)).slice(prefix.length)
