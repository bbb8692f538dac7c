/** A ZIP archive as it is made: one file at a time, never faster than it is read, nothing kept but its directory. */
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { crc32, createDeflateRaw, deflateRaw } from 'node:zlib'
import { VivimError } from '../contract/errors.ts'
import { descriptor, directoryEntry, endRecords, localHeader, type ZipRecord } from './export-zip.ts'

export interface ArchiveEntry {
  path: string
  /** Milliseconds since 1970. */
  time: number
  /** False for what is packed already. */
  compress: boolean
  /** Bytes, about; where known. */
  size?: number
  content: AsyncIterable<Uint8Array>
}

/** What is not larger is packed at once, and its sizes stand in front of it. */
const SMALL = 256 * 1024
/** From here on an entry is announced as one of Zip64. */
const LARGE = 0xf000_0000
/** Twice as fast as the usual 6, and some 4 % larger. */
const LEVEL = 4
/** Bytes of the directory handed out at once. */
const DIRECTORY_PIECE = 64 * 1024

const deflated = promisify(deflateRaw)

/**
 * The archive of `entries`, which are asked for one by one as their bytes are taken. Fails with what they fail with,
 * and with `cancelled`; what was given until then is no whole archive.
 */
export async function* archiveOf(entries: AsyncIterable<ArchiveEntry>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = []
  let offset = 0
  for await (const entry of entries) {
    const record: ZipRecord = {
      path: entry.path,
      time: entry.time,
      deflated: entry.compress,
      streamed: false,
      large: false,
      crc: 0,
      packed: 0,
      unpacked: 0,
      offset,
    }
    for await (const piece of entryBytes(entry, record)) {
      if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
      offset += piece.length
      yield piece
    }
    directory.push(directoryEntry(record))
  }
  const start = offset
  for (const piece of joined(directory)) {
    offset += piece.length
    yield piece
  }
  yield endRecords(directory.length, start, offset - start)
}

/** Header, data and what follows; completes `record`. */
async function* entryBytes({ content, compress, size }: ArchiveEntry, record: ZipRecord): AsyncGenerator<Uint8Array> {
  const pieces = content[Symbol.asyncIterator]()
  try {
    const held: Uint8Array[] = []
    let next = await pieces.next()
    for (let bytes = 0; !next.done && bytes + next.value.length <= SMALL; next = await pieces.next()) {
      held.push(next.value)
      bytes += next.value.length
    }
    if (next.done) {
      yield* wholeBytes(Buffer.concat(held), compress, record)
      return
    }
    held.push(next.value)
    record.streamed = true
    record.large = (size ?? 0) > LARGE
    yield localHeader(record)
    const counted = (async function* () {
      for (const piece of held.splice(0)) yield count(record, piece)
      for (let more = await pieces.next(); !more.done; more = await pieces.next()) yield count(record, more.value)
    })()
    for await (const piece of compress ? deflating(counted) : counted) {
      record.packed += piece.length
      yield piece
    }
    yield descriptor(record)
  } finally {
    await pieces.return?.()
  }
}

async function* wholeBytes(whole: Buffer, compress: boolean, record: ZipRecord): AsyncGenerator<Uint8Array> {
  const packed = compress ? await deflated(whole, { level: LEVEL }) : whole
  const gains = packed.length < whole.length
  count(record, whole)
  record.deflated = gains
  record.packed = gains ? packed.length : whole.length
  yield localHeader(record)
  if (whole.length > 0) yield gains ? packed : whole
}

function count(record: ZipRecord, piece: Uint8Array): Uint8Array {
  record.crc = crc32(piece, record.crc)
  record.unpacked += piece.length
  return piece
}

async function* deflating(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: LEVEL })
  const feeding = pipeline(source, deflate)
  feeding.catch(() => {}) // its failure ends the reading below
  try {
    for await (const piece of deflate) yield piece as Uint8Array
    await feeding
  } finally {
    deflate.destroy()
  }
}

function* joined(parts: readonly Buffer[]): Generator<Buffer> {
  let some: Buffer[] = []
  let bytes = 0
  for (const part of parts) {
    some.push(part)
    bytes += part.length
    if (bytes < DIRECTORY_PIECE) continue
    yield Buffer.concat(some)
    some = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(some)
}
