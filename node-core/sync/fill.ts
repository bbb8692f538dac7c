/**
 * What events name and a node may lack: parts whose bytes did not come with them, and files. Each node lists what it
 * lacks, and is given it by any other that has it, whoever of the two asks. Nothing else waits for it.
 *
 * Invariant: what is stored matched its digest; what came of a large file is kept, and is not asked for again.
 */
import { type Behind, FILL_MOST, type FilePiece, type Given, PIECE_BYTES, type Wanted } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import type { BlobId, Did } from '../contract/ids.ts'
import { blobIdOf } from '../crypto/blob-id.ts'
import { selectUsed } from '../log/append.ts'
import { digestOf, digestStream } from '../log/cid.ts'
import { awaitedChunks, awaitedCount, chunkBytes } from '../log/refill.ts'
import type { AwaitedFiles, FilePieces } from '../ports/awaited-files.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'

export interface FillParts {
  reader: Reader
  keysOf: KeysOf
  blobs: Blobs
  files: AwaitedFiles
  random: RandomBytes
  writer: {
    refill(account: number, chunks: readonly Uint8Array[]): Promise<number>
    write(queries: readonly Query[]): Promise<void>
  }
}
export interface AccountRef {
  id: number
  did: Did
}
/** Some of what a node lacks. */
export interface Lacking {
  wanted: Wanted
  /** Where the list goes on; null at its end. */
  next: Behind | null
}
export interface Filler {
  /** How many parts and files are lacking, as far as anybody has looked. */
  count(account: number): Promise<number>
  lacking(account: AccountRef, after: Behind | null): Promise<Lacking>
  /** Of what another node wants that which is here. Errors: `seal-broken`, `storage-corrupt`. */
  read(account: AccountRef, wanted: Wanted): Promise<Given>
  /** Stores what was lacking; answers how much of it that was. Errors: `quota-exceeded`, `storage-full`, those of a part. */
  take(account: AccountRef, given: Given): Promise<number>
}

/** Bytes of chance before a piece: its blob is then no other file's. */
const SALT = 16
/** Files looked at at once. */
const LOOK = 64
const START: Behind = { part: 0, blob: new Uint8Array(0) }

