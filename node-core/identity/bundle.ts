/**
 * What the keychain keeps for an account while the node is not running: one entry, small enough for every backend.
 * Invariant: the phrase is in it only until the person confirmed having written it down; backups never hold it.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'

const seed = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32, '32 bytes')
const schema = z.object({
  v: z.literal(1),
  /** Wraps the data keys. */
  kek: seed,
  /** Ed25519 seed of the account; absent where the person keeps it cold. */
  root: seed.optional(),
  /** Ed25519 and X25519 seeds of this node's device of the account. */
  device: seed,
  encryption: seed,
  /** SHA-256 of the successor's public key: what the genesis commits to. */
  successor: seed,
  phrase: z.string().optional(),
  /** DAG-CBOR of the grant by another device, until this one’s chain has begun with it. */
  grant: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes').optional(),
})
export type KeyBundle = z.infer<typeof schema>

/** By the device that the store writes as: two stores of one account on one machine do not share their keys. */
export const entryOf = (device: Did): string => `device:${device}`
export const encodeBundle = (bundle: KeyBundle): Uint8Array => encode(bundle)
/** Error: `keychain-corrupt`. */
export function decodeBundle(bytes: Uint8Array): KeyBundle {
  try {
    return schema.parse(decode(bytes))
  } catch (cause) {
    throw new VivimError('keychain-corrupt', 'The account’s entry cannot be read.', { cause })
  }
}
