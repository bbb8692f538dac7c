/**
 * The library's side of an import, in the importer's thread: conversations are compared, encoded and indexed here, and
 * handed to the writer in batches that it only has to seal and insert.
 */
import type { Conversation } from '../contract/content.ts'
import { isVivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { type PrepareContext, prepareConversation } from '../library/prepare.ts'
import { foreignParts } from '../library/shown.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { PreparedDocuments } from '../ports/documents.ts'
import type { Intake } from '../ports/intake.ts'
import type { AccountKeys, Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { documentBatches } from './documents.ts'
import { holders } from './holders.ts'
import { BATCH, type Batch, type Compared, changesOf, isFull, newBatch, overflows, put, vouchesOf } from './intake-batch.ts'
import { countItems, findExisting } from './intake-reads.ts'
import { personalChanges } from './personal.ts'
import type { Writer } from './writer-core.ts'

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

/** Batches on their way to the writer at once. */
const IN_FLIGHT = 2
const RESERVE = 512
/** How often a conversation that changes under the importer's hands is compared anew. */
const TRIES = 20

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

  async function send(full: Batch, documents: PreparedDocuments | undefined): Promise<void> {
    try {
      await writer.append(account.id, changesOf(parts.import, full, documents))
    } catch (error) {
      if (!isVivimError(error, 'conflict')) throw error
      // something else changed one of them meanwhile: each is compared again with what is stored now
      if (full.vouched.length > 0) await writer.append(account.id, vouchesOf(parts.import, full))
      for (const conversation of full.conversations) await sendAlone(conversation)
    }
  }

  const sendAlone = (conversation: Conversation): Promise<void> =>
    retried(async () => {
      const alone = newBatch(documentBatches(parts.searchSealer, random, account.id, 0))
      put(alone, await compare(conversation))
      const changes = changesOf(parts.import, alone, alone.documents.finish())
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
      if (news && overflows(batch, news)) await close()
      if (news) pending.add(keyOf(conversation))
      put(batch, compared)
      if (isFull(batch)) await close()
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
