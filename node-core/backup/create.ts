/** Writing a backup while the node runs: the store as of one moment, and every file that it refers to. */
import { createHash } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { diskError, isMissing, syncFolder } from '../adapters/durable-file.ts'
import { ensureFree } from '../adapters/storage-sqlite/free-disk.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { sealedSize, sealFrames } from '../crypto/frames.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Reader, StorageFacts } from '../ports/storage.ts'
import { type BlockFilter, blockFilter } from './blocks.ts'
import { BLOCK, encodeManifest, type Manifest, newHeader, storeMember, TRAILER } from './format.ts'
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
  /** increment: what is new since the one before it in its folder. */
  kind: 'whole' | 'increment'
  bytes: number
  created: number
  seconds: number
}

/** What another backup holds, as far as an increment on it needs to know. */
export interface Base {
  /** SHA-256 of its beginning. */
  file: Uint8Array
  /** Digests of the store's blocks ({@link digestOfBlock}), one after the other. */
  blocks: Uint8Array
  /** Names of its files. */
  blobs: ReadonlySet<string>
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
  /** Only what is new since then. */
  base?: Base | undefined
  /** Told at the end what the next one can build on. */
  onDone?(base: Base): void
}

const PIECE = 256 * 1024

/**
 * Writes the backup to the new file `path`, which is whole or not there. One at a time.
 * Errors: `bad-request` (not absolute, no such folder), `already-there`, `storage-full`,
 * `cancelled`, the store's.
 */
export async function createBackup(parts: BackupParts, path: string, signal?: AbortSignal): Promise<BackupDone> {
  const { clock, dataDirectory } = parts
  const from = clock.monotonic()
  const created = clock.now()
  if (!isAbsolute(path)) throw new VivimError('bad-request', 'path: must be absolute.')
  const folder = dirname(path)
  if (!(await isThere(folder))) throw new VivimError('bad-request', 'path: its folder does not exist.')
  await refuseExisting(path)
  const facts = await parts.writer.facts()
  const blobs = await blobMembers(dataDirectory, signal)
  await ensureFree(folder, Math.ceil((facts.bytes + sum(blobs)) * 1.01) + PIECE)
  const bytes = await writeBackup(parts, path, { created }, signal)
  return { path, kind: 'whole', bytes, created, seconds: (clock.monotonic() - from) / 1000 }
}

/** Writes a backup to the new file `path`, which is whole or not there; answers its bytes. Errors: as {@link createBackup}. */
export async function writeBackup(
  parts: BackupParts,
  path: string,
  options: Omit<StreamOptions, 'copy' | 'only' | 'before'>,
  signal?: AbortSignal,
): Promise<number> {
  const folder = dirname(path)
  const unfinished = `${path}.${Buffer.from(parts.random(4)).toString('hex')}.part`
  const before = (bytes: number): Promise<void> => ensureFree(folder, bytes)
  try {
    const bytes = await writeNew(unfinished, backupBytes(parts, { ...options, copy: 'backing-up.db', before }, signal))
    await refuseExisting(path)
    await rename(unfinished, path)
    await syncFolder(folder)
    return bytes
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
  { copy: name, created, only, before, base, onDone }: StreamOptions,
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
    const store = { name: storeMember, path: copy, size: (await stat(copy)).size }
    const blobs = await blobMembers(dataDirectory, signal)
    const added = blobs.filter(({ name }) => !base?.blobs.has(name))
    const all = await accounts()
    const { bytes: header, key } = await newHeader(
      all.map(({ recovery }) => recovery),
      random,
    )
    const { schemaVersion: schema } = await writer.facts()
    const manifest: Manifest = { v: 1, created, product, schema, accounts: all.map(({ did }) => did), members: [] }
    // how much of the store changed is known only when it was read
    await before?.(sealedSize(sum(added) + (base ? 0 : store.size)) + PIECE)
    yield header
    const there = new Set(blobs.map((one) => one.name))
    const gone = base && [...base.blobs].filter((one) => !there.has(one))
    const changes = blockFilter(base?.blocks)
    yield* sealFrames(
      contents({ store, added, changes, base: base && { file: base.file, gone: gone ?? [] } }, manifest, signal),
      {
        keys: key.keys,
        random,
        place: () => key.place,
      },
    )
    // one that was deleted while the others were read is in none
    const skipped = new Set(added.map((one) => one.name).filter((one) => !manifest.members.some((member) => member.name === one)))
    onDone?.({ file: key.file, blocks: changes.digests(), blobs: new Set([...there].filter((one) => !skipped.has(one))) })
  } finally {
    await removeCopy(copy)
  }
}

interface Contents {
  store: Member
  added: readonly Member[]
  changes: BlockFilter
  base: { file: Uint8Array; gone: string[] } | undefined
}

/** All that is sealed: the members, whose sums enter the manifest as they pass, and the manifest. */
async function* contents(
  { store, added, changes, base }: Contents,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const passed = summed()
  for await (const block of piecesOf(store.path, BLOCK, signal)) if (changes.take(block)) yield passed.take(block)
  manifest.members.push({ name: storeMember, ...passed.done() })
  if (base) manifest.base = { ...base, store: changes.done() }
  for (const { name, path } of added) {
    const sums = summed()
    try {
      for await (const piece of piecesOf(path, PIECE, signal)) yield sums.take(piece)
    } catch (error) {
      // deleted for good since the store was copied
      if (sums.size() === 0 && isMissing(error)) continue
      throw error
    }
    manifest.members.push({ name, ...sums.done() })
  }
  const encoded = encodeManifest(manifest)
  const trailer = Buffer.alloc(TRAILER)
  trailer.writeBigUInt64BE(BigInt(encoded.length))
  yield encoded
  yield trailer
}

/** A file in pieces of one size, the last one shorter; `size` is a part of {@link PIECE}. Each is gone when the next is asked for. */
async function* piecesOf(path: string, size: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const buffer = new Uint8Array(PIECE)
    for (let filled = PIECE; filled === PIECE; ) {
      if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
      filled = 0
      for (let read = -1; read !== 0 && filled < PIECE; filled += read)
        read = (await file.read(buffer, filled, PIECE - filled)).bytesRead
      for (let at = 0; at < filled; at += size) yield buffer.subarray(at, Math.min(at + size, filled))
    }
  } finally {
    await file.close()
  }
}

/** Counts and hashes what passes. */
function summed() {
  const hash = createHash('sha256')
  let size = 0
  return {
    take(piece: Uint8Array): Uint8Array {
      hash.update(piece)
      size += piece.length
      return piece
    },
    size: () => size,
    done: () => ({ size, sha256: new Uint8Array(hash.digest()) }),
  }
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
