/**
 * Blobs as sealed files: `<directory>/<account>/<aa>/<name>`, where account and name are keyed hashes and `aa` is the
 * name's beginning. `<directory>/incoming` holds what is being written.
 *
 * Invariant: a file under an account is whole and flushed; what a crash leaves is in `incoming` alone. The bytes
 * matched their id when they were put; when they are read, their authentication ties them to that id's place.
 */
import { createHash, type Hash } from 'node:crypto'
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { BlobId, Did } from '../../contract/ids.ts'
import { blobIdOf, digestOfBlob } from '../../crypto/blob-id.ts'
import { FrameReader, sealedSize, sealFrames } from '../../crypto/frames.ts'
import type { SealerKeys } from '../../crypto/seal.ts'
import type { Blobs } from '../../ports/blobs.ts'
import type { RandomBytes } from '../../ports/clock.ts'
import type { KeyedHash } from '../../ports/sealer.ts'
import { abortable } from '../abortable.ts'
import { diskError, isMissing, makeFolder, syncFolder } from '../durable-file.ts'
import { openRandomAccess } from '../random-access-file.ts'
import { gather } from './gather.ts'

/** What an account's blobs are sealed and named with. */
export interface BlobKeys {
  readonly seal: SealerKeys
  readonly name: KeyedHash
}
export interface FsBlobsOptions {
  readonly directory: string
  /** Throws where the account is not one of this node's. */
  readonly keys: (account: Did) => BlobKeys
  readonly random: RandomBytes
}

/** Opens the folder, makes it where it is missing, and removes what a crash left half-written. */
export async function openFsBlobs({ directory, keys, random }: FsBlobsOptions): Promise<Blobs> {
  const incoming = join(directory, 'incoming')
  await rm(incoming, { recursive: true, force: true })
  await makeFolder(incoming)
  return new FsBlobs(directory, incoming, keys, random)
}

/** Up to here bytes are held until their id is known: what is stored already is then not written again. */
const HELD = 1 << 20

class FsBlobs implements Blobs {
  readonly #directory: string
  readonly #incoming: string
  readonly #keys: (account: Did) => BlobKeys
  readonly #random: RandomBytes

  constructor(directory: string, incoming: string, keys: (account: Did) => BlobKeys, random: RandomBytes) {
    this.#directory = directory
    this.#incoming = incoming
    this.#keys = keys
    this.#random = random
  }

  async put(
    account: Did,
    bytes: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<{ id: BlobId; size: number; added: number }> {
    const keys = this.#keys(account)
    const hash = createHash('sha256')
    let size = 0
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of abortable(bytes, signal)) {
        hash.update(piece)
        size += piece.length
        yield piece
      }
    }
    const source = counted()
    try {
      const { held, whole, all } = await gather(source, HELD)
      if (whole) {
        const id = blobIdOf(hash.copy().digest())
        if (await this.#intact(account, id, held)) return { id, size, added: 0 }
      }
      const written = await this.#write(account, keys, all(), hash)
      return { ...written, size }
    } finally {
      await source.return(undefined)
    }
  }

