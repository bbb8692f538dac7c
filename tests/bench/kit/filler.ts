/** What gives and takes parts and files, for a store whose events name none. */
import { MemoryBlobs } from '../../../node-core/adapters/blobs-memory/blobs.ts'
import { systemRandom } from '../../../node-core/adapters/clock.ts'
import { awaitedFiles } from '../../../node-core/library/awaited-files.ts'
import type { KeysOf } from '../../../node-core/ports/sealer.ts'
import { createFiller, type Filler } from '../../../node-core/sync/fill.ts'
import type { Writing } from './writing.ts'

export const fillerOf = ({ reader, writer }: Writing, keysOf: KeysOf): Filler =>
  createFiller({
    ...{ reader, keysOf, writer, random: systemRandom },
    blobs: new MemoryBlobs(),
    files: awaitedFiles({ reader, keysOf, writer }),
  })
