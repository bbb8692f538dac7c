/** Writing a backup while the node runs: the store as of one moment, and every file that it refers to. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { diskError, isMissing, syncFolder } from '../adapters/durable-file.ts'
import { ensureFree } from '../adapters/storage-sqlite/free-disk.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { sealedSize, sealFrames } from '../crypto/frames.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Reader, StorageFacts } from '../ports/storage.ts'
import { encodeManifest, type Manifest, newHeader, storeMember, TRAILER } from './format.ts'
import { blobMembers, isThere, type Member, sum } from './members.ts'

export interface BackupParts {
  dataDirectory: string
  /** The product's version. */
  product: string
  reader: Reader
  writer: { copyTo(path: string): Promise<void>; facts(): Promise<StorageFacts> }
  clock: Clock
  random: RandomBytes
}
export interface BackupDone {
  path: string
  bytes: number
  created: number
  seconds: number
}

export interface StreamOptions {
  /** The store's copy while it is read, a name in the data directory; one that a crash left goes at the next backup. */
  copy: string
  /** Milliseconds since 1970. */
  created: number
  /** Refuses, with `forbidden`, to hand out a store that holds another's account as well. */
  only?: Did
  /** Told how many bytes are to come, about, before the first of them. */
  before?(bytes: number): Promise<void>
}

const PIECE = 256 * 1024

/**
 * Writes the backup to the new file `path`, which is whole or not there. One at a time.
 * Errors: `bad-request` (not absolute, no such folder), `already-there`, `storage-full`,
 * `cancelled`, the store's.
 */
export async function createBackup(parts: BackupParts, path: string, signal?: AbortSignal): Promise<BackupDone> {
  const { clock, dataDirectory, random } = parts
  const from = clock.monotonic()
  const created = clock.now()
  if (!isAbsolute(path)) throw new VivimError('bad-request', 'path: must be absolute.')
  const folder = dirname(path)
  if (!(await isThere(folder))) throw new VivimError('bad-request', 'path: its folder does not exist.')
  await refuseExisting(path)
  const facts = await parts.writer.facts()
  const blobs = await blobMembers(dataDirectory, signal)
  await ensureFree(folder, Math.ceil((facts.bytes + sum(blobs)) * 1.01) + PIECE)

  const unfinished = `${path}.${Buffer.from(random(4)).toString('hex')}.part`
  const before = (bytes: number): Promise<void> => ensureFree(folder, bytes)
  try {
    const bytes = await writeNew(unfinished, backupBytes(parts, { copy: 'backing-up.db', created, before }, signal))
    await refuseExisting(path)
    await rename(unfinished, path)
    await syncFolder(folder)
    return { path, bytes, created, seconds: (clock.monotonic() - from) / 1000 }
  } catch (error) {
    throw diskError(error)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/**
 * The backup's bytes; what was given until it fails is no whole backup. One at a time of each `copy`.
 * Errors: `forbidden`, `storage-full`, `cancelled`, the store's.
 */
export async function* backupBytes(
  parts: BackupParts,
  { copy: name, created, only, before }: StreamOptions,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { dataDirectory, random, reader, writer, product } = parts
  const copy = join(dataDirectory, name)
  try {
    await removeCopy(copy)
    const accounts = async () => {
      const all = await reader.all<{ did: Did; recovery: Uint8Array }>('SELECT did, recovery FROM account ORDER BY id')
      if (only !== undefined && all.some(({ did }) => did !== only))
        throw new VivimError('forbidden', 'The node holds other accounts too; its owner backs it up with “vivim backup”.')
      return all
    }
    await accounts()
    await writer.copyTo(copy)
    // listed after the copy was made: whatever the copy refers to is stored by now
    const members = [
      { name: storeMember, path: copy, size: (await stat(copy)).size },
      ...(await blobMembers(dataDirectory, signal)),
    ]
    const all = await accounts()
    const { bytes: header, key } = await newHeader(
      all.map(({ recovery }) => recovery),
      random,
    )
    const { schemaVersion: schema } = await writer.facts()
    const manifest: Manifest = { v: 1, created, product, schema, accounts: all.map(({ did }) => did), members: [] }
    await before?.(sealedSize(sum(members)) + PIECE)
    yield header
    yield* sealFrames(contents(members, manifest, signal), { keys: key.keys, random, place: () => key.place })
  } finally {
    await removeCopy(copy)
  }
}

/** All that is sealed: the members, whose sums enter the manifest as they pass, and the manifest. */
async function* contents(
  members: readonly Member[],
  manifest: Manifest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (const { name, path } of members) {
    const hash = createHash('sha256')
    let size = 0
    try {
      for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
        if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
        hash.update(piece)
        size += piece.length
        yield piece
      }
    } catch (error) {
      // deleted for good since the store was copied
      if (name !== storeMember && size === 0 && isMissing(error)) continue
      throw error
    }
    manifest.members.push({ name, size, sha256: new Uint8Array(hash.digest()) })
  }
  const encoded = encodeManifest(manifest)
  const trailer = Buffer.alloc(TRAILER)
  trailer.writeBigUInt64BE(BigInt(encoded.length))
  yield encoded
  yield trailer
}

/** Durable when it resolves; answers the bytes written. */
async function writeNew(path: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let bytes = 0
    for await (const piece of content) {
      await file.appendFile(piece)
      bytes += piece.length
    }
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

async function removeCopy(copy: string): Promise<void> {
  for (const end of ['', '.part', '.part-wal', '.part-shm', '.part-journal']) await rm(copy + end, { force: true })
}

async function refuseExisting(path: string): Promise<void> {
  if (await isThere(path)) throw new VivimError('already-there', 'Name a new file.')
}
