/** Writing a conversation's rows: the one place with their SQL. */
import type { StoredEvent } from '../log/projection.ts'
import type { Transaction } from '../ports/storage.ts'
import type { Facet, PreparedConversation } from './prepare.ts'
import type { ConversationRow } from './rows.ts'
import { states } from './tables.ts'

const columns = 'account, id, name, incarnation, version, state, source, document, created, updated, messages, branches, hidden, archived, starred, inferred, contributions, fingerprint, head'
const insertRow = `INSERT INTO conversation (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
const updateRow = `UPDATE conversation SET incarnation = ?, version = version + 1, state = ?, source = ?, document = ?, created = ?, updated = ?,
  messages = ?, branches = ?, hidden = ?, archived = ?, starred = ?, inferred = ?, contributions = ?, fingerprint = ?, head = ?
  WHERE account = ? AND id = ? AND version = ?`
const upsertTree = `INSERT INTO conversation_tree (account, conversation, tree) VALUES (?, ?, ?)
  ON CONFLICT (account, conversation) DO UPDATE SET tree = excluded.tree`

/** A conversation's row as it is to be. `base` is the version that it replaces, 0 for none. */
export interface RowWrite { local: number; base: number; incarnation: number; state: number; contributions: number; fingerprint: Uint8Array | null; row: ConversationRow }

/** Writes the row and its tree; false where the stored version is another. */
export async function writeRow(tx: Transaction, account: number, write: RowWrite): Promise<boolean> {
  const { row } = write
  const plain = [row.source, row.document, row.created, row.updated, row.messages, row.branches, row.hidden, row.archived, row.starred, row.inferred]
  const { changes } = write.base === 0
    ? await tx.run(insertRow, [account, write.local, row.name, write.incarnation, 1, write.state, ...plain, write.contributions, write.fingerprint, row.head])
    : await tx.run(updateRow, [write.incarnation, write.state, ...plain, write.contributions, write.fingerprint, row.head, account, write.local, write.base])
  if (changes === 0) return false
  await tx.run(upsertTree, [account, write.local, row.tree])
  return true
}

/** Writes what the importer prepared; false where the store has moved on. */
export async function writePrepared(tx: Transaction, event: StoredEvent, prepared: PreparedConversation): Promise<boolean> {
  const { account } = event
  const { local, contributions } = prepared
  const total = (contributions.at(-1)?.n ?? -1) + 1
  if (prepared.replaces !== null && !(await removeEnded(tx, account, prepared.replaces, prepared.base))) return false
  const base = prepared.replaces === null ? prepared.base : 0
  if (!(await writeRow(tx, account, { ...prepared, base, state: states.shown, contributions: total }))) return false
  for (const { part, n, updated } of contributions) {
    const stored = event.parts[part]
    if (!stored) return false
    await insertContribution(tx, event, { conversation: local, n, chunk: stored.chunk, import: prepared.import, updated })
  }
  await replaceFacets(tx, account, local, prepared.facets, prepared.base > 0)
  for (const { name, sealed } of prepared.blobs) await tx.run(insertBlobUse, [account, name, local, sealed])
  await countItem(tx, account, prepared.import, local, prepared.outcome, prepared.added)
  return true
}

/** Makes room for a conversation that begins again under a new local number; false where the ended row is another by now. */
export const removeEnded = async (tx: Transaction, account: number, local: number, version: number): Promise<boolean> =>
  (await tx.run('DELETE FROM conversation WHERE account = ? AND id = ? AND version = ? AND head IS NULL', [account, local, version])).changes === 1

const insertBlobUse = 'INSERT INTO blob_use (account, name, conversation, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
export const useBlob = (tx: Transaction, account: number, conversation: number, use: { name: Uint8Array; sealed: Uint8Array }) =>
  tx.run(insertBlobUse, [account, use.name, conversation, use.sealed])

export const insertContribution = (
  tx: Transaction, event: StoredEvent, one: { conversation: number; n: number; chunk: number; import: Uint8Array; updated: number },
) => tx.run(
  'INSERT INTO contribution (account, conversation, n, chunk, import, updated, milliseconds, counter, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  [event.account, one.conversation, one.n, one.chunk, one.import, one.updated, event.time[0], event.time[1], event.device])

/** What became of a conversation in an import: the first word counts, a resumed import adds to it. */
export const countItem = (tx: Transaction, account: number, importId: Uint8Array, conversation: number, outcome: number, added: number) => tx.run(
  `INSERT INTO import_item (account, import, conversation, outcome, added) VALUES (?, ?, ?, ?, ?)
   ON CONFLICT (account, import, conversation) DO UPDATE SET outcome = min(outcome, excluded.outcome), added = added + excluded.added`,
  [account, importId, conversation, outcome, added])

/** Sets a conversation's models, project and tags; a person's own tags stay. */
export async function replaceFacets(tx: Transaction, account: number, conversation: number, facets: readonly Facet[], existed: boolean): Promise<void> {
  if (existed) {
    await tx.run('DELETE FROM facet WHERE account = ? AND conversation = ?', [account, conversation])
    await tx.run(
      `INSERT INTO facet (account, kind, name, conversation)
       SELECT DISTINCT account, 3, tag, conversation FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1`, [account, conversation])
  }
  for (const facet of facets) await addFacet(tx, account, conversation, facet)
}
export async function addFacet(tx: Transaction, account: number, conversation: number, { kind, name, sealed }: Facet): Promise<void> {
  if (sealed) await tx.run('INSERT INTO facet_name (account, kind, name, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [account, kind, name, sealed])
  await tx.run('INSERT INTO facet (account, kind, name, conversation) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [account, kind, name, conversation])
}

/** Drops chunks' bytes; the envelopes and the chunks' names stay. */
export async function dropChunks(tx: Transaction, account: number, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    const row = await tx.get<{ bytes: number }>('SELECT length(sealed) AS bytes FROM chunk WHERE id = ? AND account = ? AND sealed IS NOT NULL', [chunk, account])
    if (!row) continue
    await tx.run('UPDATE chunk SET sealed = NULL WHERE id = ?', [chunk])
    await tx.run('UPDATE account SET used = max(0, used - ?) WHERE id = ?', [row.bytes, account])
  }
}
/** Local numbers of the chunks named. */
export async function chunksNamed(tx: Transaction, account: number, digests: readonly Uint8Array[]): Promise<number[]> {
  const found: number[] = []
  for (const digest of digests) {
    const row = await tx.get<{ id: number }>('SELECT id FROM chunk WHERE account = ? AND digest = ?', [account, digest])
    if (row) found.push(row.id)
  }
  return found
}
/** Ends a conversation's use of its blobs; those that nothing uses any more wait for the follower that removes the files. */
export async function releaseBlobs(tx: Transaction, account: number, conversation: number): Promise<void> {
  await tx.run(
    `INSERT INTO blob_orphan (account, name, sealed) SELECT account, name, sealed FROM blob_use u WHERE account = ? AND conversation = ?
     AND NOT EXISTS (SELECT 1 FROM blob_use o WHERE o.account = u.account AND o.name = u.name AND o.conversation <> u.conversation) ON CONFLICT DO NOTHING`,
    [account, conversation])
  await tx.run('DELETE FROM blob_use WHERE account = ? AND conversation = ?', [account, conversation])
}
