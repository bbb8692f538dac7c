/**
 * Where an archive that stands compressed inside another is unpacked to, so that it can be read at any position.
 * The caller supplies it: what it writes to a disk is sealed.
 */
import { VivimError } from '../../contract/errors.ts'
import type { RandomAccess } from './access.ts'
import { memoryAccess } from './access.ts'

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
        if (size > limit) throw new VivimError('import-too-large', `An archive inside the archive has more than ${limit} bytes.`)
        parts.push(bytes)
      },
      finish: async () => memoryAccess(Buffer.concat(parts)),
      discard: async () => {
        parts = []
      },
    }
  },
})
