/**
 * The library's side of an import, in the importer's thread: conversations are compared, encoded and indexed here, and
 * handed to the writer in batches that it only has to seal and insert.
 */
import type { Conversation } from '../contract/content.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { findRow, loadStamps, loadState } from '../library/load.ts'
import { type Existing, type PrepareContext, type Prepared, prepareConversation } from '../library/prepare.ts'
import type { PreparedImport } from '../library/prepared.ts'
import { foreignParts, shownContributions } from '../library/shown.ts'
import { states } from '../library/tables.ts'
import type { Change } from '../log/append.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { PreparedDocuments } from '../ports/documents.ts'
import type { Intake, IntakeCounts } from '../ports/intake.ts'
import type { AccountKeys, Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type DocumentBatches, documentBatches } from './documents.ts'
import { holders } from './holders.ts'
import { personalChanges } from './personal.ts'
import type { EncodedChange, Writer } from './writer-core.ts'

export interface IntakeParts {
  account: { id: number; did: Did }
  import: Uint8Array
  reader: Reader
  writer: Pick<Writer, 'append' | 'reserve'>
  keys: AccountKeys
  searchSealer: Sealer
  random: RandomBytes
  /** Keeps what is too large for a chunk. */
  spill(bytes: Uint8Array): Promise<string>
}

/** A batch is closed when it reaches one of these: others who write wait for its transaction some 40 ms. */
const BATCH = { conversations: 80, parts: 300, bytes: 1024 * 1024, vouched: 2000 } as const
/** Batches on their way to the writer at once. */
const IN_FLIGHT = 2
const RESERVE = 512
/** How often a conversation that changes under the importer's hands is compared anew. */
const TRIES = 20

interface Batch {
  conversations: Conversation[]
  /** Indexes the words of `ready`. */
  documents: DocumentBatches
  ready: Prepared[]
  parts: number
  bytes: number
  vouched: [digest: Uint8Array, part: number][]
}
const newBatch = (documents: DocumentBatches): Batch => ({
  documents,
  conversations: [],
  ready: [],
  parts: 0,
  bytes: 0,
  vouched: [],
})

/** One conversation, compared and ready to be sent. */
interface Compared {
  conversation: Conversation
  news: Prepared | undefined
  vouched: [digest: Uint8Array, part: number][]
}

