/** The records of a ZIP archive (APPNOTE 6.3.9), names in UTF-8, times in UTC. Pure. */

/** A file of the archive; what of it is known only at its end may be missing in front of it. */
export interface ZipRecord {
  path: string
  /** Milliseconds since 1970. */
  time: number
  deflated: boolean
  /** Sizes and sum follow the data instead of standing in front of it. */
  streamed: boolean
  /** Above what 32 bits say, as was known before. */
  large: boolean
  crc: number
  packed: number
  unpacked: number
  /** Where its own header stands. */
  offset: number
}

const MOST = 0xffff_ffff
const EARLIEST = Date.UTC(1980, 0, 1)
const LATEST = Date.UTC(2107, 11, 31, 23, 59, 58)
const regularFile = (0o100644 << 16) >>> 0
const unix = (3 << 8) | 63

/** What stands in front of the data. */
export function localHeader(file: ZipRecord): Buffer {
  const name = Buffer.from(file.path)
  const extra = Buffer.concat([timeExtra(file.time), ...(file.large ? [zip64Extra([0, 0])] : [])])
  const header = Buffer.alloc(30 + name.length + extra.length)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(file.large ? 45 : 20, 4)
  writeCommon(header, 6, file)
  if (file.large) header.fill(0xff, 18, 26)
  else if (!file.streamed) writeSums(header, 14, file)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra.length, 28)
  name.copy(header, 30)
  extra.copy(header, 30 + name.length)
  return header
}

/** What stands behind the data of a streamed file. */
export function descriptor(file: ZipRecord): Buffer {
  const large = file.large || isLarge(file)
  const bytes = Buffer.alloc(large ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  if (!large) writeSums(bytes, 4, file)
  else {
    bytes.writeUInt32LE(file.crc, 4)
    bytes.writeBigUInt64LE(BigInt(file.packed), 8)
    bytes.writeBigUInt64LE(BigInt(file.unpacked), 16)
  }
  return bytes
}

/** The file's entry in the directory. */
export function directoryEntry(file: ZipRecord): Buffer {
  const large = file.large || isLarge(file) || file.offset >= MOST
  const name = Buffer.from(file.path)
  const extra = Buffer.concat([timeExtra(file.time), ...(large ? [zip64Extra([file.unpacked, file.packed, file.offset])] : [])])
  // not one of the pool: it lives as long as the archive
  const entry = Buffer.alloc(46 + name.length + extra.length)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(unix, 4)
  entry.writeUInt16LE(large ? 45 : 20, 6)
  writeCommon(entry, 8, file)
  if (large) {
    entry.writeUInt32LE(file.crc, 16)
    entry.fill(0xff, 20, 28)
  } else writeSums(entry, 16, file)
  entry.writeUInt16LE(name.length, 28)
  entry.writeUInt16LE(extra.length, 30)
  entry.writeUInt32LE(regularFile, 38)
  entry.writeUInt32LE(large ? MOST : file.offset, 42)
  name.copy(entry, 46)
  extra.copy(entry, 46 + name.length)
  return entry
}

/** The archive's end; `offset` and `size` are the directory's. */
export function endRecords(count: number, offset: number, size: number): Buffer {
  const large = count >= 0xffff || offset >= MOST || size >= MOST
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, 0xffff), 8)
  end.writeUInt16LE(Math.min(count, 0xffff), 10)
  end.writeUInt32LE(Math.min(size, MOST), 12)
  end.writeUInt32LE(Math.min(offset, MOST), 16)
  if (!large) return end
  const end64 = Buffer.alloc(56 + 20)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(unix, 12)
  end64.writeUInt16LE(45, 14)
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, size],
    [48, offset],
  ] as const)
    end64.writeBigUInt64LE(BigInt(value), at)
  end64.writeUInt32LE(0x07064b50, 56)
  end64.writeBigUInt64LE(BigInt(offset + size), 64)
  end64.writeUInt32LE(1, 72)
  return Buffer.concat([end64, end])
}

const isLarge = ({ packed, unpacked }: ZipRecord): boolean => packed >= MOST || unpacked >= MOST

/** Flags, method and time: alike in both headers. */
function writeCommon(bytes: Buffer, at: number, { streamed, deflated, time }: ZipRecord): void {
  bytes.writeUInt16LE(0x800 | (streamed ? 8 : 0), at)
  bytes.writeUInt16LE(deflated ? 8 : 0, at + 2)
  const date = new Date(Math.min(LATEST, Math.max(EARLIEST, time)))
  bytes.writeUInt16LE((date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1), at + 4)
  bytes.writeUInt16LE(((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(), at + 6)
}

function writeSums(bytes: Buffer, at: number, { crc, packed, unpacked }: ZipRecord): void {
  bytes.writeUInt32LE(crc, at)
  bytes.writeUInt32LE(packed, at + 4)
  bytes.writeUInt32LE(unpacked, at + 8)
}

/** “Extended timestamp”: the time of the last change in seconds, which does not depend on where it is read. */
function timeExtra(time: number): Buffer {
  const extra = Buffer.alloc(9)
  extra.writeUInt16LE(0x5455, 0)
  extra.writeUInt16LE(5, 2)
  extra[4] = 1
  extra.writeInt32LE(Math.floor(Math.min(0x7fff_ffff, Math.max(EARLIEST / 1000, time / 1000))), 5)
  return extra
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(values.length * 8, 2)
  for (const [n, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + n * 8)
  return extra
}
