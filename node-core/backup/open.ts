/** Opening and checking a backup with an account's phrase. */
import { createHash } from 'node:crypto'
import { isMissing } from '../adapters/durable-file.ts'
import { openRandomAccess } from '../adapters/random-access-file.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { FrameReader, type RandomAccess } from '../crypto/frames.ts'
import { deriveSeed, parsePhrase, seedOf } from '../crypto/phrase.ts'
import { x25519Of } from '../crypto/x25519.ts'
import {
  damaged,
  fileIdOf,
  headerLength,
  type Manifest,
  openHeader,
  PREFIX,
  parseManifest,
  storeMember,
  TRAILER,
} from './format.ts'

/** Told how many of all bytes are done. */
export type BackupProgress = (done: number, total: number) => void

export interface OpenBackup extends AsyncDisposable {
  readonly manifest: Manifest
  readonly path: string
  /** SHA-256 of its beginning. */
  readonly file: Uint8Array
  /** Bytes of all members. */
  readonly size: number
  /** Bytes of the store's member. Errors: as {@link members}. */
  readStore(start: number, length: number): Promise<Uint8Array>
  /**
   * The members in their order; the bytes of each are to be taken before the next is asked for, and fail at their end
   * with `backup-damaged` where they are not what was written.
   */
  members(signal?: AbortSignal): AsyncIterable<{ name: string; size: number; bytes: AsyncIterable<Uint8Array> }>
}

/** Errors: `not-found`, `backup-unknown`, `backup-too-new`, `backup-damaged`, `phrase-invalid`, `phrase-mismatch`. */
export async function openBackup(path: string, phrase: string): Promise<OpenBackup> {
  const recovery = x25519Of(deriveSeed(seedOf(parsePhrase(phrase)), 'recovery')).privateKey
  const access = await openRandomAccess(path).catch((error: unknown) => {
    throw isMissing(error) ? new VivimError('not-found', 'There is no such file.') : error
  })
  try {
    const { reader, file } = await openFrames(access, recovery)
    const manifest = await readManifest(reader)
    const size = manifest.members.reduce((sum, member) => sum + member.size, 0)
    const storeAt = manifest.members
      .slice(
        0,
        manifest.members.findIndex(({ name }) => name === storeMember),
      )
      .reduce((sum, member) => sum + member.size, 0)
    return {
      manifest,
      path,
      file,
      size,
      readStore: (start, length) => sealProved(reader.read(storeAt + start, length)),
      async *members(signal) {
        let at = 0
        for (const { name, size, sha256 } of manifest.members) {
          yield { name, size, bytes: checked(reader, name, at, at + size, sha256, signal) }
          at += size
        }
      },
      [Symbol.asyncDispose]: () => access.close(),
    }
  } catch (error) {
    await access.close()
    throw error
  }
}

/** The name of a backup's file that needs no phrase; undefined where it is none. */
export async function fileIdAt(path: string): Promise<Uint8Array | undefined> {
  const access = await openRandomAccess(path).catch(() => undefined)
  if (!access) return undefined
  try {
    const length = headerLength(await access.read(0, PREFIX))
    return fileIdOf(await access.read(0, PREFIX + length))
  } catch {
    return undefined
  } finally {
    await access.close()
  }
}

async function openFrames(access: RandomAccess, recovery: Uint8Array): Promise<{ reader: FrameReader; file: Uint8Array }> {
  const length = headerLength(await access.read(0, PREFIX))
  const whole = await access.read(0, PREFIX + length)
  if (whole.length < PREFIX + length) throw damaged('It breaks off.')
  const { keys, place, file } = await openHeader(whole, recovery)
  const rest: RandomAccess = {
    size: access.size - whole.length,
    read: (position, size) => access.read(whole.length + position, size),
    close: () => access.close(),
  }
  return { reader: await sealProved(FrameReader.open(rest, keys, place)), file }
}

async function readManifest(reader: FrameReader): Promise<Manifest> {
  const trailer = Buffer.from(await sealProved(reader.read(Math.max(0, reader.size - TRAILER), TRAILER)))
  const length = trailer.length === TRAILER ? Number(trailer.readBigUInt64BE()) : Number.POSITIVE_INFINITY
  const start = reader.size - TRAILER - length
  if (start < 0) throw damaged('Its list of contents is missing.')
  const manifest = parseManifest(await sealProved(reader.read(start, length)))
  if (manifest.members.reduce((sum, { size }) => sum + size, 0) !== start) throw damaged('Its list of contents does not fit.')
  return manifest
}

async function* checked(
  reader: FrameReader,
  name: string,
  start: number,
  end: number,
  sha256: Uint8Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  try {
    for await (const piece of reader.stream(start, end, signal)) {
      hash.update(piece)
      yield piece
    }
  } catch (error) {
    throw asDamage(error)
  }
  if (Buffer.compare(hash.digest(), sha256) !== 0) throw damaged(`“${name}” is not what was saved.`)
}

const sealProved = <T>(reading: Promise<T>): Promise<T> =>
  reading.catch((error: unknown) => {
    throw asDamage(error)
  })
const asDamage = (error: unknown): unknown =>
  isVivimError(error, 'seal-broken') ? damaged('It is cut off, or bytes of it have changed.', error) : error
