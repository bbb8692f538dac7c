/**
 * A backup: one sealed file that the phrase of any account in it opens; whole, or an increment on another one.
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
  /** Present where it is an increment: it holds what is new since another backup, and cannot be brought back without that. */
  base: z
    .object({
      /** SHA-256 of the other one's beginning ({@link openHeader}'s bytes). */
      file: bytes(32),
      /** Files of that one that are no more. */
      gone: z.array(z.string().regex(blobMember)),
      /** The store as it is to become; its member holds those blocks alone that changed, one after the other. */
      store: z.object({ size, sha256: bytes(32), changed: z.array(z.tuple([size, z.int().min(1)])) }),
    })
    .optional(),
})
export type Manifest = z.output<typeof manifest>
/** Bytes of a block of the store, by which increments tell what changed; the last one may be shorter. */
export const BLOCK = 16 * 1024
/** Numbers of blocks in their order, out of runs `[first, how many]`. */
export function* blocksIn(runs: readonly (readonly [number, number])[]): Generator<number> {
  for (const [first, count] of runs) for (let n = 0; n < count; n++) yield first + n
}

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
  /** SHA-256 of the file's beginning: by it an increment names the backup that it builds on. */
  file: Uint8Array
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
  if (parsed.base) checkChanged(parsed.base.store, parsed.members.find(({ name }) => name === storeMember)?.size)
  return parsed
}

/** Whether the blocks that an increment names are of the store, in order, and as many as it holds. */
function checkChanged(
  { size: whole, changed }: { size: number; changed: readonly (readonly [number, number])[] },
  held = 0,
): void {
  const count = Math.ceil(whole / BLOCK)
  let next = 0
  let bytes = 0
  for (const [first, blocks] of changed) {
    if (first < next || first + blocks > count) throw damaged('Its list of changes is broken.')
    next = first + blocks
    bytes += Math.min(whole, next * BLOCK) - first * BLOCK
  }
  if (bytes !== held) throw damaged('Its list of changes does not fit.')
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
/** The name by which increments know a backup, out of the bytes of its beginning. */
export const fileIdOf = (whole: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(whole).digest())
function keyOf(secret: Uint8Array, whole: Uint8Array): BackupKey {
  const file = fileIdOf(whole)
  const keys = { current: 1, keys: new Map([[1, createSecretKey(secret)]]) }
  return { keys, place: `backup/${Buffer.from(file).toString('hex')}`, file }
}
