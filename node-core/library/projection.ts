/**
 * The library as a projection of the log: conversations, their trees, tags and notes.
 * What the importer prepared is written as it is; everything else, and every rebuild, is derived here.
 */
import { VivimError } from '../contract/errors.ts'
import { eventTypes } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Projection, StoredEvent } from '../log/projection.ts'
import type { Documents, PreparedDocuments } from '../ports/documents.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { applyContribution } from './apply-contribution.ts'
import { applyDeleted, applyEdited } from './apply-edits.ts'
import { applyNoteDeleted, applyNoteWritten, applyTagged } from './apply-notes.ts'
import { applyErased, applyUndone, applyVouched } from './apply-undo.ts'
import type { PreparedConversation } from './prepare.ts'
import { writePrepared } from './write.ts'

/** What an event of the importer carries beside its parts. */
export interface PreparedImport { conversations: PreparedConversation[]; documents: PreparedDocuments | undefined }

export interface LibraryParts {
  keysOf: KeysOf
  documents: Documents
  /** Bytes of a blob: a message too large for a chunk, when a rebuild must read it again. */
  readBlob(owner: Did, id: string): Promise<Uint8Array>
}

const tables = [
  'conversation', 'conversation_tree', 'contribution', 'vouch', 'import_item', 'undone_import', 'facet', 'facet_name', 'tagging', 'note',
  'said_chunk', 'blob_use', 'blob_orphan',
] as const

export function libraryProjection(parts: LibraryParts): Projection {
  return {
    name: 'library',
    version: 1,
    async apply(tx, event) {
      if (event.type === 'library.conversations-imported' && isPrepared(event.prepared)) {
        await applyPrepared(tx, event, event.prepared, parts.documents)
        return
      }
      const context = { ...parts, tx, event, keys: parts.keysOf(event.account) }
      for (const part of event.parts) {
        const value = part.value()
        if (value === undefined) continue // dropped under a tombstone, whose own event comes later
        switch (event.type) {
          case 'library.conversations-imported': await applyContribution(context, part, value); break
          case 'library.conversation-edited': await applyEdited(context, part, eventTypes[event.type].parse(value)); break
          case 'library.conversation-deleted': await applyDeleted(context, eventTypes[event.type].parse(value)); break
          case 'library.tagged': await applyTagged(context, part, eventTypes[event.type].parse(value)); break
          case 'library.note-written': await applyNoteWritten(context, part, eventTypes[event.type].parse(value)); break
          case 'library.note-deleted': await applyNoteDeleted(context, eventTypes[event.type].parse(value)); break
          case 'imports.vouched': await applyVouched(context, eventTypes[event.type].parse(value)); break
          case 'imports.undone': await applyUndone(context, eventTypes[event.type].parse(value).import); break
          case 'imports.erased': await applyErased(context, eventTypes[event.type].parse(value)); break
        }
      }
    },
    async clear(tx, account) {
      for (const table of tables) await tx.run(`DELETE FROM ${table} WHERE account = ?`, [account])
      await parts.documents.clear(tx, account)
    },
  }
}

/** What every apply function works with. */
export interface ApplyContext extends LibraryParts { tx: Transaction; event: StoredEvent; keys: ReturnType<KeysOf> }

const isPrepared = (prepared: unknown): prepared is PreparedImport =>
  typeof prepared === 'object' && prepared !== null && 'conversations' in prepared

async function applyPrepared(tx: Transaction, event: StoredEvent, prepared: PreparedImport, documents: Documents): Promise<void> {
  for (const conversation of prepared.conversations) {
    if (!(await writePrepared(tx, event, conversation))) throw new VivimError('conflict', 'A conversation changed while it was prepared.')
    if (conversation.dead.length > 0) await documents.remove(tx, event.account, conversation.local, conversation.dead)
  }
  if (prepared.documents) await documents.insert(tx, event.account, prepared.documents)
}
