/** What search needs to know of what it found: the library answers. */
import type { Role, Source } from '../contract/content.ts'
import type { ConversationId, ImportId, MessageId, NoteId, UnitId } from '../contract/ids.ts'

/** Filters that only the library can decide. Absent ones hold for everything. */
export interface FoundFilter {
  source?: readonly Source[] | undefined
  /** Of messages the index knows the model itself; titles and notes are found where the conversation has it. */
  model?: readonly string[] | undefined
  project?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  archived?: boolean | undefined
  starred?: boolean | undefined
  inferred?: boolean | undefined
  import?: ImportId | undefined
  conversation?: ConversationId | undefined
}
/** A document as it stands now. */
export interface FoundDocument {
  conversation: { id: ConversationId; title: string | null; source: Source } | null
  kind: 'message' | 'title' | 'note'
  message?: MessageId
  note?: NoteId
  role: Role | null
  time: number | null
  text: string
  /** The unit in which `excerpt`, a piece of the text, stands. */
  unitWith(excerpt: string): UnitId | undefined
}
export interface FoundTexts {
  /**
   * Which conversations (by local number; 0: none) may be found; undefined where all may, which spares a look at every
   * match. Error: `not-found` for a conversation that is not there.
   */
  allowed(account: number, filter: FoundFilter): Promise<((conversation: number) => boolean) | undefined>
  /** Undefined for a document that is gone by now. */
  document(account: number, place: { conversation: number; ordinal: number; role: number }): Promise<FoundDocument | undefined>
}
