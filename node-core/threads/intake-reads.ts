/** What the store holds already of a conversation that is imported, and what an import has stored so far. */
import { VivimError } from '../contract/errors.ts'
import { findRow, loadStamps, loadState } from '../library/load.ts'
import type { Existing } from '../library/prepare.ts'
import { shownContributions } from '../library/shown.ts'
import { states } from '../library/tables.ts'
import type { IntakeCounts } from '../ports/intake.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

/** A conversation by its stored name, its tree read only where it is asked for; undefined where there is none. */
export async function findExisting(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  name: Uint8Array,
): Promise<Existing | undefined> {
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

/** Whether the log takes an import back: nothing of it is shown. */
export async function isTakenBack(reader: Reader, account: number, importId: Uint8Array): Promise<boolean> {
  const row = await reader.get('SELECT 1 FROM undone_import WHERE account = ? AND import = ?', [account, importId])
  return row !== undefined
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
