/** For tests: ZIP archives written byte by byte, so that every field can lie. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface CraftedEntry {
  name: string | Buffer
  data?: Uint8Array | string
  /** Compress by deflate. */
  deflate?: boolean
  /** Method that the headers name, whatever the bytes are. */
  method?: number
  flags?: number
  /** Unix mode. */
  mode?: number
  crc?: number
  /** Sizes that the directory declares. */
  unpacked?: number
  packed?: number
  /** Offset of the entry's header that the directory declares. */
  header?: number
  /** Extra bytes of the local header, which the directory does not show. */
  localExtra?: Buffer
}

/** The archive; `entries` changes the count that its end declares. */
export function craftZip(list: readonly CraftedEntry[], options: { entries?: number; comment?: string } = {}): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of list) {
    const name = Buffer.from(entry.name)
    const data = Buffer.from(entry.data ?? '')
    const bytes = entry.deflate ? deflateRawSync(data) : data
    const extra = entry.localExtra ?? Buffer.alloc(0)
    const method = entry.method ?? (entry.deflate ? 8 : 0)
    const crc = entry.crc ?? crc32(data)
    const packed = entry.packed ?? bytes.length
    const unpacked = entry.unpacked ?? data.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(entry.flags ?? 0x800, 6)
    local.writeUInt16LE(method, 8)
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(packed, 18)
    local.writeUInt32LE(unpacked, 22)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(extra.length, 28)
    locals.push(local, name, extra, bytes)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(entry.mode === undefined ? 20 : 0x0314, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt16LE(entry.flags ?? 0x800, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(crc, 16)
    central.writeUInt32LE(packed, 20)
    central.writeUInt32LE(unpacked, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 38)
    central.writeUInt32LE(entry.header ?? at, 42)
    directory.push(central, name)
    at += 30 + name.length + extra.length + bytes.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(options.entries ?? list.length, 8)
  end.writeUInt16LE(options.entries ?? list.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(options.comment?.length ?? 0, 20)
  return Buffer.concat([...locals, listing, end, Buffer.from(options.comment ?? '')])
}
