/** The bytes of one entry of an archive, unpacked as they are read and checked against what its directory says. */

import { Readable } from 'node:stream'
import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { VivimError } from '../../contract/errors.ts'
import { importReason } from '../../contract/import-reasons.ts'
import type { RandomAccess } from './access.ts'
import { pieces, throwIfCancelled } from './access.ts'
import { refuse } from './refuse.ts'

/** An entry's place in its archive. */
export interface Packed {
  /** The archive's and the entry's name, for errors. */
  readonly archive: string
  readonly name: string
  /** Bytes from the archive's start to the entry's own header. */
  readonly header: number
  readonly nameLength: number
  /** Where the next entry's header or the directory begins: the data must end before. */
  bound: number
  readonly packed: number
  readonly unpacked: number
  readonly deflated: boolean
  readonly crc: number
}

const localSignature = 0x04034b50
const outputBytes = 256 * 1024
/** Entries up to this many bytes are unpacked at once: a stream costs more than they do. */
const smallBytes = 64 * 1024

/**
 * Streams the entry; `first` says that no more than so many bytes are wanted. Memory is bounded whatever the bytes
 * hold: what unpacks to more than the entry declares stops there with `import-bomb`.
 */
export async function* unpack(
  access: RandomAccess,
  entry: Packed,
  signal?: AbortSignal,
  first = entry.unpacked,
): AsyncGenerator<Uint8Array, void, undefined> {
  throwIfCancelled(signal)
  const partial = first < entry.unpacked
  // What is small is read together with its header; the slack is for what only that header says.
  const small = !partial && Math.max(entry.unpacked, entry.packed) <= smallBytes
  const ahead = small
    ? await access.read(entry.header, Math.min(30 + entry.nameLength + 64 + entry.packed, entry.bound - entry.header))
    : undefined
  const start = await dataStart(access, entry, ahead)
  // A deflated byte stands for at most a thousand or so, and seldom for less than one.
  const end = start + (partial ? Math.min(entry.packed, first + 64 * 1024) : entry.packed)
  const near = ahead?.subarray(start - entry.header, end - entry.header)
  const packed = near && near.length === entry.packed ? one(near) : pieces(access, entry.name, start, end, signal)
  let length = 0
  let crc = 0
  try {
    for await (const piece of entry.deflated ? inflate(packed, entry, first) : packed) {
      length += piece.length
      if (length > entry.unpacked) throw tooLong(entry)
      crc = crc32(piece, crc)
      yield piece
      if (length >= first && partial) return
    }
  } catch (error) {
    throwIfCancelled(signal)
    if (error instanceof VivimError) throw error
    throw refuse('import-damaged', entry, importReason('bytes-broken', { byte: length }), error)
  }
  if (length < entry.unpacked)
    throw refuse('import-damaged', entry, importReason('ends-early', { byte: length, size: entry.unpacked }))
  if (crc !== entry.crc) throw refuse('import-damaged', entry, importReason('checksum'))
}

/** Where the entry's data begins; fails with `import-damaged` where that is no entry, or one that runs into the next. */
export async function dataStart(access: RandomAccess, entry: Packed, ahead?: Uint8Array): Promise<number> {
  const header = ahead ?? (await access.read(entry.header, 30))
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength)
  if (bytes.length < 30 || bytes.readUInt32LE(0) !== localSignature)
    throw refuse('import-damaged', entry, importReason('no-header'))
  const start = entry.header + 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  if (start + entry.packed > entry.bound) throw refuse('import-damaged', entry, importReason('overlaps'))
  return start
}

async function* one(piece: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (piece.length > 0) yield piece
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  entry: Packed,
  first: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const partial = first < entry.unpacked
  if (!partial && Math.max(entry.unpacked, entry.packed) <= smallBytes) {
    for await (const piece of packed) yield inflateSmall(piece, entry)
    return
  }
  // Of a part the end is missing, which is no error then.
  const finishFlush = partial ? constants.Z_SYNC_FLUSH : constants.Z_FINISH
  const inflater = createInflateRaw({ chunkSize: Math.min(outputBytes, Math.max(1024, first)), finishFlush })
  const source = Readable.from(packed, { objectMode: false, highWaterMark: outputBytes })
  source.on('error', (error) => inflater.destroy(error))
  source.pipe(inflater)
  try {
    for await (const piece of inflater) yield piece
  } finally {
    source.destroy()
    inflater.destroy()
  }
}

function inflateSmall(bytes: Uint8Array, entry: Packed): Uint8Array {
  try {
    const maxOutputLength = Math.max(1, entry.unpacked)
    return inflateRawSync(bytes, { maxOutputLength, chunkSize: Math.max(1024, maxOutputLength) })
  } catch (error) {
    throw error instanceof RangeError ? tooLong(entry) : error
  }
}

const tooLong = (entry: Packed): VivimError =>
  refuse('import-bomb', entry, importReason('unpacks-to-more', { size: entry.unpacked }))
