/** The search index as the library's transactions write it. */
import type { RandomBytes } from '../ports/clock.ts'
import type { Documents, PreparedDocuments, SearchDocument } from '../ports/documents.ts'
import type { Sealer } from '../ports/sealer.ts'
import { type PreparedSegment, prepareSegment } from '../search/prepare.ts'
import { clearAccount, deleteDocuments, insertSegment } from '../search/projection.ts'

/** Documents of many messages, indexed and sealed off the writer's thread. */
export const prepareDocuments = (
  documents: readonly SearchDocument[],
  sealer: Sealer,
  random: RandomBytes,
  account: number,
): PreparedDocuments => prepareSegment(documents, sealer, random, account) as unknown as PreparedDocuments

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
