/**
 * What an account says of itself to others: where it is reached, and which keys to seal for it with. Signed by a device
 * with `publish` over its DAG-CBOR without `sig` (purpose `account-record`), and proved from the account's DID alone.
 */
import { z } from 'zod'
import { grantSchema, successionSchema } from './events.ts'
import { didPattern } from './ids.ts'

const anyBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes')
const bytes = (length: number) => anyBytes.refine((value) => value.length === length, `${length} bytes`)
const did = z.string().regex(didPattern)
const millis = z.int().min(0)

export const accountRecordSchema = z.strictObject({
  v: z.literal(1),
  account: did,
  /** Of two records the one with the higher number holds; of equal ones the one whose SHA-256 is lower. The clock's milliseconds. */
  sequence: millis,
  expires: millis,
  /** How the person wants to be called; null: not said. */
  name: z.string().min(1).max(200).nullable(),
  handle: z.string().min(1).max(200).nullable(),
  /** Addresses of nodes, and of peers. */
  pds: z.array(z.string().max(2048)).max(20),
  peers: z.array(z.string().max(512)).max(100),
  /** X25519 public keys to seal with, each as long as its device's grant holds; `until` null: until revoked. */
  keys: z.array(z.strictObject({ device: did, key: bytes(32), from: millis, until: millis.nullable() })).max(1000),
  /** Where MLS key packages are. */
  packages: z.string().max(2048).nullable(),
  /** The device that signs, and its grant, its granter's, and so on up to one by a root. */
  device: did,
  grants: z.array(grantSchema).min(1).max(100),
  /** Where the root was replaced: the genesis, by which the first one committed to its successor, and the successions. */
  roots: z
    .strictObject({ envelope: anyBytes, chunk: anyBytes, successions: z.array(successionSchema).min(1).max(100) })
    .nullable(),
  sig: bytes(64),
})
export type AccountRecord = z.infer<typeof accountRecordSchema>
/** A record holds for so long, in milliseconds; it is made anew when half of that is over. */
export const recordLifetime = 7 * 24 * 3_600_000
/** Bytes of a record, at most. */
export const RECORD_BYTES = 256 * 1024
