/** Conversations that are stored together: how many go into one event, and what it says. */
import type { Conversation } from '../contract/content.ts'
import type { Prepared } from '../library/prepare.ts'
import type { PreparedImport } from '../library/prepared.ts'
import type { Change } from '../log/append.ts'
import type { PreparedDocuments } from '../ports/documents.ts'
import type { DocumentBatches } from './documents.ts'
import type { EncodedChange } from './writer-core.ts'

/** A batch is closed when it reaches one of these: others who write wait for its transaction some 40 ms. */
export const BATCH = { conversations: 80, parts: 300, bytes: 1024 * 1024, vouched: 2000 } as const

export interface Batch {
  conversations: Conversation[]
  /** Indexes the words of `ready`. */
  documents: DocumentBatches
  ready: Prepared[]
  parts: number
  bytes: number
  vouched: [digest: Uint8Array, part: number][]
}
export const newBatch = (documents: DocumentBatches): Batch => ({
  documents,
  conversations: [],
  ready: [],
  parts: 0,
  bytes: 0,
  vouched: [],
})

/** One conversation, compared and ready to be sent. */
export interface Compared {
  conversation: Conversation
  news: Prepared | undefined
  vouched: [digest: Uint8Array, part: number][]
}

/** Puts a compared conversation into a batch; from here on its parts have their numbers in the event. */
export function put(into: Batch, { conversation, news, vouched }: Compared): void {
  into.vouched.push(...vouched)
  if (!news) return
  for (const contribution of news.prepared.contributions) contribution.part += into.parts
  into.conversations.push(conversation)
  into.ready.push(news)
  for (const document of news.documents.splice(0)) into.documents.add(document)
  into.parts += news.parts.length
  into.bytes += bytesOf(news)
}

/** What a batch says to the log. */
export function changesOf(
  importId: Uint8Array,
  full: Batch,
  documents: PreparedDocuments | undefined,
): (Change | EncodedChange)[] {
  const changes: (Change | EncodedChange)[] = []
  if (full.ready.length > 0) {
    const prepared: PreparedImport = { conversations: full.ready.map((one) => one.prepared), documents }
    changes.push({ type: 'library.conversations-imported', encoded: full.ready.flatMap((one) => one.parts), prepared })
  }
  changes.push(...vouchesOf(importId, full))
  return changes
}

/** That what is stored already is in this export too. */
export function vouchesOf(importId: Uint8Array, { vouched }: Batch): Change[] {
  const changes: Change[] = []
  for (let at = 0; at < vouched.length; at += BATCH.vouched) {
    changes.push({ type: 'imports.vouched', parts: [{ import: importId, parts: vouched.slice(at, at + BATCH.vouched) }] })
  }
  return changes
}

/** Whether `news` must wait for the next batch. */
export const overflows = (batch: Batch, news: Prepared): boolean =>
  batch.ready.length > 0 && (batch.parts + news.parts.length > BATCH.parts || batch.bytes + bytesOf(news) > BATCH.bytes)

export const isFull = (batch: Batch): boolean =>
  batch.ready.length >= BATCH.conversations ||
  batch.parts >= BATCH.parts ||
  batch.bytes >= BATCH.bytes ||
  batch.vouched.length >= BATCH.vouched

const bytesOf = (news: Prepared): number => news.parts.reduce((sum, part) => sum + part.length, 0)
