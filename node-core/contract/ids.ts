/**
 * Branded identifiers. Inside the node a value of one of these types has already been parsed at a door.
 * Text forms are lower-case base32 (RFC 4648, no padding), so that they survive URLs, file names and mail.
 */
import { base32nopad } from '@scure/base'

declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** An account or device: `did:key:z6Mk…` (Ed25519). */
export type Did = Brand<string, 'Did'>
/**
 * A device's chain of events: its DID. Where the chain was forked, what comes before the fork keeps that name, and each part
 * behind it is named by its first event: `<DID>#<CID>`.
 */
export type ChainId = Did | Brand<string, 'ChainPart'>
/** CID (dag-cbor, sha2-256) of an event's envelope without its signature, in base32 (`bafyrei…`). */
export type EventId = Brand<string, 'EventId'>
/** A conversation: 16 bytes as 26 characters. */
export type ConversationId = Brand<string, 'ConversationId'>
/** A message: `<conversation>-<8 bytes as 13 characters>`. */
export type MessageId = Brand<string, 'MessageId'>
/** A unit, the smallest thing that can be shared: `<message>-<index>`. */
export type UnitId = Brand<string, 'UnitId'>
/** One run of the importer: 16 random bytes as 26 characters. */
export type ImportId = Brand<string, 'ImportId'>
/** A note: 16 random bytes as 26 characters. */
export type NoteId = Brand<string, 'NoteId'>
/** A blob: CID (raw, sha2-256) of the file's bytes, in base32 (`bafkrei…`). */
export type BlobId = Brand<string, 'BlobId'>
/** An opaque position in a listing; only the node that gave it can read it. */
export type Cursor = Brand<string, 'Cursor'>

export const didPattern = /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/
export const chainPattern = /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}(#bafyrei[a-z2-7]{51}[aeimquy4])?$/
// The last character of base32 carries fewer bits than it could: any other spelling of the same bytes is no id.
export const entityPattern = /^[a-z2-7]{25}[aeimquy4]$/
export const messagePattern = /^[a-z2-7]{25}[aeimquy4]-[a-z2-7]{12}[acegikmoqsuwy246]$/
export const unitPattern = /^[a-z2-7]{25}[aeimquy4]-[a-z2-7]{12}[acegikmoqsuwy246]-(0|[1-9][0-9]{0,6})$/
export const eventPattern = /^bafyrei[a-z2-7]{51}[aeimquy4]$/
export const blobPattern = /^bafkrei[a-z2-7]{51}[aeimquy4]$/

/** Whether a text is a blob's id. */
export const isBlobId = (text: string): text is BlobId => blobPattern.test(text)

/** The name of a device's chain, or of the part of it that begins with an event. */
export const chainIdOf = (device: Did, first?: EventId): ChainId =>
  first === undefined ? device : (`${device}#${first}` as ChainId)

/** Lower-case base32 without padding. */
export const toBase32 = (bytes: Uint8Array): string => base32nopad.encode(bytes).toLowerCase()
/** The inverse of {@link toBase32}; throws on anything else. */
export const fromBase32 = (text: string): Uint8Array => base32nopad.decode(text.toUpperCase())

/** Joins a message's own 8 bytes to its conversation's id. */
export const messageIdOf = (conversation: ConversationId, message: Uint8Array): MessageId =>
  `${conversation}-${toBase32(message)}` as MessageId
/** The unit at `index` of a message. */
export const unitIdOf = (message: MessageId, index: number): UnitId => `${message}-${index}` as UnitId

/** Splits a message's id; the id must have passed {@link messagePattern}. */
export function splitMessageId(id: MessageId): { conversation: ConversationId; message: Uint8Array } {
  const [conversation, message] = id.split('-') as [string, string]
  return { conversation: conversation as ConversationId, message: fromBase32(message) }
}
/** Splits a unit's id; the id must have passed {@link unitPattern}. */
export function splitUnitId(id: UnitId): { conversation: ConversationId; message: MessageId; index: number } {
  const [conversation, message, index] = id.split('-') as [string, string, string]
  return {
    conversation: conversation as ConversationId,
    message: `${conversation}-${message}` as MessageId,
    index: Number(index),
  }
}
