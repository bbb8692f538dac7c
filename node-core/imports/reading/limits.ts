/** What reading an export may take. */
import { importReason } from '../../contract/import-reasons.ts'
import { refuse } from './refuse.ts'

/** Bytes of the largest element or line that is read, unless the caller says otherwise. */
export const elementLimit = 64 * 1024 * 1024
/** Levels of nesting that are read: more than the longest tree of replies, less than exhausts the stack of one who walks it. */
export const levelLimit = 10_000

/** What the archives and folders of one source may hold together. */
export interface SourceLimits {
  /** Files and folders. */
  entries: number
  /** Bytes when unpacked. */
  unpacked: number
  /** How many times larger than packed one entry may be, once it is above `ratioFloor` bytes. */
  ratio: number
  ratioFloor: number
  /** Archives inside archives, below the outermost; folders inside folders are bounded at 64. */
  depth: number
}

export const defaultLimits: SourceLimits = {
  entries: 200_000,
  unpacked: 64 * 1024 ** 3,
  ratio: 200,
  ratioFloor: 64 * 1024 ** 2,
  depth: 2,
}

/** Counts one source's entries and unpacked bytes against its limits. */
export class Budget {
  readonly limits: SourceLimits
  #entries = 0
  #unpacked = 0

  constructor(limits: SourceLimits) {
    this.limits = limits
  }

  /** Takes one entry of `bytes` unpacked in the archive or folder `name`; fails with `import-bomb`. */
  take(name: string, bytes: number): void {
    this.#entries++
    this.#unpacked += bytes
    const { entries, unpacked } = this.limits
    if (this.#entries > entries) throw refuse('import-bomb', name, importReason('many-entries', { limit: entries }))
    if (this.#unpacked > unpacked) throw refuse('import-bomb', name, importReason('unpacks-beyond', { limit: unpacked }))
  }
}
