/**
 * The one small interface of an import format. To add a format: write a file beside this one that exports a
 * `Format`, and add it to the list in `index.ts`. A format sees files, never paths, stores or networks.
 */

import type { Conversation, Source } from '../../contract/content.ts'
import type { ImportReason } from '../../contract/import-reasons.ts'
import type { KeptThread } from '../../ports/intake.ts'

/** A file of an export: an entry of an archive, a file of a folder, or the single file that was given. */
export interface ExportFile {
  /** Slash-separated, relative to the export's root; nested archives are joined with `!/` (`inner.zip!/conversations.json`). */
  readonly path: string
  /** Bytes when unpacked. */
  readonly size: number
  /** The bytes from the start; each call reads anew. Fails with `import-damaged` where the file breaks off. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** The first `n` bytes, for detection. */
  head(n: number): Promise<Uint8Array>
  /** The whole file, refused with `import-too-large` above `limit` bytes. */
  bytes(limit: number, signal?: AbortSignal): Promise<Uint8Array>
}

/** All files of what was given, with every unsafe name already refused. */
export interface ExportSource {
  readonly files: readonly ExportFile[]
  /** What the person calls it: the file's or folder's own name. */
  readonly name: string
}

/** What a format yields, one at a time, in the export's order. */
export type Found =
  /** `ref` names the place for a person: `conversations.json #17 “Title”`; `repaired` says what was put right in it. */
  | { type: 'conversation'; ref: string; conversation: Conversation; repaired?: readonly ImportReason[] }
  /** One entry that cannot be read; the others go on. */
  | { type: 'unreadable'; ref: string; reason: ImportReason }
  /** What a person had said of a conversation that came before it (or, in notes on their own, of none): from an export of ours. */
  | { type: 'personal'; ref: string; personal: Personal }

/** A person's edits, tags and notes, as an export of ours carries them. */
export interface Personal {
  /** Absent: notes that stand on their own. */
  conversation?: { source: Source; key: string }
  edits?: { title?: string; archived?: boolean; starred?: boolean }
  /** `message`: the provider's id of the message; absent, the conversation. `unit`: index inside the message. */
  tags: { message?: string; unit?: number; tag: string }[]
  /**
   * `id`: the note's own 26 characters: what is here already is not doubled. `created`, `updated`: milliseconds since
   * 1970, when the person wrote it.
   */
  notes: { id: string; message?: string; unit?: number; text: string; created?: number; updated?: number }[]
}

export interface FormatContext {
  signal: AbortSignal
  /**
   * Stores the bytes of an attachment and answers its blob id. `file` is one of the source's own files.
   * Formats call it for each reference that they can resolve, and leave `Attachment.blob` absent otherwise.
   */
  attach(file: ExportFile): Promise<string>
  /**
   * The stored threads of this source that were put together by us and hold one of these messages: for formats whose
   * provider keeps no conversations, so that an export that begins or ends elsewhere joins them. Absent: there are none.
   */
  holding?(messages: readonly string[]): Promise<readonly KeptThread[]>
}

export interface Format {
  readonly source: Source
  /** The name in reports: the source's, or finer (`gemini-html`). */
  readonly name: string
  /**
   * How sure it is that the source is of this format: 0 no, 1 certain. May read heads of files, nothing more.
   * The surest wins; a tie is settled by the list's order.
   */
  detect(source: ExportSource): Promise<number>
  /** Reads everything, streaming: never holds more than one conversation and small side files. */
  read(source: ExportSource, context: FormatContext): AsyncIterable<Found>
}