export function createIntake(parts: IntakeParts): Intake {
  const { account, reader, writer, keys, random } = parts
  const index = documentBatches(parts.searchSealer, random, account.id, BATCH.bytes)
  let batch = newBatch(index)
  let reserved = { next: 0, end: 0 }
  const onWay = new Set<Promise<void>>()
  /** Ids that are in the batch or on their way: the store does not know them yet. */
  const pending = new Set<string>()
  let failed: { error: unknown } | undefined

  const context: PrepareContext = {
    account: account.id,
    owner: account.did,
    keys,
    import: parts.import,
    spill: parts.spill,
    find: (name) => findExisting(reader, account.id, keys, name),
    async reserve() {
      if (reserved.next >= reserved.end) {
        const first = await writer.reserve(account.id, RESERVE)
        reserved = { next: first, end: first + RESERVE }
      }
      return reserved.next++
    },
  }

  async function compare(conversation: Conversation): Promise<Compared> {
    const { vouches, news } = await retried(() => prepareConversation(context, conversation))
    const foreign = vouches ? await foreignParts(reader, account.id, vouches.local, parts.import) : []
    return { conversation, news, vouched: foreign.filter(({ n }) => vouches?.holds(n)).map(({ id, part }) => [id, part]) }
  }

  /** Puts a compared conversation into a batch; from here on its parts have their numbers in the event. */
  function put(into: Batch, { conversation, news, vouched }: Compared): void {
    into.vouched.push(...vouched)
    if (!news) return
    for (const contribution of news.prepared.contributions) contribution.part += into.parts
    into.conversations.push(conversation)
    into.ready.push(news)
    for (const document of news.documents.splice(0)) into.documents.add(document)
    into.parts += news.parts.length
    into.bytes += bytesOf(news)
  }

  function changesOf(full: Batch, documents: PreparedDocuments | undefined): (Change | EncodedChange)[] {
    const changes: (Change | EncodedChange)[] = []
    if (full.ready.length > 0) {
      const prepared: PreparedImport = { conversations: full.ready.map((one) => one.prepared), documents }
      changes.push({ type: 'library.conversations-imported', encoded: full.ready.flatMap((one) => one.parts), prepared })
    }
    changes.push(...vouchesOf(full))
    return changes
  }

  function vouchesOf({ vouched }: Batch): Change[] {
    const changes: Change[] = []
    for (let at = 0; at < vouched.length; at += BATCH.vouched) {
      changes.push({ type: 'imports.vouched', parts: [{ import: parts.import, parts: vouched.slice(at, at + BATCH.vouched) }] })
    }
    return changes
  }

  async function send(full: Batch, documents: PreparedDocuments | undefined): Promise<void> {
    try {
      await writer.append(account.id, changesOf(full, documents))
    } catch (error) {
      if (!isVivimError(error, 'conflict')) throw error
      // something else changed one of them meanwhile: each is compared again with what is stored now
      if (full.vouched.length > 0) await writer.append(account.id, vouchesOf(full))
      for (const conversation of full.conversations) await sendAlone(conversation)
    }
  }

  const sendAlone = (conversation: Conversation): Promise<void> =>
    retried(async () => {
      const alone = newBatch(documentBatches(parts.searchSealer, random, account.id, 0))
      put(alone, await compare(conversation))
      const changes = changesOf(alone, alone.documents.finish())
      if (changes.length > 0) await writer.append(account.id, changes)
    })

  async function close(): Promise<void> {
    const full = batch
    const documents = index.finish()
    batch = newBatch(index)
    if (full.ready.length === 0 && full.vouched.length === 0) return
    while (onWay.size >= IN_FLIGHT) await Promise.race(onWay)
    if (failed) throw failed.error
    const way = send(full, documents)
      .catch((error: unknown) => {
        failed ??= { error }
      })
      .finally(() => {
        onWay.delete(way)
        for (const conversation of full.conversations) pending.delete(keyOf(conversation))
      })
    onWay.add(way)
  }

  async function settle(): Promise<void> {
    await close()
    await Promise.all(onWay)
    if (failed) throw failed.error
  }

  return {
    async add(conversation) {
      if (failed) throw failed.error
      // the same conversation twice in one export: the second is compared with the first
      if (pending.has(keyOf(conversation))) await settle()
      const compared = await compare(conversation)
      const { news } = compared
      if (
        news &&
        batch.ready.length > 0 &&
        (batch.parts + news.parts.length > BATCH.parts || batch.bytes + bytesOf(news) > BATCH.bytes)
      )
        await close()
      if (news) pending.add(keyOf(conversation))
      put(batch, compared)
      if (
        batch.ready.length >= BATCH.conversations ||
        batch.parts >= BATCH.parts ||
        batch.bytes >= BATCH.bytes ||
        batch.vouched.length >= BATCH.vouched
      )
        await close()
    },
    async personal(record) {
      await settle()
      const changes = await personalChanges(parts, record)
      if (changes.length > 0) await writer.append(account.id, changes)
    },
    holding: holders(parts),
    flush: settle,
    counts: () => countItems(reader, account.id, parts.import),
    async abandon() {
      batch = newBatch(index)
      await Promise.all(onWay)
    },
  }
}

/** Again while something else is quicker. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isVivimError(error, 'conflict')) throw error
    }
  }
}

const keyOf = (conversation: Conversation): string => `${conversation.source}\0${conversation.key}`
const bytesOf = (news: Prepared): number => news.parts.reduce((sum, part) => sum + part.length, 0)

async function findExisting(reader: Reader, account: number, keys: AccountKeys, name: Uint8Array): Promise<Existing | undefined> {
  const row = await findRow(reader, account, name)
  if (!row) return undefined
  return {
    local: row.id,
    version: row.version,
    incarnation: row.incarnation,
    contributions: row.contributions,
    fingerprint: row.fingerprint,
    gone: !row.head ? 'ended' : row.state === states.shown ? false : 'hidden',
    deleted: row.state === states.deleted,
    async load() {
      const state = await loadState(reader, account, keys, row)
      // the row was read before: it may be gone by now, and what is prepared from it is refused
      if (!state) throw new VivimError('conflict')
      return { state, stamps: await loadStamps(reader, account, row.id) }
    },
    shown: () => shownContributions(reader, account, keys, row.id),
  }
}

/** What an import has stored so far, by the store's own count. */
export async function countItems(reader: Reader, account: number, importId: Uint8Array): Promise<IntakeCounts> {
  const rows = await reader.all<{ document: number; outcome: number; count: number; added: number }>(
    `SELECT c.document, i.outcome, count(*) AS count, sum(i.added) AS added FROM import_item i JOIN conversation c ON c.account = i.account AND c.id = i.conversation
     WHERE i.account = ? AND i.import = ? GROUP BY c.document, i.outcome`,
    [account, importId],
  )
  const conversations = { imported: 0, updated: 0, unchanged: 0 }
  let added = 0
  let documents = 0
  for (const row of rows) {
    if (row.document === 1) documents += row.count
    else {
      conversations[(['imported', 'updated', 'unchanged'] as const)[row.outcome] ?? 'unchanged'] += row.count
      added += row.added
    }
  }
  return { conversations, added, documents }
}
