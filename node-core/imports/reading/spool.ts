/**
 * Where an archive that stands compressed inside another is unpacked to, so that it can be read at any position.
 * The caller supplies it: what it writes to a disk is sealed.
 */
import { importReason } from '../../contract/import-reasons.ts'
import type { RandomAccess } from './access.ts'
import { memoryAccess } from './access.ts'
import { refuse } from './refuse.ts'

export interface Spool {
  create(): Promise<SpoolFile>
}

export interface SpoolFile {
  write(bytes: Uint8Array): Promise<void>
  /** Ends writing; closing the answer removes what was written. */
  finish(): Promise<RandomAccess>
  /** Removes what was written, instead of `finish`. */
  discard(): Promise<void>
}

/** Keeps what it is given in memory, `limit` bytes in one file; above that it fails with `import-too-large`. */
export const memorySpool = (limit: number): Spool => ({
  create: async () => {
    let parts: Uint8Array[] = []
    let size = 0
    return {
      write: async (bytes) => {
        size += bytes.length
        if (size > limit) throw refuse('import-too-large', 'archive', importReason('entry-large', { size, limit }))
        parts.push(bytes)
      },
      finish: async () => memoryAccess(Buffer.concat(parts)),
      discard: async () => {
        parts = []
      },
    }
  },
})
