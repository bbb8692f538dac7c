/** What the importer works out beforehand for the projection: plain data that goes from thread to thread. */
import type { PreparedDocuments } from '../ports/documents.ts'
import type { ConversationRow } from './rows.ts'

/** What becomes of a conversation in an import, as it is stored. */
export const outcomes = { imported: 0, updated: 1, unchanged: 2 } as const
export type Outcome = (typeof outcomes)[keyof typeof outcomes]

/** What the projection writes for one conversation of an event. */
export interface PreparedConversation {
  import: Uint8Array
  local: number
  /** The version seen; 0: there was no row. */
  base: number
  /** The local number of the ended row that this replaces: numbers of its documents must not come again. */
  replaces: number | null
  incarnation: number
  row: ConversationRow
  /** Null where the export does not hold all that is shown: an equal export would not either. */
  fingerprint: Uint8Array | null
  /** For each part: its number among the event's parts, its number in the conversation. */
  contributions: { part: number; n: number; updated: number }[]
  outcome: Outcome
  added: number
  /** The sealed cell of what it can be filtered by. */
  facets: Uint8Array
  /** Ids of the blobs that it uses from now on too. */
  blobs: string[]
  /** Ordinals whose documents are no longer true. */
  dead: number[]
}

/** What an event of the importer carries beside its parts. */
export interface PreparedImport {
  conversations: PreparedConversation[]
  documents: PreparedDocuments | undefined
}

/** Whether it is that; it was made in this process. */
export const isPrepared = (prepared: unknown): prepared is PreparedImport =>
  typeof prepared === 'object' && prepared !== null && 'conversations' in prepared
