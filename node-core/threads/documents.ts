/** The search index as the library's transactions write it. */
import type { RandomBytes } from '../ports/clock.ts'
import type { Documents, PreparedDocuments, SearchDocument } from '../ports/documents.ts'
import type { Sealer } from '../ports/sealer.ts'
import { createIndexer, type PreparedSegment, prepareSegment } from '../search/prepare.ts'
import { clearAccount, deleteDocuments, insertSegment } from '../search/projection.ts'

/** Documents of many messages, indexed and sealed off the writer's thread as they come. */
export interface DocumentBatches {
  add(document: SearchDocument): void
  /** What was added since the last time. */
  finish(): PreparedDocuments | undefined
}

/** `characters`: about how much text a batch has. */
export const documentBatches = (sealer: Sealer, random: RandomBytes, account: number, characters: number): DocumentBatches =>
  createIndexer(sealer, random, account, characters) as unknown as DocumentBatches

export function documentIndex(searchSealer: (account: number) => Sealer, random: RandomBytes): Documents {
  return {
    async put(tx, account, documents) {
      if (documents.length > 0)
        await insertSegment(tx, account, prepareSegment(documents, searchSealer(account), random, account))
    },
    insert: (tx, account, prepared) => insertSegment(tx, account, prepared as unknown as PreparedSegment),
    remove: deleteDocuments,
    clear: clearAccount,
  }
}
