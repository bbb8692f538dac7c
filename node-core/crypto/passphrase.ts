/**
 * A file that a passphrase opens: Argon2id → AES-256-GCM, as JSON that carries its own parameters.
 * The associated data is the part before `sealed`; the checksum only tells damage from a wrong passphrase.
 */
import crypto, { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'

/** Cost of Argon2id. Some 0.15 s with {@link defaultCost} on one core. */
export interface KdfCost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}
export interface Kdf extends KdfCost {
  readonly name: 'argon2id'
  /** Base64. */
  readonly salt: string
}
export const defaultCost: KdfCost = { memory: 65_536, passes: 3, lanes: 1 }

const base64 = z.base64()
/** Bounds keep a planted file from taking the machine's memory. */
const schema = z.strictObject({
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memory: z.int().min(8).max(1_048_576),
    passes: z.int().min(1).max(32),
    lanes: z.int().min(1).max(16),
    salt: base64.min(20).max(88),
  }),
  sealed: base64.min(40),
  checksum: z.string(),
})
/** A parsed file whose checksum holds. */
export type SealedFile = z.infer<typeof schema>

/** A passphrase as bytes, the same on every keyboard and system: NFKC, UTF-8, without the line's end. */
export const passphraseBytes = (text: string): Uint8Array =>
  new TextEncoder().encode(text.replace(/\r?\n$/, '').normalize('NFKC'))

/** Parameters for a new file. */
export const newKdf = (random: RandomBytes, cost: KdfCost = defaultCost): Kdf => ({
  name: 'argon2id',
  memory: cost.memory,
  passes: cost.passes,
  lanes: cost.lanes,
  salt: Buffer.from(random(16)).toString('base64'),
})

/** The key that a passphrase opens a file with; computed off the main thread. The passphrase's bytes are left as they are. */
export async function passphraseKey(passphrase: Uint8Array, kdf: Kdf): Promise<KeyObject> {
  const raw = await argon2id(passphrase, Buffer.from(kdf.salt, 'base64'), kdf)
  try {
    return createSecretKey(raw)
  } finally {
    raw.fill(0)
  }
}

/** The file's text. */
export function sealFile(plain: Uint8Array, key: KeyObject, kdf: Kdf, random: RandomBytes): string {
  const nonce = random(12)
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce).setAAD(aadOf(kdf))
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
  return `${JSON.stringify({ version: 1, kdf, sealed, checksum: checksumOf(kdf, sealed) }, null, 2)}\n`
}

/** Error: `keychain-corrupt`. */
export function parseSealedFile(text: string): SealedFile {
  let file: SealedFile
  try {
    file = schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new VivimError('keychain-corrupt', undefined, { cause })
  }
  if (file.checksum !== checksumOf(file.kdf, file.sealed)) throw new VivimError('keychain-corrupt', 'Its checksum is wrong.')
  return file
}

/** What was sealed. Error: `keychain-wrong-passphrase`. */
export function openFile(file: SealedFile, key: KeyObject): Uint8Array {
  const sealed = Buffer.from(file.sealed, 'base64')
  const end = sealed.length - 16
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(aadOf(file.kdf)).setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(12, end))
  try {
    decipher.final()
  } catch (cause) {
    plain.fill(0)
    throw new VivimError('keychain-wrong-passphrase', undefined, { cause })
  }
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
}

const aadOf = ({ name, memory, passes, lanes, salt }: Kdf): Uint8Array =>
  Buffer.from(`vivim/v1/keychain/1/${name}/${memory}/${passes}/${lanes}/${salt}`)
const checksumOf = (kdf: Kdf, sealed: string): string => createHash('sha256').update(aadOf(kdf)).update(sealed).digest('hex')

/** Argon2id, 32 bytes: OpenSSL's, or the portable one where the runtime is built on another library (Electron). */
export async function argon2id(passphrase: Uint8Array, salt: Uint8Array, cost: KdfCost): Promise<Uint8Array> {
  try {
    if (typeof crypto.argon2 === 'function') return await nativeArgon2id(passphrase, salt, cost)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_ARGON2_NOT_SUPPORTED')) throw error
  }
  return await portableArgon2id(passphrase, salt, cost)
}
const nativeArgon2id = (
  message: Uint8Array,
  nonce: Uint8Array,
  { memory, passes, lanes: parallelism }: KdfCost,
): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    crypto.argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength: 32 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
/** Exported for the test that compares the two. */
export async function portableArgon2id(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { memory, passes, lanes }: KdfCost,
): Promise<Uint8Array> {
  const noble = await import('@noble/hashes/argon2.js')
  return noble.argon2idAsync(passphrase, salt, { m: memory, t: passes, p: lanes, dkLen: 32 })
}
