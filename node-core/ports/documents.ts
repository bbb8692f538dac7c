/** The search index as those see it who have something to be found: written inside their own transaction. */
import type { Transaction } from './storage.ts'

/** What a document is, beyond the roles of messages (0 to 3). */
export const documentRoles = { title: 4, note: 5 } as const

export interface SearchDocument {
  /** The conversation's local number; 0 for a note on its own. */
  conversation: number
  /** The document's number inside its conversation; never used twice. */
  ordinal: number
  /** Seconds since 1970; 0 where unknown. */
  time: number
  /** Index into the contract's `roles`, or one of {@link documentRoles}. */
  role: number
  model?: string
  text: string
}
/** Documents already tokenised and sealed off the writer's thread. Opaque to all but the index. */
export type PreparedDocuments = { readonly prepared: unique symbol }

export interface Documents {
  put(tx: Transaction, account: number, documents: readonly SearchDocument[]): Promise<void>
  insert(tx: Transaction, account: number, prepared: PreparedDocuments): Promise<void>
  remove(tx: Transaction, account: number, conversation: number, ordinals: readonly number[] | 'all'): Promise<void>
  clear(tx: Transaction, account: number): Promise<void>
}
