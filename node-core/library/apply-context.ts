/** What every apply function works with, and the small questions that several of them ask. */
import type { Did } from '../contract/ids.ts'
import type { StoredEvent } from '../log/projection.ts'
import type { Documents } from '../ports/documents.ts'
import type { AccountKeys, KeysOf } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import type { TagCells } from './tag-cells.ts'

/** What the library's projection needs. */
export interface LibraryParts {
  keysOf: KeysOf
  documents: Documents
  /** Bytes of a blob: a message too large for a chunk, when a rebuild must read it again. */
  readBlob(owner: Did, id: string): Promise<Uint8Array>
}

/** One event being applied. */
export interface ApplyContext extends LibraryParts {
  tx: Transaction
  event: StoredEvent
  keys: AccountKeys
  tags: TagCells
}

/** A local number that no conversation has or had. */
export async function nextLocal({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>): Promise<number> {
  const row = await tx.get<{ most: number | null }>('SELECT max(id) AS most FROM conversation WHERE account = ?', [event.account])
  return (row?.most ?? 0) + 1
}

export const isUndone = async ({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>, importId: Uint8Array): Promise<boolean> =>
  (await tx.get('SELECT 1 FROM undone_import WHERE account = ? AND import = ?', [event.account, importId])) !== undefined

/** Whether it was erased after it was undone. */
export const isErased = async ({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>, importId: Uint8Array): Promise<boolean> =>
  (await tx.get('SELECT 1 FROM undone_import WHERE account = ? AND import = ? AND erased = 1', [event.account, importId])) !==
  undefined

/** Remembers that a chunk speaks of a conversation (`name` empty), or of a note, so that it goes with it. */
export const said = ({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>, conversation: number, name: Uint8Array, chunk: number) =>
  tx.run('INSERT INTO said_chunk (account, conversation, name, chunk) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    event.account,
    conversation,
    name,
    chunk,
  ])

/** The `name` of {@link said} for what is about the conversation itself. */
export const OF_CONVERSATION = new Uint8Array(0)
