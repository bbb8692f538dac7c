/** Content ids: CIDv1, dag-cbor, sha2-256 (multiformats). Inside the store and in memory an id is its 32-byte digest. */
import { createHash, hash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import type { EventId } from '../contract/ids.ts'

const DAG_CBOR = 0x71
const SHA2_256 = 0x12

/** SHA-256 of `bytes`, 32 bytes. */
export const digestOf = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')
/** SHA-256 of all bytes that come, 32 bytes. */
export async function digestStream(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const sum = createHash('sha256')
  for await (const piece of bytes) sum.update(piece)
  return sum.digest()
}
/** The CID whose digest is given. */
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
/** The text form `bafyrei…`. */
export const eventIdOf = (digest: Uint8Array): EventId => cidOf(digest).toString() as EventId
/** The digest in an event's id; throws on anything else. */
export function digestOfEventId(id: EventId): Uint8Array {
  const digest = digestIn(CID.parse(id))
  if (!digest) throw new TypeError('not an event id')
  return digest
}
