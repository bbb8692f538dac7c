/** The files of a ZIP archive, with everything refused that an honest exporter does not write. */

import type { Entry, ZipFile } from 'yauzl'
import yauzl from 'yauzl'
import { VivimError } from '../../contract/errors.ts'
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import { sliceAccess } from './access.ts'
import { exportFile } from './export-file.ts'
import { Budget, defaultLimits } from './limits.ts'
import { isLitter, refuseSpecial, safeName } from './names.ts'
import { refuse } from './refuse.ts'
import { ArchiveReader } from './zip-reader.ts'
import type { Packed } from './zip-unpack.ts'
import { dataStart, unpack } from './zip-unpack.ts'

/** A file of an archive, which may also be readable at any position. */
export interface ArchiveFile extends ExportFile {
  /** The bytes where they stand in the archive, when they are not compressed. */
  inPlace(): Promise<RandomAccess | undefined>
}

const stored = 0
const deflate = 8

/** Whether bytes begin like a ZIP archive, be it an empty one. */
export const looksZipped = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6))

/**
 * Lists the archive `name`; the files stay readable as long as `access` is open. Nothing is unpacked yet, and nothing
 * is returned unless every entry is acceptable:
 * `import-unsafe-name` (upwards, absolute, drive letter, backslash, NUL, links and devices, two of one name),
 * `import-encrypted`, `import-bomb` (count, size, ratio), `import-damaged` (cut off, overlapping, inconsistent),
 * `import-unknown-format` (a compression that is not read). Streams fail with `import-bomb` above the size that the
 * entry declares, `import-damaged` below it or where the checksum differs.
 */
export async function openZip(access: RandomAccess, name: string, budget = new Budget(defaultLimits)): Promise<ArchiveFile[]> {
  const entries = await list(access, name, budget)
  const seen = new Set<string>()
  for (const entry of entries) {
    if (seen.has(entry.name)) throw refuse('import-unsafe-name', { archive: name, name: entry.name }, importReason('twice'))
    seen.add(entry.name)
  }
  return entries
    .filter((entry) => !entry.name.endsWith('/') && !isLitter(entry.name))
    .map((entry) => ({
      ...exportFile(entry.name, entry.unpacked, (signal, first) => unpack(access, entry, signal, first)),
      inPlace: async () => (entry.deflated ? undefined : sliceAccess(access, await dataStart(access, entry), entry.unpacked)),
    }))
}

async function list(access: RandomAccess, name: string, budget: Budget): Promise<Packed[]> {
  const entries: Packed[] = []
  let zip: ZipFile | undefined
  try {
    const reader = new ArchiveReader(access)
    zip = await yauzl.fromRandomAccessReaderPromise(reader, access.size, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    })
    const directory = position(zip)
    for await (const entry of zip.eachEntry()) {
      const listed = accept(name, entry, budget)
      if (listed) entries.push(listed)
    }
    if (await reader.continues(position(zip))) throw refuse('import-damaged', name, importReason('more-entries'))
    refuseOverlap(name, entries, directory)
    return entries
  } catch (error) {
    if (error instanceof VivimError) throw error
    const reason = error instanceof Error ? error.message : ''
    if (/encrypt/i.test(reason)) throw refuse('import-encrypted', name, importReason('encrypted'), error)
    throw refuse('import-damaged', name, importReason('no-zip'), error)
  } finally {
    zip?.close()
  }
}

/** Where the reader stands in the archive; the published types know this field by another type. */
const position = (zip: ZipFile): number => Number(zip.readEntryCursor)

/** Checks one entry of the directory; undefined for the root itself. */
function accept(archive: string, entry: Entry, budget: Budget): Packed | undefined {
  const name = safeName(archive, nameOf(entry))
  refuseSpecial(archive, name, entry.externalFileAttributes >>> 16)
  if (entry.isEncrypted() || entry.generalPurposeBitFlag & 0x2040) {
    throw refuse('import-encrypted', { archive, name }, importReason('encrypted'))
  }
  const { compressedSize: packed, uncompressedSize: unpacked, compressionMethod: method } = entry
  budget.take(archive, unpacked)
  const { ratio, ratioFloor } = budget.limits
  if (unpacked > ratioFloor && unpacked > packed * ratio) {
    throw refuse('import-bomb', { archive, name }, importReason('ratio', { packed, unpacked }))
  }
  if (method !== stored && method !== deflate && unpacked > 0) {
    throw refuse('import-unknown-format', { archive, name }, importReason('packed-by-method', { method }))
  }
  if (method === stored && packed !== unpacked)
    throw refuse('import-damaged', { archive, name }, importReason('two-sizes', { packed, unpacked }))
  const header = entry.relativeOffsetOfLocalHeader
  const place = { archive, name, header, nameLength: entry.fileNameLength, bound: 0 }
  return name === '' ? undefined : { ...place, packed, unpacked, deflated: method === deflate, crc: entry.crc32 }
}

/** The name by the archive's own word; where it gives none for the encoding, as UTF-8 if it is that. */
function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw
  const utf8 = entry.generalPurposeBitFlag | 0x800
  const decoded = yauzl.getFileNameLowLevel(utf8, raw, entry.extraFields, true)
  return decoded.includes('\ufffd')
    ? yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true)
    : decoded
}

/** Entries that share bytes multiply what an archive unpacks to. */
function refuseOverlap(archive: string, entries: readonly Packed[], directory: number): void {
  const sorted = entries.toSorted((a, b) => a.header - b.header)
  for (const [index, entry] of sorted.entries()) {
    entry.bound = sorted[index + 1]?.header ?? directory
    if (entry.header + 30 + entry.nameLength + entry.packed > entry.bound) {
      throw refuse('import-damaged', { archive, name: entry.name }, importReason('overlaps'))
    }
  }
}