  /** `hash` has taken in all of `bytes` when they end. */
  async #write(
    account: Did,
    keys: BlobKeys,
    bytes: AsyncIterable<Uint8Array>,
    hash: Hash,
  ): Promise<{ id: BlobId; added: number }> {
    const aside = join(this.#incoming, hex(this.#random(16)))
    try {
      const file = await open(aside, 'wx', 0o600)
      try {
        const place = () => placeOf(nameOf(keys, hash.copy().digest()))
        for await (const piece of sealFrames(bytes, { keys: keys.seal, random: this.#random, place }))
          await file.appendFile(piece)
        await file.sync()
      } finally {
        await file.close()
      }
      const id = blobIdOf(hash.digest())
      const path = this.#path(account, id)
      await makeFolder(dirname(path))
      // Equal bytes that are there already, damaged perhaps, give way to these.
      const added = (await sizeOf(aside)) - (await sizeOf(path))
      await rename(aside, path)
      await syncFolder(dirname(path))
      return { id, added }
    } catch (error) {
      await rm(aside, { force: true })
      throw diskError(error)
    }
  }

  async size(account: Did, id: BlobId): Promise<number | undefined> {
    try {
      const reader = await this.#open(account, id)
      await reader.close()
      return reader.size
    } catch (error) {
      if (isVivimError(error, 'blob-not-found')) return undefined
      throw error
    }
  }

  async *read(
    account: Did,
    id: BlobId,
    range?: { start: number; end: number },
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
    const reader = await this.#open(account, id)
    try {
      yield* reader.stream(range?.start ?? 0, range?.end ?? reader.size, signal)
    } catch (error) {
      throw damaged(error)
    } finally {
      await reader.close()
    }
  }

  async delete(account: Did, id: BlobId): Promise<void> {
    const path = this.#path(account, id)
    try {
      await rm(path)
      await syncFolder(dirname(path))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }

  async sweep(account: Did, keep: ReadonlySet<BlobId>, before: number, goOn = () => true): Promise<number> {
    const keys = this.#keys(account)
    const kept = new Set<string>()
    for (const id of keep) kept.add(nameOf(keys, digestOfBlob(id)))
    const folder = this.#folder(account)
    let removed = 0
    for (const part of await namesIn(folder)) {
      let here = 0
      for (const name of await namesIn(join(folder, part))) {
        if (kept.has(name)) continue
        const path = join(folder, part, name)
        const put = await stat(path).catch(unlessMissing)
        if (!put || put.mtimeMs >= before) continue
        if (!goOn()) return removed
        await rm(path, { force: true })
        here++
      }
      if (here > 0) await syncFolder(join(folder, part))
      removed += here
    }
    return removed
  }

  async used(account: Did): Promise<number> {
    const folder = this.#folder(account)
    let sum = 0
    for (const part of await namesIn(folder)) {
      for (const name of await namesIn(join(folder, part))) sum += await sizeOf(join(folder, part, name))
    }
    return sum
  }

  async #open(account: Did, id: BlobId): Promise<FrameReader> {
    const keys = this.#keys(account)
    const path = this.#path(account, id)
    const access = await openRandomAccess(path).catch((error: unknown) => {
      throw isMissing(error) ? new VivimError('blob-not-found') : error
    })
    try {
      return await FrameReader.open(access, keys.seal, placeOf(nameOf(keys, digestOfBlob(id))))
    } catch (error) {
      await access.close()
      throw damaged(error)
    }
  }

  /** True where exactly these bytes are stored and open: a damaged copy does not stand in the way of a good one. */
  async #intact(account: Did, id: BlobId, expected: Uint8Array): Promise<boolean> {
    if ((await sizeOf(this.#path(account, id))) !== sealedSize(expected.length)) return false
    try {
      const reader = await this.#open(account, id)
      try {
        if (Buffer.compare(await reader.read(0, reader.size), expected) !== 0) return false
      } finally {
        await reader.close()
      }
      // Whoever put it may not have come to this yet.
      await syncFolder(dirname(this.#path(account, id)))
      // put now: a sweep leaves it until it is in use
      const now = new Date()
      await utimes(this.#path(account, id), now, now)
      return true
    } catch (error) {
      if (isVivimError(error)) return false
      throw error
    }
  }

  #folder(account: Did): string {
    return join(this.#directory, hex(this.#keys(account).name('blobs', account)).slice(0, 16))
  }
  #path(account: Did, id: BlobId): string {
    const name = nameOf(this.#keys(account), digestOfBlob(id))
    return join(this.#folder(account), name.slice(0, 2), name)
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const nameOf = (keys: BlobKeys, digest: Uint8Array): string => hex(keys.name('blob', digest))
const placeOf = (name: string): string => `blob/${name}`

const damaged = (error: unknown): unknown =>
  isVivimError(error, 'seal-broken') ? new VivimError('storage-corrupt', 'A stored file is damaged.', { cause: error }) : error

const unlessMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error
}
const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
/** Bytes of a file; 0 where it is gone meanwhile. */
const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}
