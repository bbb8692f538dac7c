/** The bytes of one entry of an archive, unpacked as they are read and checked against what its directory says. */
import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { VivimError } from '../../contract/errors.ts'
import type { RandomAccess } from './access.ts'
import { pieces, throwIfCancelled } from './access.ts'
import { shown } from './names.ts'

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
  const start = await dataStart(access, entry)
  // A deflated byte stands for at most a thousand or so, and seldom for less than one.
  const end = start + (first < entry.unpacked ? Math.min(entry.packed, first + 64 * 1024) : entry.packed)
  const packed = pieces(access, entry.name, start, end, signal)
  let length = 0
  let crc = 0
  try {
    for await (const piece of entry.deflated ? inflate(packed, Math.min(outputBytes, Math.max(1024, first))) : packed) {
      length += piece.length
      if (length > entry.unpacked)
        throw problem('import-bomb', entry, `it unpacks to more than the ${entry.unpacked} bytes that it declares`)
      crc = crc32(piece, crc)
      yield piece
      if (length >= first && first < entry.unpacked) return
    }
  } catch (error) {
    throwIfCancelled(signal)
    if (error instanceof VivimError) throw error
    throw problem('import-damaged', entry, `its compressed bytes are broken after byte ${length}`, error)
  }
  if (length < entry.unpacked) throw problem('import-damaged', entry, `it ends at byte ${length} of ${entry.unpacked}`)
  if (crc !== entry.crc) throw problem('import-damaged', entry, 'its checksum differs')
}

/** Where the entry's data begins; fails with `import-damaged` where that is no entry, or one that runs into the next. */
export async function dataStart(access: RandomAccess, entry: Packed): Promise<number> {
  const bytes = Buffer.from(await access.read(entry.header, 30))
  if (bytes.length < 30 || bytes.readUInt32LE(0) !== localSignature)
    throw problem('import-damaged', entry, 'its header is missing')
  const start = entry.header + 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  if (start + entry.packed > entry.bound) throw problem('import-damaged', entry, 'it overlaps what follows it')
  return start
}

async function* inflate(packed: AsyncIterable<Uint8Array>, chunkSize: number): AsyncGenerator<Uint8Array, void, undefined> {
  const source = Readable.from(packed, { objectMode: false, highWaterMark: outputBytes })
  const inflater = createInflateRaw({ chunkSize })
  source.on('error', (error) => inflater.destroy(error))
  source.pipe(inflater)
  try {
    for await (const piece of inflater) yield piece as Buffer
  } finally {
    source.destroy()
    inflater.destroy()
  }
}

const problem = (code: 'import-damaged' | 'import-bomb', entry: Packed, what: string, cause?: unknown): VivimError =>
  new VivimError(code, `“${shown(entry.archive)}” holds “${shown(entry.name)}”: ${what}.`, { cause })
