/**
 * A backup: one sealed file that the phrase of any account in it opens.
 *
 * File: `VIVB`, version 1, three zeros, the header's length (4, BE), the header (DAG-CBOR: 16 random bytes, the file's
 * key sealed by HPKE for each account's recovery key), then frames (`crypto/frames.ts`) under that key, whose place is
 * the header's SHA-256. Inside: the members' bytes one after the other, the {@link Manifest} (DAG-CBOR), its length
 * (8, BE). Nothing outside the frames tells whose it is.
 *
 * Invariant: members are the store and the blobs, sealed already; no keychain, device key, lock, socket or staging.
 */
import { createHash, createSecretKey } from 'node:crypto'
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { VivimError } from '../contract/errors.ts'
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.ts'
import type { SealerKeys } from '../crypto/seal.ts'
import type { RandomBytes } from '../ports/clock.ts'

export const storeMember = 'store.db'
/** As the blobs' folder names them: keyed hashes. */
const blobMember = /^blobs\/[0-9a-f]{16}\/[0-9a-f]{2}\/[0-9a-f]{32}$/

const bytes = (length: number) => z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)
const size = z.int().min(0)
const manifest = z.object({
  v: z.literal(1),
  /** Milliseconds since 1970. */
  created: z.int(),
  /** The product's version. */
  product: z.string(),
  /** The store's schema version. */
  schema: z.int(),
  /** DIDs. */
  accounts: z.array(z.string()).min(1),
  members: z.array(z.object({ name: z.string().regex(blobMember).or(z.literal(storeMember)), size, sha256: bytes(32) })),
})
export type Manifest = z.output<typeof manifest>

const magic = Buffer.from('VIVB')
/** Magic, version and length. */
export const PREFIX = 12
const VERSION = 1
/** More than ten thousand accounts' keys. */
const LONGEST_HEADER = 1024 * 1024
/** The manifest's length, at the end. */
export const TRAILER = 8

const header = z.object({
  salt: bytes(16),
  keys: z.array(z.custom<Uint8Array>((value) => value instanceof Uint8Array)).min(1),
})

/** What frames are sealed and opened with. */
export interface BackupKey {
  keys: SealerKeys
  place: string
}

/** A fresh key, and the beginning of the file that holds it for every recovery key (X25519 public). */
export async function newHeader(
  recovery: readonly Uint8Array[],
  random: RandomBytes,
): Promise<{ bytes: Uint8Array; key: BackupKey }> {
  const salt = random(16)
  const secret = random(32)
  const keys = await Promise.all(recovery.map((publicKey) => hpkeSeal('backup', wrapPlace(salt), secret, publicKey)))
  const encoded = encode({ salt, keys })
  const front = Buffer.alloc(PREFIX)
  magic.copy(front)
  front[4] = VERSION
  front.writeUInt32BE(encoded.length, 8)
  const whole = Buffer.concat([front, encoded])
  return { bytes: whole, key: keyOf(secret, whole) }
}

/** The length of the header behind the first {@link PREFIX} bytes. Errors: `backup-unknown`, `backup-too-new`. */
export function headerLength(front: Uint8Array): number {
  const view = Buffer.from(front.buffer, front.byteOffset, front.length)
  if (view.length < PREFIX || !view.subarray(0, 4).equals(magic)) throw new VivimError('backup-unknown')
  if (view[4] !== VERSION) throw new VivimError('backup-too-new', `It has version ${view[4]}.`)
  const length = view.readUInt32BE(8)
  if (length === 0 || length > LONGEST_HEADER) throw damaged('Its beginning is broken.')
  return length
}

/** The file's key, out of all its beginning. Errors: `backup-damaged`, `phrase-mismatch`. */
export async function openHeader(whole: Uint8Array, recoveryKey: Uint8Array): Promise<BackupKey> {
  const { salt, keys } = parse(header, whole.subarray(PREFIX))
  for (const sealed of keys) {
    const secret = await hpkeOpen('backup', wrapPlace(salt), sealed, recoveryKey).catch(() => undefined)
    if (secret) return keyOf(secret, whole)
  }
  throw new VivimError('phrase-mismatch', 'No account in the backup grows from it.')
}

export const encodeManifest = (value: Manifest): Uint8Array => encode(value)

/** Errors: `backup-damaged`, also where a name is none that a backup holds or comes twice. */
export function parseManifest(encoded: Uint8Array): Manifest {
  const parsed = parse(manifest, encoded)
  const names = new Set(parsed.members.map(({ name }) => name))
  if (names.size !== parsed.members.length || !names.has(storeMember)) throw damaged('Its list of contents is broken.')
  return parsed
}

export const damaged = (detail: string, cause?: unknown): VivimError => new VivimError('backup-damaged', detail, { cause })

function parse<T extends z.ZodType>(schema: T, encoded: Uint8Array): z.output<T> {
  try {
    return schema.parse(decode(encoded))
  } catch (cause) {
    throw damaged('Its structure is broken.', cause)
  }
}

const wrapPlace = (salt: Uint8Array): string => `backup/${Buffer.from(salt).toString('hex')}`
const keyOf = (secret: Uint8Array, whole: Uint8Array): BackupKey => ({
  keys: { current: 1, keys: new Map([[1, createSecretKey(secret)]]) },
  place: `backup/${createHash('sha256').update(whole).digest('hex')}`,
})
