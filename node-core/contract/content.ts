/**
 * What a conversation is made of, whoever wrote it: the shape that every import format is turned into, that
 * the log keeps (as DAG-CBOR, so no `undefined` and no cycles), and that readers and units are derived from.
 * The format is for ever: fields may be added, none may change its meaning.
 */

/** The longest name of a tag that a person gives, in characters; imported ones may be longer. */
export const longestTag = 100

/** Where a conversation comes from. The order is the stored number: append only. */
export const sources = [
  'vivim',
  'chatgpt',
  'claude',
  'gemini',
  'claude-code',
  'codex',
  'openwebui',
  'librechat',
  'deepseek',
  'grok',
  'copilot',
  'lechat',
  'lmstudio',
  'jan',
] as const
export type Source = (typeof sources)[number]

/** The order is the stored number: append only. */
export const roles = ['user', 'assistant', 'system', 'tool'] as const
export type Role = (typeof roles)[number]

/** JSON as a provider wrote it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** One piece of a message, in the order in which the provider shows them. */
export type Part =
  /** Markdown. Units split it further. `citations` are the provider's, raw. */
  | { type: 'text'; text: string; citations?: readonly Json[] }
  /** What a model wrote to itself. */
  | { type: 'reasoning'; text: string; summary?: string }
  /** Code that is a message of its own (a program for an interpreter), not a fence inside Markdown. */
  | { type: 'code'; text: string; language: string }
  | { type: 'tool-call'; name: string; id?: string; input: Json }
  | { type: 'tool-result'; name?: string; id?: string; text: string; error?: boolean; raw?: Json }
  /** A document, page or program that the model made beside the talk. */
  | { type: 'artifact'; id: string; kind: string; title?: string; language?: string; text: string; raw?: Json }
  /** A passage that a model or a person took from elsewhere. */
  | { type: 'quote'; text: string; title?: string; url?: string }
  | Attachment
  /** A content type that the importer does not know: kept as it came, and counted. */
  | { type: 'unknown'; kind: string; raw: Json }

export interface Attachment {
  type: 'attachment'
  kind: 'image' | 'audio' | 'video' | 'file'
  name: string
  mime: string
  /** The provider's own name for the bytes, e.g. `sediment://file_…`. */
  pointer: string
  /** Bytes, where known. */
  size?: number
  width?: number
  height?: number
  /** CID of the stored bytes; absent when the export does not hold them. */
  blob?: string
  /** Text that the provider extracted from the file, or a transcription. */
  text?: string
}

export interface Message {
  /** The provider's id, or one made from the position where there is none; unique in the conversation. */
  id: string
  /** The id of the message that it answers; null for a root. */
  parent: string | null
  role: Role
  /** A tool's or agent's name, where the provider gives one. */
  author?: string
  /** Milliseconds since 1970. */
  time?: number
  /** Milliseconds since 1970 of the provider's last change, where it differs from `time`. */
  updated?: number
  model?: string
  /** The provider's own flag “not shown to the person”. */
  hidden?: boolean
  /** Kept but not part of the talk as read: system prompts, messages to tools. Readers fold it. */
  folded?: boolean
  parts: Part[]
  /** Fields of the provider that the above does not hold, as they came. */
  extra?: JsonObject
}

export interface Conversation {
  source: Source
  /** What tells this conversation from all others of its source for ever: the provider's id, or a key made by the format where there is none. */
  key: string
  title?: string
  /** Milliseconds since 1970. */
  created?: number
  /** Milliseconds since 1970 of the provider's last change: orders what several exports say of it. */
  updated?: number
  /**
   * Milliseconds since 1970 as of which the export speaks of it, where a file says so: orders what exports say that
   * name the same `updated`. No property of the conversation.
   */
  asOf?: number
  model?: string
  project?: { id: string; name?: string }
  archived?: boolean
  starred?: boolean
  tags?: string[]
  /** Id of the message at whose end the provider shows the conversation; absent: the newest leaf. */
  current?: string
  /** True where the provider keeps no conversations and the thread was put together by us. */
  inferred?: boolean
  /** In the provider's order, which is the order among siblings of equal time. */
  messages: Message[]
  extra?: JsonObject
}
