/** Deleting for good: a tombstone that names every chunk of what goes. */
import { isVivimError } from '../contract/errors.ts'
import type { ConversationId } from '../contract/ids.ts'
import type { Change } from '../log/append.ts'
import { chunksOf, WHOLE } from './apply-edits.ts'
import type { AccountRef, Library } from './read.ts'

export interface DeletionParts {
  library: Library
  append(account: number, changes: readonly Change[]): Promise<unknown>
}

/** Digests in one part of a tombstone: it is a chunk itself. */
const TOGETHER = 5000
/** How often a conversation may grow while it is deleted. */
const TRIES = 20

/** Deletes a conversation with all that was said of it. Errors: `not-found`, `conflict`, the store's. */
export async function deleteConversation(
  { library, append }: DeletionParts,
  account: AccountRef,
  id: ConversationId,
): Promise<Record<string, never>> {
  for (let tries = 1; ; tries++) {
    const { head, row } = await library.find(account, id)
    const chunks = await library.reader.all<{ digest: Uint8Array }>(chunksOf, [account.id, row.id, account.id, row.id])
    try {
      await append(account.id, [
        {
          type: 'library.conversation-deleted',
          parts: digestParts(chunks).map((some) => ({ conversation: head.id, incarnation: row.incarnation, chunks: some })),
          prepared: WHOLE,
        },
      ])
      return {}
    } catch (error) {
      if (tries === TRIES || !isVivimError(error, 'conflict')) throw error
    }
  }
}

/** Digests in parts that each fit into a chunk; one, be it empty, always. */
export function digestParts(chunks: readonly { digest: Uint8Array }[]): Uint8Array[][] {
  const digests = chunks.map((chunk) => chunk.digest)
  const parts = [digests.slice(0, TOGETHER)]
  for (let at = TOGETHER; at < digests.length; at += TOGETHER) parts.push(digests.slice(at, at + TOGETHER))
  return parts
}
