/**
 * The tree of a conversation as it rests: one fixed-width record per message, so that opening a conversation of
 * 5,000 messages costs no more than its bytes. Numbers are little endian.
 */
import type { Role } from '../contract/content.ts'
import { roles } from '../contract/content.ts'

/** One message as the tree knows it. Its content stands in a chunk: contribution `n`, entry `index`. */
export interface TreeEntry {
  /** 16 hex digits. */
  id: string
  /** 16 hex digits, or null for a root. A parent may be missing: then this is a root as well. */
  parent: string | null
  role: Role
  /** Milliseconds since 1970. */
  time: number | undefined
  /** The provider's last change of this message (or of its conversation), milliseconds, 0 where unknown: orders versions. */
  updated: number
  /** First 8 bytes of the content's hash, as hex: tells whether it changed. */
  hash: string
  /** Number of the contribution that holds the content. */
  contribution: number
  /** Entry inside the contribution's messages. */
  index: number
  units: number
  /** Position in the provider's order. */
  order: number
  /** The document's number in the search index. */
  ordinal: number
  model: string | undefined
  hidden: boolean
  folded: boolean
}

const WIDTH = 64
const HIDDEN = 1
const FOLDED = 2
const ROOT = '0000000000000000'

/** Encodes entries and the list of their models. */
export function encodeTree(entries: readonly TreeEntry[]): { models: string[]; records: Uint8Array } {
  const models: string[] = []
  const known = new Map<string, number>()
  const records = Buffer.alloc(entries.length * WIDTH)
  let at = 0
  for (const entry of entries) {
    let model = 0
    if (entry.model !== undefined) {
      model = known.get(entry.model) ?? 0
      if (model === 0) {
        models.push(entry.model)
        model = models.length
        known.set(entry.model, model)
      }
    }
    records.write(entry.id, at, 'hex')
    records.write(entry.parent ?? ROOT, at + 8, 'hex')
    records.write(entry.hash, at + 16, 'hex')
    records.writeDoubleLE(entry.time ?? Number.NaN, at + 24)
    records.writeDoubleLE(entry.updated, at + 32)
    records.writeUInt32LE(entry.contribution, at + 40)
    records.writeUInt32LE(entry.index, at + 44)
    records.writeUInt32LE(entry.units, at + 48)
    records.writeUInt32LE(entry.order, at + 52)
    records.writeUInt32LE(entry.ordinal, at + 56)
    records.writeUInt16LE(model, at + 60)
    records[at + 62] = roles.indexOf(entry.role)
    records[at + 63] = (entry.hidden ? HIDDEN : 0) | (entry.folded ? FOLDED : 0)
    at += WIDTH
  }
  return { models, records }
}

/** The inverse of {@link encodeTree}. */
export function decodeTree(models: readonly string[], bytes: Uint8Array): TreeEntry[] {
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: TreeEntry[] = []
  for (let at = 0; at < records.length; at += WIDTH) entries.push(entryIn(models, records, at))
  return entries
}

/** The entry of one document, without decoding the others. */
export function entryWith(ordinal: number, models: readonly string[], bytes: Uint8Array): TreeEntry | undefined {
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < records.length; at += WIDTH)
    if (records.readUInt32LE(at + 56) === ordinal) return entryIn(models, records, at)
  return undefined
}

function entryIn(models: readonly string[], records: Buffer, at: number): TreeEntry {
  const parent = records.toString('hex', at + 8, at + 16)
  const time = records.readDoubleLE(at + 24)
  const flags = records[at + 63] ?? 0
  return {
    id: records.toString('hex', at, at + 8),
    parent: parent === ROOT ? null : parent,
    hash: records.toString('hex', at + 16, at + 24),
    time: Number.isNaN(time) ? undefined : time,
    updated: records.readDoubleLE(at + 32),
    contribution: records.readUInt32LE(at + 40),
    index: records.readUInt32LE(at + 44),
    units: records.readUInt32LE(at + 48),
    order: records.readUInt32LE(at + 52),
    ordinal: records.readUInt32LE(at + 56),
    model: models[records.readUInt16LE(at + 60) - 1],
    role: roles[records[at + 62] ?? 0] ?? 'user',
    hidden: (flags & HIDDEN) !== 0,
    folded: (flags & FOLDED) !== 0,
  }
}
