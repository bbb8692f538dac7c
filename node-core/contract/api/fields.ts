/** Fields that the methods of several resources share, parsed into the contract's own types. */
import { z } from 'zod'
import { roles, sources } from '../content.ts'
import {
  type BlobId,
  blobPattern,
  type ConversationId,
  type Cursor,
  type Did,
  didPattern,
  type EventId,
  entityPattern,
  eventPattern,
  type ImportId,
  type MessageId,
  messagePattern,
  type NoteId,
  type UnitId,
  unitPattern,
} from '../ids.ts'
import type { SessionId } from '../method.ts'

/** A string of `pattern` that is a `T` from here on: the one place where a brand is given at a door. */
export const branded = <T extends string>(pattern: RegExp, description: string): z.ZodType<T, T> =>
  z.string().regex(pattern).describe(description) as unknown as z.ZodType<T, T>

export const did = branded<Did>(didPattern, 'An account or device: did:key (Ed25519).')
export const conversationId = branded<ConversationId>(entityPattern, 'A conversation.')
export const messageId = branded<MessageId>(messagePattern, 'A message.')
export const unitId = branded<UnitId>(unitPattern, 'A unit: the smallest thing that can be shared.')
export const importId = branded<ImportId>(entityPattern, 'One run of the importer.')
export const noteId = branded<NoteId>(entityPattern, 'A note.')
export const eventId = branded<EventId>(eventPattern, 'CID of an event.')
export const blobId = branded<BlobId>(blobPattern, 'A file: CID (raw, sha2-256) of its bytes.')
export const sessionId = branded<SessionId>(entityPattern, 'A session.')
export const cursor = branded<Cursor>(/^[A-Za-z0-9_-]{1,1024}$/, 'An opaque position in a listing, as the page before gave it.')
/** What tags and notes hang on. */
export const targetId: z.ZodType<ConversationId | MessageId | UnitId> = z
  .union([conversationId, messageId, unitId])
  .describe('A conversation, message or unit.')

export const time = z.int().min(0).describe('Milliseconds since 1970.')
export const count = z.int().min(0)
export const bytes = z.int().min(0).describe('Bytes.')
export const source = z.enum(sources)
export const role = z.enum(roles)
/** A short text that a person gives: a name, a tag. */
export const label = z.string().trim().min(1).max(200)
export const title = z.string().trim().min(1).max(1000)
/** Entries of one page. */
export const limitOf = (usual: number) => z.int().min(1).max(200).default(usual).describe('Entries of one page, at most.')

/** One page of a listing; `next` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: cursor.nullable() })
/** The answer of a method that has nothing to say. */
export const nothing = z.object({})

/** Filters that listing, finding and exporting share. Several values of one filter mean “any of these”. */
export const conversationFilters = {
  source: z.array(source).max(20).optional(),
  model: z.array(label).max(20).optional(),
  project: z.array(label).max(20).optional().describe('Names of projects.'),
  tag: z.array(label).max(20).optional(),
  from: time.optional().describe('Not before: milliseconds since 1970.'),
  to: time.optional().describe('Before: milliseconds since 1970.'),
}
