/**
 * The library as a projection of the log: conversations, their trees, tags and notes.
 * What the importer prepared is written as it is; everything else, and every rebuild, is derived here.
 */
import { eventTypes } from '../contract/events.ts'
import type { Projection, StoredEvent } from '../log/projection.ts'
import type { Documents } from '../ports/documents.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { type ApplyContext, isUndone, type LibraryParts } from './apply-context.ts'
import { applyContribution } from './apply-contribution.ts'
import { applyDeleted, applyEdited } from './apply-edits.ts'
import { applyErased } from './apply-erased.ts'
import { applyNoteDeleted, applyNoteWritten, applyTagged } from './apply-notes.ts'
import { applyUndone, applyVouched } from './apply-undo.ts'
import { gathering } from './documents.ts'
import { isPrepared, type PreparedImport } from './prepared.ts'
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
] as const

export function libraryProjection(parts: LibraryParts): Projection {
  return {
    name: 'library',
    version: 1,
    async apply(tx, event) {
      const documents = gathering(parts.documents)
      const context: ApplyContext = { ...parts, documents, tx, event, keys: parts.keysOf(event.account) }
      if (
        event.type === 'library.conversations-imported' &&
        isPrepared(event.prepared) &&
        !(await isLate(context, event.prepared))
      ) {
        await applyPrepared(tx, event, parts.keysOf(event.account), event.prepared, parts.documents)
        return
      }
      for (const part of event.parts) {
        const value = part.value()
        if (value === undefined) continue // dropped under a tombstone, whose own event comes later
        switch (event.type) {
          case 'library.conversations-imported':
            await applyContribution(context, part, value)
            break
          case 'library.conversation-edited':
            await applyEdited(context, part, eventTypes[event.type].parse(value))
            break
          case 'library.conversation-deleted':
            await applyDeleted(context, eventTypes[event.type].parse(value))
            break
          case 'library.tagged':
            await applyTagged(context, part, eventTypes[event.type].parse(value))
            break
          case 'library.note-written':
            await applyNoteWritten(context, part, eventTypes[event.type].parse(value))
            break
          case 'library.note-deleted':
            await applyNoteDeleted(context, eventTypes[event.type].parse(value))
            break
          case 'imports.vouched':
            await applyVouched(context, eventTypes[event.type].parse(value))
            break
          case 'imports.undone':
            await applyUndone(context, eventTypes[event.type].parse(value).import)
            break
          case 'imports.erased':
            await applyErased(context, eventTypes[event.type].parse(value))
            break
        }
      }
      await documents.flush()
    },
    async clear(tx, account) {
      for (const table of tables) await tx.run(`DELETE FROM ${table} WHERE account = ?`, [account])
      await parts.documents.clear(tx, account)
    },
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
