/** Content ids: CIDv1, dag-cbor, sha2-256 (multiformats). Inside the store and in memory an id is its 32-byte digest. */
import { createHash, hash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { cidOf, digestIn } from '../contract/envelope.ts'
import type { EventId } from '../contract/ids.ts'

export { cidOf, digestIn } from '../contract/envelope.ts'

/** SHA-256 of `bytes`, 32 bytes. */
export const digestOf = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')
/** SHA-256 of all bytes that come, 32 bytes. */
export async function digestStream(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const sum = createHash('sha256')
  for await (const piece of bytes) sum.update(piece)
  return sum.digest()
}
/** The text form `bafyrei…`. */
export const eventIdOf = (digest: Uint8Array): EventId => cidOf(digest).toString() as EventId
/** The digest in an event's id; throws on anything else. */
export function digestOfEventId(id: EventId): Uint8Array {
  const digest = digestIn(CID.parse(id))
  if (!digest) throw new TypeError('not an event id')
  return digest
}
