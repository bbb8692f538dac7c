/**
 * The files of an export of everything, as they are written and read again. The format is for ever: an export is
 * read for as long as anybody keeps one. Fields may be added; none may change its meaning.
 *
 * `vivim-export.json` is an {@link exportManifest}; `conversations/NAME.json` and `documents/NAME.json` hold one
 * {@link exportedConversation} each, `NAME.md` beside it is for people; `personal/NAME.json` is what a person said of
 * it, an {@link exportedPersonal}, `personal/notes.json` the notes on their own; `blobs/<id>.<ending>` are files.
 */
import { z } from 'zod'
import { type Json, type JsonObject, roles, sources } from './content.ts'
import { longestEdited } from './events.ts'
import { blobPattern } from './ids.ts'

export const exportFormat = 'vivim-export'
export const exportVersion = 1
export const manifestName = `${exportFormat}.json`
export const notesName = 'notes'

const count = z.int().min(0)
const text = z.string()
const millis = z.number()
/** 16 bytes: the last character has only three bits of its own. */
const noteId = /^[a-z2-7]{25}[aeimquy4]$/
const unit = z.int().min(0).max(9_999_999).exactOptional()
/** What comes out of a JSON parser is JSON. */
const json = z.custom<Json>((value) => value !== undefined)
const jsonObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

export const exportManifest = z.object({
  format: z.literal(exportFormat),
  version: z.int().min(1),
  /** Milliseconds since 1970. */
  exported: millis,
  account: text.optional(),
  counts: z.object({ conversations: count, documents: count, messages: count, notes: count, blobs: count }),
  /** What could not be read, and is therefore missing or cut off here. */
  incomplete: z.array(z.object({ path: text, what: text })),
})
export type ExportManifest = z.output<typeof exportManifest>

const attachment = z.object({
  type: z.literal('attachment'),
  kind: z.enum(['image', 'audio', 'video', 'file']),
  name: text,
  mime: text,
  pointer: text,
  size: z.number().exactOptional(),
  width: z.number().exactOptional(),
  height: z.number().exactOptional(),
  blob: text.regex(blobPattern).exactOptional(),
  text: text.exactOptional(),
})

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text, citations: z.array(json).exactOptional() }),
  z.object({ type: z.literal('reasoning'), text, summary: text.exactOptional() }),
  z.object({ type: z.literal('code'), text, language: text }),
  z.object({ type: z.literal('tool-call'), name: text, id: text.exactOptional(), input: json }),
  z.object({
    type: z.literal('tool-result'),
    name: text.exactOptional(),
    id: text.exactOptional(),
    text,
    error: z.boolean().exactOptional(),
    raw: json.exactOptional(),
  }),
  z.object({
    type: z.literal('artifact'),
    id: text,
    kind: text,
    title: text.exactOptional(),
    language: text.exactOptional(),
    text,
    raw: json.exactOptional(),
  }),
  z.object({ type: z.literal('quote'), text, title: text.exactOptional(), url: text.exactOptional() }),
  attachment,
  z.object({ type: z.literal('unknown'), kind: text, raw: json }),
])

const message = z.object({
  id: text,
  parent: text.nullable(),
  role: z.enum(roles),
  author: text.exactOptional(),
  time: millis.exactOptional(),
  updated: millis.exactOptional(),
  model: text.exactOptional(),
  hidden: z.boolean().exactOptional(),
  folded: z.boolean().exactOptional(),
  parts: z.array(part),
  extra: jsonObject.exactOptional(),
})

/** The contract's `Conversation`. */
export const exportedConversation = z.object({
  source: z.enum(sources),
  key: text,
  title: text.exactOptional(),
  created: millis.exactOptional(),
  updated: millis.exactOptional(),
  asOf: millis.exactOptional(),
  model: text.exactOptional(),
  project: z.object({ id: text, name: text.exactOptional() }).exactOptional(),
  archived: z.boolean().exactOptional(),
  starred: z.boolean().exactOptional(),
  tags: z.array(text).exactOptional(),
  current: text.exactOptional(),
  inferred: z.boolean().exactOptional(),
  messages: z.array(message),
  extra: jsonObject.exactOptional(),
})

/** What a person said of one conversation, or (without `conversation`) in notes that stand on their own. */
export const exportedPersonal = z.object({
  conversation: z.object({ source: z.enum(sources), key: text }).exactOptional(),
  /** What was set over the imported values. */
  edits: z
    .object({
      title: text.max(2000).exactOptional(),
      archived: z.boolean().exactOptional(),
      starred: z.boolean().exactOptional(),
    })
    .exactOptional(),
  /** `message`: the provider's id; absent, the conversation itself. `unit`: index inside the message. */
  tags: z.array(z.object({ message: text.exactOptional(), unit, tag: text.min(1).max(100) })),
  notes: z.array(
    z.object({
      id: text.regex(noteId),
      message: text.exactOptional(),
      unit,
      text,
      /** The note stands in the place of its unit, which said this. */
      edits: z.object({ original: text.min(1).max(longestEdited) }).exactOptional(),
      created: millis.exactOptional(),
      updated: millis.exactOptional(),
    }),
  ),
})
export type ExportedPersonal = z.output<typeof exportedPersonal>
