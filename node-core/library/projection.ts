/**
 * The library as a projection of the log: conversations, their trees, tags and notes.
 * What the importer prepared is written as it is; everything else, and every rebuild, is derived here.
 */
import { type EventType, eventTypes, type PartOf } from '../contract/events.ts'
import { chunksOfAccount } from '../log/chunk-place.ts'
import type { Projection, StoredEvent, StoredPart } from '../log/projection.ts'
import type { Documents } from '../ports/documents.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { type ApplyContext, isUndone, type LibraryParts } from './apply-context.ts'
import { applyContributions, runsOf, type SaidPart, saidParts } from './apply-contribution.ts'
import { applyDeleted, applyEdited } from './apply-edits.ts'
import { applyErased, finishErased } from './apply-erased.ts'
import { applyNoteCompacted, applyNoteDeleted, applyNoteWritten } from './apply-notes.ts'
import { applyTagged } from './apply-tagged.ts'
import { applyAwaitedVouches, applyUndone, applyVouched } from './apply-undo.ts'
import { gathering } from './documents.ts'
import { isPrepared, type PreparedImport } from './prepared.ts'
import { tagCells } from './tag-cells.ts'
import { writePrepared } from './write.ts'

/** Not `blob_orphan`: what it names stands nowhere in the log. */
const tables = [
  'conversation',
  'conversation_tree',
  'contribution',
  'vouch',
  'import_item',
  'undone_import',
  'facet',
  'tagging',
  'note',
  'said_chunk',
  'blob',
  'blob_use',
  'blob_awaited',
  'chunk_named',
  'chunk_left',
  'vouch_awaited',
] as const

/** What follows one another of these may be put together, whatever stands in between. */
const gathered: readonly string[] = ['library.conversations-imported', 'library.tagged', 'library.note-written']

export function libraryProjection(library: LibraryParts): Projection {
  /** Events of one transaction, or one of them; what they come to stands after `flush`. */
  function batch() {
    const documents = gathering(library.documents)
    const tags = tagCells()
    let imported: SaidPart[] = []
    const contextOf = (tx: Transaction, event: StoredEvent): ApplyContext => ({
      ...library,
      documents,
      tags,
      tx,
      event,
      keys: library.keysOf(event.account),
    })
    async function settle(tx: Transaction): Promise<void> {
      await tags.flush()
      const all = imported
      imported = []
      for (const run of runsOf(all)) {
        const last = run.at(-1)
        if (last) await applyContributions(contextOf(tx, last.event), run)
      }
    }
    return {
      async apply(tx: Transaction, event: StoredEvent): Promise<void> {
        if (!gathered.includes(event.type)) await settle(tx)
        const context = contextOf(tx, event)
        if (
          event.type === 'library.conversations-imported' &&
          isPrepared(event.prepared) &&
          !(await isLate(context, event.prepared))
        ) {
          await applyPrepared(tx, event, context.keys, event.prepared, library.documents)
          return
        }
        // a part that was dropped under a tombstone has no value; its own event comes later
        const parts = event.parts.map((part) => ({ part, value: part.value() })).filter(({ value }) => value !== undefined)
        if (event.type === 'library.conversations-imported') {
          imported.push(...saidParts(event, parts))
          if (!event.refilled) return
          await settle(tx)
          await applyAwaitedVouches(
            context,
            parts.map(({ part }) => part.chunk),
          )
        } else for (const { part, value } of parts) await applyPart(context, part, value)
      },
      async flush(tx: Transaction): Promise<void> {
        await settle(tx)
        await documents.flush()
      },
    }
  }
  return {
    name: 'library',
    // 2: emoji are found, and tags are told apart without their case
    version: 2,
    async apply(tx, event) {
      const one = batch()
      await one.apply(tx, event)
      await one.flush(tx)
    },
    together() {
      const all = batch()
      return { apply: all.apply, end: all.flush }
    },
    async finish(tx, { id: account, did: owner }, position) {
      const documents = gathering(library.documents)
      const event: StoredEvent = {
        account,
        owner,
        position,
        id: new Uint8Array(),
        device: owner,
        seq: 0,
        time: [0, 0],
        type: 'library.rebuilt',
        parts: [],
      }
      await finishErased({ ...library, documents, tags: tagCells(), tx, event, keys: library.keysOf(account) })
      await documents.flush()
    },
    async clear(tx, account) {
      for (const table of tables) await tx.run(`DELETE FROM ${table} WHERE account = ?`, [account])
      await library.documents.clear(tx, account)
      // tombstones that are void now name nothing any more
      await tx.run('DELETE FROM chunk_awaited WHERE chunk BETWEEN ? AND ?', chunksOfAccount(account))
      await tx.run(awaitAll, chunksOfAccount(account))
    },
  }
}

const awaitAll = 'INSERT INTO chunk_awaited (chunk) SELECT id FROM chunk WHERE id BETWEEN ? AND ? AND sealed IS NULL'

const saidIn = <T extends EventType>(type: T, part: StoredPart, value: unknown): PartOf<T> =>
  // the schema's own, when the event came
  (part.parsed ?? eventTypes[type].parse(value)) as PartOf<T>

/** Applies one part of an event of any other type; a type that is not the library's is skipped. */
async function applyPart(context: ApplyContext, part: StoredPart, value: unknown): Promise<void> {
  const { type } = context.event
  switch (type) {
    case 'library.conversation-edited':
      return applyEdited(context, part, eventTypes[type].parse(value))
    case 'library.conversation-deleted':
      return applyDeleted(context, eventTypes[type].parse(value))
    case 'library.tagged':
      return applyTagged(context, part, saidIn(type, part, value))
    case 'library.note-written':
      return applyNoteWritten(context, part, saidIn(type, part, value))
    case 'library.note-deleted':
      return applyNoteDeleted(context, eventTypes[type].parse(value))
    case 'library.note-compacted':
      return applyNoteCompacted(context, eventTypes[type].parse(value))
    case 'imports.vouched':
      return applyVouched(context, eventTypes[type].parse(value))
    case 'imports.undone':
      return applyUndone(context, eventTypes[type].parse(value).import)
    case 'imports.erased':
      return applyErased(context, eventTypes[type].parse(value))
  }
}

/** Whether the import was undone while this was on its way: nothing of it is shown. */
const isLate = async (context: ApplyContext, { conversations: [first] }: PreparedImport): Promise<boolean> =>
  first !== undefined && (await isUndone(context, first.import))

async function applyPrepared(
  tx: Transaction,
  event: StoredEvent,
  keys: AccountKeys,
  prepared: PreparedImport,
  documents: Documents,
): Promise<void> {
  for (const conversation of prepared.conversations) {
    await writePrepared(tx, event, keys, conversation)
    if (conversation.dead.length > 0) await documents.remove(tx, event.account, conversation.local, conversation.dead)
  }
  if (prepared.documents) await documents.insert(tx, event.account, prepared.documents)
}
