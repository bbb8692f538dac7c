// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Which documents of which segments were deleted since those were written. */
import { setImmediate } from 'node:timers/promises'
import type { Reader } from '../ports/storage.ts'
import type { OpenSegment } from './open-segment.ts'
import { everyOrdinal } from './tables.ts'

export interface Deletion {
  before_seq: number
  conversation: number
  ordinal: number
}

/** After so many deletions, a few milliseconds, others on this thread get their turn. */
const deletionsPerTurn = 512

const selectDeletions = `SELECT before_seq, conversation, ordinal FROM search_deleted
WHERE account = ? AND before_seq > ? ORDER BY before_seq, conversation, ordinal`

/** Deletions after `after`, in their order. */
export const readDeletions = (reader: Reader, account: number, after: number): Promise<Deletion[]> =>
  reader.all<Deletion>(selectDeletions, [account, after])

/** Marks in `deleted` (one bit a document) what `deletions` take from `segment`; answers how many are newly marked. */
export async function markDeleted(segment: OpenSegment, deletions: readonly Deletion[], deleted: Uint8Array): Promise<number> {
  const { ranges, documents } = segment.facts
  const first = ranges[0]?.firstConversation ?? 0
  const last = ranges.at(-1)?.lastConversation ?? -1
  let marked = 0
  let applied = 0
  for (const { before_seq, conversation, ordinal } of deletions) {
    if (before_seq <= segment.row.seq || conversation < first || conversation > last) continue
    if (++applied % deletionsPerTurn === 0) await setImmediate()
    const all = ordinal === everyOrdinal
    const from = await segment.lowerBound(conversation, all ? 0 : ordinal)
    if (from === documents) continue
    const to = all ? await segment.lowerBound(conversation + 1, 0) : await segment.lowerBound(conversation, ordinal + 1)
    for (let document = from; document < to; document++) {
      const bit = 1 << (document & 7)
      if (deleted[document >>> 3]! & bit) continue
      deleted[document >>> 3]! |= bit
      marked++
    }
  }
  return marked
}

/** A bit for each document of `segment`. */
export const noneDeleted = (segment: OpenSegment): Uint8Array => new Uint8Array((segment.facts.documents + 7) >>> 3)

export const isDeleted = (deleted: Uint8Array, document: number): boolean =>
  (deleted[document >>> 3]! & (1 << (document & 7))) !== 0

/** Keeps up with the store's deletions; each segment's marks are worked out once and added to. */
export class DeletionMarks {
  readonly #reader: Reader
  readonly #account: number
  #deletions: Deletion[] = []
  #newest = 0
  readonly #marks = new Map<string, { through: number; deleted: Uint8Array; count: number }>()

  constructor(reader: Reader, account: number) {
    this.#reader = reader
    this.#account = account
  }

  /** The deletions that came after those known. */
  readNew(): Promise<Deletion[]> {
    return readDeletions(this.#reader, this.#account, this.#newest)
  }

  /** Takes over what {@link readNew} answered. `live`: the segments whose marks stay. */
  add(deletions: readonly Deletion[], live: ReadonlySet<string>): void {
    const more = deletions.filter(({ before_seq }) => before_seq > this.#newest)
    if (more.length > 0) this.#deletions = [...this.#deletions, ...more]
    this.#newest = more.at(-1)?.before_seq ?? this.#newest
    for (const key of this.#marks.keys()) if (!live.has(key)) this.#marks.delete(key)
  }

  /** The marks of a segment, or undefined where none of its documents is deleted. */
  async of(key: string, segment: OpenSegment): Promise<Uint8Array | undefined> {
    // Others may add deletions while this waits: they are not among those marked here.
    const newest = this.#newest
    if (newest <= segment.row.seq) return undefined
    let mark = this.#marks.get(key)
    if (!mark || mark.through < newest) {
      const through = mark?.through ?? 0
      const deletions = this.#deletions.filter(({ before_seq }) => before_seq > through)
      const deleted = mark && mark.count > 0 ? mark.deleted.slice() : noneDeleted(segment)
      const count = (mark?.count ?? 0) + (await markDeleted(segment, deletions, deleted))
      mark = { through: newest, deleted: count > 0 ? deleted : new Uint8Array(), count }
      this.#marks.set(key, mark)
    }
    return mark.count > 0 ? mark.deleted : undefined
  }

  clear(): void {
    this.#deletions = []
    this.#newest = 0
    this.#marks.clear()
  }
}