export function createFiller(parts: FillParts): Filler {
  const { reader, keysOf, blobs, files, writer } = parts
  const turns = new Map<number, Promise<unknown>>()
  /** One after the other: two nodes may give the same. */
  const inTurn = <T>(account: number, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(account) ?? Promise.resolve()).catch(() => {}).then(work)
    turns.set(account, turn)
    return turn
  }

  /** The next files that are not here. Those that are, because something else brought them, are awaited no longer. */
  async function lackingFiles(
    { id, did }: AccountRef,
    after: Uint8Array,
  ): Promise<Pick<Lacking, 'next'> & { blobs: Wanted['blobs'] }> {
    const found: Wanted['blobs'] = []
    for (let at = after; ; ) {
      const page = await files.list(id, at, LOOK)
      const here: BlobId[] = []
      for (const file of page) {
        at = file.name
        if ((await blobs.size(did, file.id)) !== undefined) here.push(file.id)
        else found.push({ blob: file.id, from: received(file.pieces) })
        if (found.length === FILL_MOST.blobs) break
      }
      if (here.length > 0) await files.arrived(id, here)
      if (found.length === FILL_MOST.blobs) return { blobs: found, next: { part: 0, blob: plain(at) } }
      if (page.length < LOOK) return { blobs: found, next: null }
    }
  }

  async function store(
    account: AccountRef,
    bytes: AsyncIterable<Uint8Array>,
    size: number,
  ): Promise<{ id: BlobId; added: number }> {
    const row = await reader.get<{ quota: number; used: number }>(selectUsed, [account.id])
    if (row && row.quota !== 0 && row.used + size > row.quota) throw new VivimError('quota-exceeded')
    const { id, added } = await blobs.put(account.did, bytes)
    await countFiles(account.id, added)
    return { id, added }
  }
  const countFiles = (account: number, added: number): Promise<void> =>
    writer.write([{ sql: 'UPDATE account SET files = max(0, files + ?) WHERE id = ?', parameters: [added, account] }])

  /** Lets go of the pieces of a file. */
  async function dropPieces(account: AccountRef, of: BlobId, pieces: FilePieces | undefined): Promise<void> {
    if (!pieces) return
    await files.keep(account.id, of, undefined)
    for (const [blob, , added] of pieces.pieces) {
      await blobs.delete(account.did, blob)
      await countFiles(account.id, -added)
    }
  }

  /** Stores a piece; true where the file has got longer, or is whole. */
  async function takePiece(account: AccountRef, { blob, from, size, bytes }: FilePiece): Promise<boolean> {
    const file = await files.get(account.id, blob)
    if (!file || bytes.length !== Math.min(PIECE_BYTES, size - from)) return false
    if (file.pieces && (await isGone(account, file.pieces))) {
      await dropPieces(account, blob, file.pieces)
      return false
    }
    if (from !== received(file.pieces) || (file.pieces && file.pieces.size !== size)) return false
    if (from === 0 && bytes.length === size) {
      if (blobIdOf(digestOf(bytes)) !== blob) return false
      await store(account, once(bytes), size)
      await files.arrived(account.id, [blob])
      return true
    }
    const salted = Buffer.concat([parts.random(SALT), bytes])
    // all of it must find room, not only the piece
    const kept = await store(account, once(salted), size - from)
    const pieces: FilePieces = { size, pieces: [...(file.pieces?.pieces ?? []), [kept.id, bytes.length, kept.added]] }
    await files.keep(account.id, blob, pieces)
    if (received(pieces) < size) return true
    const right = blobIdOf(await digestStream(joined(account, pieces))) === blob
    if (right) {
      await store(account, joined(account, pieces), 0)
      await files.arrived(account.id, [blob])
    }
    await dropPieces(account, blob, pieces)
    return right
  }
  /** Pieces that waited long were swept. */
  async function isGone(account: AccountRef, { pieces }: FilePieces): Promise<boolean> {
    for (const [blob] of pieces) if ((await blobs.size(account.did, blob)) === undefined) return true
    return false
  }
  async function* joined(account: AccountRef, { pieces }: FilePieces): AsyncGenerator<Uint8Array> {
    for (const [blob, bytes] of pieces) yield* blobs.read(account.did, blob, { start: SALT, end: SALT + bytes })
  }

  return {
    count: async (account) => (await awaitedCount(reader, account)) + (await files.count(account)),
    async lacking(account, after) {
      const { part, blob } = after ?? START
      const listed = blob.length > 0 ? [] : await awaitedChunks(reader, account.id, part, FILL_MOST.parts)
      const more = listed.length === FILL_MOST.parts
      const found = more
        ? { blobs: [], next: { part: listed.at(-1)?.id ?? 0, blob: START.blob } }
        : await lackingFiles(account, blob)
      return { wanted: { parts: listed.map(({ digest }) => plain(digest)), blobs: found.blobs }, next: found.next }
    },
    async read(account, { parts: digests, blobs: pieces }) {
      const { sealer } = keysOf(account.id)
      const given: Given = { parts: [], blobs: [] }
      for (const digest of digests.slice(0, FILL_MOST.parts)) {
        const bytes = await chunkBytes(reader, account.id, sealer, digest)
        if (bytes) given.parts.push(plain(bytes))
      }
      for (const { blob, from } of pieces.slice(0, FILL_MOST.blobs)) {
        const size = (await files.isUsed(account.id, blob)) ? await blobs.size(account.did, blob) : undefined
        if (size === undefined || from > size) continue
        const range = { start: from, end: Math.min(size, from + PIECE_BYTES) }
        const read: Uint8Array[] = []
        for await (const one of blobs.read(account.did, blob, range)) read.push(one)
        given.blobs.push({ blob, from, size, bytes: plain(Buffer.concat(read)) })
      }
      return given
    },
    take: (account, { parts: chunks, blobs: pieces }) =>
      inTurn(account.id, async () => {
        let taken = chunks.length > 0 ? await writer.refill(account.id, chunks) : 0
        for (const piece of pieces) if (await takePiece(account, piece)) taken++
        return taken
      }),
  }
}

const received = (pieces: FilePieces | undefined): number => pieces?.pieces.reduce((sum, [, bytes]) => sum + bytes, 0) ?? 0
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
/** What is encoded knows bytes as `Uint8Array` alone. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
