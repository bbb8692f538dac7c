/** Where the importer hands over what it reads: the library's side of an import. */
import type { Conversation, Source } from '../contract/content.ts'

/** What a person had said of a conversation, out of an export of this product. */
export interface PersonalRecord {
  conversation?: { source: Source; key: string }
  edits?: { title?: string; archived?: boolean; starred?: boolean }
  tags: readonly { message?: string; unit?: number; tag: string }[]
  /** `created`, `updated`: milliseconds since 1970. */
  notes: readonly {
    id: string
    message?: string
    unit?: number
    text: string
    edits?: { original: string }
    created?: number
    updated?: number
  }[]
}

/** What has become of the conversations of an import, by the store's own count. */
export interface IntakeCounts {
  conversations: { imported: number; updated: number; unchanged: number }
  /** Messages that were new. */
  added: number
  documents: number
}

/** A stored conversation as far as a format may need it to find its place in: its messages without what they say. */
export interface KeptThread {
  key: string
  messages: readonly KeptMessage[]
}
export interface KeptMessage {
  id: string
  /** As the provider or the format named it; null for a root. */
  parent: string | null
  /** Milliseconds since 1970. */
  time?: number
}

export interface Intake {
  /** Takes a conversation; it is stored with the next batch. Waits while too much is on its way. */
  add(conversation: Conversation): Promise<void>
  personal(record: PersonalRecord): Promise<void>
  /** Stored threads put together by us, of one source, that hold one of these messages; shown ones only. */
  holding(source: Source, messages: readonly string[]): Promise<KeptThread[]>
  /** Resolves when all that was taken is durable. */
  flush(): Promise<void>
  counts(): Promise<IntakeCounts>
  /** After a failure: drops what was not sent yet, and resolves when nothing is on its way any more. */
  abandon(): Promise<void>
}
