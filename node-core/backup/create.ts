/** Writing a backup while the node runs: the store as of one moment, and every file that it refers to. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { diskError, isMissing, syncFolder } from '../adapters/durable-file.ts'
import { ensureFree } from '../adapters/storage-sqlite/free-disk.ts'
import { VivimError } from '../contract/errors.ts'
import { sealedSize, sealFrames } from '../crypto/frames.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Reader, StorageFacts } from '../ports/storage.ts'
import { encodeManifest, type Manifest, newHeader, storeMember, TRAILER } from './format.ts'

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

/** A file that goes into the backup. */
interface Member {
  name: string
  path: string
  size: number
}

/** The store's copy while it is read; one that a crash left goes at the next backup. */
const COPY = 'backing-up.db'
const PIECE = 256 * 1024

/**
 * Writes the backup to the new file `path`, which is whole or not there. One at a time.
 * Errors: `bad-request` (not absolute, no such folder), `conflict` (something is there), `storage-full`,
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
  const before = await blobMembers(dataDirectory, signal)
  await ensureFree(folder, Math.ceil((facts.bytes + sum(before)) * 1.01) + PIECE)

  const copy = join(dataDirectory, COPY)
  const unfinished = `${path}.${Buffer.from(random(4)).toString('hex')}.part`
  try {
    await removeCopy(copy)
    await parts.writer.copyTo(copy)
    // listed after the copy was made: whatever the copy refers to is stored by now
    const members = [
      { name: storeMember, path: copy, size: (await stat(copy)).size },
      ...(await blobMembers(dataDirectory, signal)),
    ]
    const accounts = await parts.reader.all<{ did: string; recovery: Uint8Array }>(
      'SELECT did, recovery FROM account ORDER BY id',
    )
    const { bytes: header, key } = await newHeader(
      accounts.map(({ recovery }) => recovery),
      random,
    )
    const manifest: Manifest = {
      v: 1,
      created,
      product: parts.product,
      schema: facts.schemaVersion,
      accounts: accounts.map(({ did }) => did),
      members: [],
    }
    await ensureFree(folder, sealedSize(sum(members)) + PIECE)
    const sealed = sealFrames(contents(members, manifest, signal), { keys: key.keys, random, place: () => key.place })
    const bytes = await writeNew(unfinished, header, sealed)
    await refuseExisting(path)
    await rename(unfinished, path)
    await syncFolder(folder)
    return { path, bytes, created, seconds: (clock.monotonic() - from) / 1000 }
  } catch (error) {
    throw diskError(error)
  } finally {
    await rm(unfinished, { force: true })
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
async function writeNew(path: string, header: Uint8Array, sealed: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    let bytes = header.length
    await file.appendFile(header)
    for await (const piece of sealed) {
      await file.appendFile(piece)
      bytes += piece.length
    }
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

/** Every whole blob of the data directory, in a fixed order. */
async function blobMembers(dataDirectory: string, signal: AbortSignal | undefined): Promise<Member[]> {
  const members: Member[] = []
  const root = join(dataDirectory, 'blobs')
  for (const account of (await namesIn(root)).filter((name) => /^[0-9a-f]{16}$/.test(name))) {
    for (const part of await namesIn(join(root, account))) {
      if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
      for (const name of await namesIn(join(root, account, part))) {
        const path = join(root, account, part, name)
        const size = await sizeOf(path)
        if (size !== undefined) members.push({ name: `blobs/${account}/${part}/${name}`, path, size })
      }
    }
  }
  return members
}

const sum = (members: readonly Member[]): number => members.reduce((bytes, { size }) => bytes + size, 0)

async function removeCopy(copy: string): Promise<void> {
  for (const end of ['', '.part', '.part-wal', '.part-shm', '.part-journal']) await rm(copy + end, { force: true })
}

async function refuseExisting(path: string): Promise<void> {
  if (await isThere(path)) throw new VivimError('conflict', 'There is something of that name already.')
}
const isThere = async (path: string): Promise<boolean> => (await sizeOf(path)) !== undefined

const sizeOf = (path: string): Promise<number | undefined> => unlessMissing(stat(path).then(({ size }) => size))
const namesIn = async (folder: string): Promise<string[]> => ((await unlessMissing(readdir(folder))) ?? []).sort()

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
